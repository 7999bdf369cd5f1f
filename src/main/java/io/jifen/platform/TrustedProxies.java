package io.jifen.platform;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ranges of addresses whose word about their callers is taken. Pure. */
final class TrustedProxies {

    private final List<IpSubnetFilterRule> ranges;

    /** @throws IllegalArgumentException where one of them is no address and no range */
    TrustedProxies(List<String> ranges) {
        this.ranges = ranges.stream().map(TrustedProxies::range).toList();
    }

    /**
     * The caller behind the proxies: of the addresses that the request went through, the last one that is not a proxy of
     * ours. What stands before it in the header, the caller may have written; so may whatever is no address.
     *
     * @param peer who is connected to us
     * @param forwarded addresses with commas in between, the latest at the end, as trusted proxies leave it
     */
    String client(String peer, @Nullable String forwarded) {
        String client = canonical(peer);
        if (client == null) {
            return peer;
        }
        String[] hops = forwarded == null ? new String[0] : forwarded.split(",", -1);
        for (int hop = hops.length - 1; hop >= 0 && trusts(client); hop--) {
            String before = canonical(hops[hop].strip());
            if (before == null) {
                break;
            }
            client = before;
        }
        return client;
    }

    boolean trusts(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return false;
        }
        InetSocketAddress socket = new InetSocketAddress(address(bytes), 0);
        return ranges.stream().anyMatch(range -> range.matches(socket));
    }

    /** One form for each address, without zone and port; null where it is none. */
    static @Nullable String canonical(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(withoutPort(text));
        return bytes == null ? null : NetUtil.toAddressString(address(bytes));
    }

    /** The first address of the /64 of an IPv6 address; others as they are. */
    static String network(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || address(bytes) instanceof Inet4Address) {
            return address;
        }
        Arrays.fill(bytes, 8, 16, (byte) 0);
        return NetUtil.toAddressString(address(bytes));
    }

    /** Some proxies write {@code 192.0.2.7:4711} and {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? text : text.substring(1, end);
        }
        int colon = text.indexOf(':');
        return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
    }

    private static IpSubnetFilterRule range(String text) {
        String[] parts = text.strip().split("/", 2);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        if (bytes == null) {
            throw new IllegalArgumentException("not an address or range of them: " + text);
        }
        InetAddress first = address(bytes);
        int longest = first instanceof Inet4Address ? 32 : 128;
        try {
            int prefix = parts.length == 1 ? longest : Integer.parseInt(parts[1]);
            if (prefix < 0 || prefix > longest) {
                throw new IllegalArgumentException("a prefix is from 0 to " + longest + ": " + text);
            }
            return new IpSubnetFilterRule(first, prefix, IpFilterRuleType.ACCEPT);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an address or range of them: " + text, e);
        }
    }

    /** Of bytes, so that no name is looked up; an IPv4 address inside an IPv6 one is that IPv4 address. */
    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
