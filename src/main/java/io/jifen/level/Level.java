package io.jifen.level;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Sort;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** A level and the earned points from which on an account has it. */
@Entity
@Table(name = "level")
class Level extends PanacheEntityBase {

    @Id
    public String code;

    public String name;

    @Column(name = "min_points")
    public long minPoints;

    /** A JSON object: what the level brings, for others to act on. */
    public String privileges;

    static List<Level> lowestFirst() {
        return listAll(Sort.by("minPoints"));
    }

    /** Up to {@code limit} levels that begin above these points, lowest first. */
    static List<Level> above(long minPoints, int limit) {
        return Level.<Level>find("minPoints > ?1", Sort.by("minPoints"), minPoints)
                .page(Page.ofSize(limit))
                .list();
    }
}
