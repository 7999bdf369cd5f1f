package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    private final TrustedProxies proxies = new TrustedProxies(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // who is connected | what the header says | who it is
                "203.0.113.5 | - | 203.0.113.5",
                // a header of somebody who is no proxy is worth nothing
                "203.0.113.5 | 198.51.100.9 | 203.0.113.5",
                "10.1.2.3 | 198.51.100.9 | 198.51.100.9",
                // what stands before the last stranger, the stranger may have written
                "10.1.2.3 | 1.1.1.1, 198.51.100.9 | 198.51.100.9",
                "10.1.2.3 | 1.1.1.1, 198.51.100.9, 10.9.9.9, 192.0.2.7 | 198.51.100.9",
                "192.0.2.7 | 198.51.100.9:4711 | 198.51.100.9",
                "192.0.2.8 | 198.51.100.9 | 192.0.2.8",
                // all of them proxies: the first of them began it
                "10.1.2.3 | 10.4.4.4 | 10.4.4.4",
                // what is no address ends the search
                "10.1.2.3 | 198.51.100.9, unknown | 10.1.2.3",
                "10.1.2.3 | example.org | 10.1.2.3",
                "10.1.2.3 | '' | 10.1.2.3",
                "10.1.2.3 | ',,' | 10.1.2.3",
                // IPv6, in one form
                "fd00::1 | 2001:DB8:0:0::1 | 2001:db8::1",
                "fd00::1 | [2001:db8::1]:4711 | 2001:db8::1",
                "2001:db8::1 | 198.51.100.9 | 2001:db8::1",
            })
    void finds_the_last_that_is_no_proxy(String peer, String forwarded, String client) {
        assertThat(proxies.client(peer, forwarded)).isEqualTo(client);
    }

    @Test
    void of_ipv6_the_network_counts() {
        assertThat(TrustedProxies.network("2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2::");
        assertThat(TrustedProxies.network("198.51.100.9")).isEqualTo("198.51.100.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "example.org", "fd00::/129", "10.0.0.0/x", ""})
    void refuses_what_is_no_range(String range) {
        assertThatThrownBy(() -> new TrustedProxies(List.of(range))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void trusts_nobody_by_itself() {
        assertThat(new TrustedProxies(List.of()).client("127.0.0.1", "198.51.100.9"))
                .isEqualTo("127.0.0.1");
    }
}
