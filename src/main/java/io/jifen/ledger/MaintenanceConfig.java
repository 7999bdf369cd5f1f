package io.jifen.ledger;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/**
 * Who changes tables. The service's own user needs no such right, and is better off without it; left out, it is the
 * service's own user all the same.
 */
@ConfigMapping(prefix = "jifen.maintenance")
interface MaintenanceConfig {

    Optional<String> username();

    Optional<String> password();
}
