package io.jifen.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbc.JdbcLockProvider;

/** Locks over all pods, in table {@code shedlock}: what must run once runs where the points are, and stops with them. */
@Singleton
class LockProducer {

    @Produces
    @Singleton
    LockProvider locks(DataSource dataSource) {
        return new JdbcLockProvider(dataSource);
    }
}
