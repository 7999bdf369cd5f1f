package io.jifen.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What this pod does, by {@code jifen.roles}: the same image scales each part of the service by itself. All of them by
 * default, so that one process is a whole service.
 */
@ApplicationScoped
public class PodRoles {

    public enum Role {
        API,
        CONSUMER,
        RELAY,
        JOBS,
        WAREHOUSE
    }

    private final Set<Role> roles;

    PodRoles(
            @ConfigProperty(name = "jifen.roles", defaultValue = "api,consumer,relay,jobs,warehouse") Set<Role> roles) {
        this.roles = Set.copyOf(roles);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }
}
