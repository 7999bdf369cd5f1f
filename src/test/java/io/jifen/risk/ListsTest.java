package io.jifen.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.risk.Lists.Entry;
import io.jifen.risk.Lists.Found;
import io.jifen.risk.Lists.Kind;
import io.jifen.risk.Lists.List;
import io.jifen.risk.Lists.Whom;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ListsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final Origin PHONE = new Origin("192.0.2.1", "phone", true);

    @Test
    void whoever_is_blocked_in_any_way_is_blocked() {
        assertThat(find(entry(List.BLOCK, Kind.USER, "bob"))).isEqualTo(new Found(List.BLOCK, Kind.USER));
        assertThat(find(entry(List.BLOCK, Kind.USER, "eve"))).isEqualTo(new Found(List.BLOCK, Kind.USER));
        assertThat(find(entry(List.BLOCK, Kind.DEVICE, "phone"))).isEqualTo(new Found(List.BLOCK, Kind.DEVICE));
        assertThat(find(entry(List.ALLOW, Kind.USER, "bob"), entry(List.BLOCK, Kind.IP, "192.0.2.1")))
                .isEqualTo(new Found(List.BLOCK, Kind.IP));
    }

    @Test
    void whose_points_they_are_or_where_it_comes_from_can_be_allowed() {
        assertThat(find(entry(List.ALLOW, Kind.USER, "bob"))).isEqualTo(new Found(List.ALLOW, Kind.USER));
        assertThat(find(entry(List.ALLOW, Kind.IP, "192.0.2.1"))).isEqualTo(new Found(List.ALLOW, Kind.IP));
        assertThat(find(entry(List.ALLOW, Kind.USER, "eve"))).isNull(); // only gets them
    }

    @Test
    void a_name_of_another_kind_is_nobodys() {
        assertThat(find(entry(List.BLOCK, Kind.DEVICE, "bob"), entry(List.BLOCK, Kind.USER, "phone")))
                .isNull();
    }

    @Test
    void what_has_expired_is_as_if_it_were_not_there() {
        Entry entry = new Entry(1, List.BLOCK, new Whom(Kind.USER, "bob"), "why", NOW, "ann", NOW);

        assertThat(new Lists(java.util.List.of(entry)).find("bob", null, null, NOW.minusMillis(1)))
                .isNotNull();
        assertThat(find(entry)).isNull();
    }

    private static Found find(Entry... entries) {
        return new Lists(Arrays.asList(entries)).find("bob", "eve", PHONE, NOW);
    }

    private static Entry entry(List list, Kind kind, String value) {
        return new Entry(1, list, new Whom(kind, value), "why", null, "ann", NOW);
    }
}
