package io.nightdrop.database;

import io.nightdrop.disk.Disk;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** The embedded database under home; with the profile {@code postgres}, {@code spring.datasource.*} says which instead. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /** Says whether this process runs drops or only looks; the command line sets it. */
    static final String RUNS = "${nightdrop-process.runs:true}";

    @Bean
    HomeLock homeLock(NightdropSettings settings, @Value(RUNS) boolean runs) throws IOException {
        Disk.makeFolder(settings.home());
        Disk.makeFolder(settings.work());
        Disk.makeFolder(settings.database());
        return new HomeLock(settings, runs);
    }

    /**
     * H2 in a file, so that a commit is one: {@code WRITE_DELAY=0} hands it to the operating system before the commit
     * returns (the default waits up to 500 ms and a kill loses it); {@link Durability} puts it on disk where something
     * outside rests on it. {@code AUTO_SERVER} lets other processes look meanwhile, over loopback only.
     */
    @Bean
    @Profile("!postgres")
    JdbcConnectionDetails embeddedDatabase(NightdropSettings settings, HomeLock lock, @Value(RUNS) boolean runs) {
        System.setProperty("h2.bindAddress", "127.0.0.1");
        String url = "jdbc:h2:file:" + settings.database().resolve("nightdrop")
                + ";MODE=PostgreSQL;WRITE_DELAY=0;LOCK_TIMEOUT=10000"
                + (runs || lock.shared() ? ";AUTO_SERVER=TRUE" : ";DB_CLOSE_ON_EXIT=FALSE");
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "nightdrop";
            }

            @Override
            public String getPassword() {
                return "";
            }

            @Override
            public String getJdbcUrl() {
                return url;
            }
        };
    }
}
