package io.jifen.level;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Sort;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A level and the points from which on an account has it. */
@Entity
@Table(name = "level")
class Level extends PanacheEntityBase {

    @Id
    public String code;

    public String name;

    @Column(name = "min_points")
    public long minPoints;

    /** A JSON object: what the level brings, see {@link Privileges}. */
    public String privileges;

    /** Counts the edits, from 1. */
    public int version;

    @Column(name = "updated_by")
    public String updatedBy;

    @Column(name = "updated_at")
    public Instant updatedAt;

    static List<Level> lowestFirst() {
        return listAll(Sort.by("minPoints"));
    }

    static Optional<Level> ofCode(String code) {
        return findByIdOptional(code);
    }

    /** Whether another level begins there. */
    static boolean isTaken(long minPoints, String code) {
        return count("minPoints = ?1 and code <> ?2", minPoints, code) > 0;
    }

    /** Up to {@code limit} levels that begin above these points, lowest first. */
    static List<Level> above(long minPoints, int limit) {
        return Level.<Level>find("minPoints > ?1", Sort.by("minPoints"), minPoints)
                .page(Page.ofSize(limit))
                .list();
    }
}
