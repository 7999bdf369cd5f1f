package io.jifen.services;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What to start and for whom, as it is handed from one JVM to the next.
 *
 * @param binaries where MariaDB is unpacked, once for all who use it
 * @param data     databases, logs and pid files of this run
 * @param owner    the process that this is for, in the form of {@link PidFile#text}
 * @param mariaDbPort 0: not wanted; the same for the others
 * @param throwAway nobody needs the data afterwards: services are killed rather than shut down
 * @param quickStart they should rather start quickly than run fast
 */
record ServicesPlan(
        Path binaries,
        Path data,
        String owner,
        int mariaDbPort,
        int kafkaPort,
        int redisPort,
        boolean throwAway,
        boolean quickStart) {

    List<String> arguments() {
        return List.of(
                "binaries=" + binaries,
                "data=" + data,
                "owner=" + owner,
                "mariadb=" + mariaDbPort,
                "kafka=" + kafkaPort,
                "redis=" + redisPort,
                "throwAway=" + throwAway,
                "quickStart=" + quickStart);
    }

    static ServicesPlan parse(String[] arguments) {
        Map<String, String> values = Arrays.stream(arguments)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new ServicesPlan(
                Path.of(values.get("binaries")),
                Path.of(values.get("data")),
                values.get("owner"),
                Integer.parseInt(values.get("mariadb")),
                Integer.parseInt(values.get("kafka")),
                Integer.parseInt(values.get("redis")),
                Boolean.parseBoolean(values.get("throwAway")),
                Boolean.parseBoolean(values.get("quickStart")));
    }
}
