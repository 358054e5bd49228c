package io.nightdrop.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The database of one home: what the process is told of it, and how the test looks into it while no process runs. */
interface CrashDatabase {

    /** What a command is given to find it. */
    List<String> arguments();

    /** A connection for the test. */
    Connection connect() throws SQLException;

    /** The embedded one in that home. */
    static CrashDatabase embedded(Path home) {
        return new CrashDatabase() {
            @Override
            public List<String> arguments() {
                return List.of();
            }

            @Override
            public Connection connect() throws SQLException {
                return DriverManager.getConnection(
                        "jdbc:h2:file:" + home.resolve("db/nightdrop") + ";MODE=PostgreSQL;WRITE_DELAY=0;IFEXISTS=TRUE",
                        "nightdrop",
                        "");
            }
        };
    }

    /** A new, empty one of that server. */
    static CrashDatabase postgres(PostgresServer server, String name) throws SQLException, IOException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return existing(server, name);
    }

    /** One that the server has already. */
    static CrashDatabase existing(PostgresServer server, String name) {
        return new CrashDatabase() {
            @Override
            public List<String> arguments() {
                return List.of(
                        "--spring.profiles.active=postgres",
                        "--spring.datasource.url=" + server.url(name),
                        "--spring.datasource.username=postgres",
                        "--spring.datasource.password=postgres",
                        "--spring.datasource.hikari.maximum-pool-size=8");
            }

            @Override
            public Connection connect() throws SQLException {
                return server.connect(name);
            }
        };
    }
}
