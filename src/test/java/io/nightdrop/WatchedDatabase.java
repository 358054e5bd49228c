package io.nightdrop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Stands between the application and its database: writes down statements and commits, and fails commits on demand. */
public class WatchedDatabase implements BeanPostProcessor {

    /** Puts one between the application of a test and its database. */
    @TestConfiguration
    public static class Watching {
        @Bean
        static WatchedDatabase watchedDatabase() {
            return new WatchedDatabase();
        }
    }

    /** What is written down for the beginning of a transaction. */
    public static final String BEGIN = "BEGIN";

    /** What is written down for a commit. */
    public static final String COMMIT = "COMMIT";

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private volatile IntPredicate failing = commit -> false;
    private volatile int commits;
    private volatile Predicate<String> failingStatements = statement -> false;
    private volatile @Nullable String failingStatement;

    /** Forgets what was written down, and fails the commits of those numbers, from 1. */
    public void begin(IntPredicate failingCommits) {
        log.clear();
        commits = 0;
        failing = failingCommits;
        failingStatements = statement -> false;
    }

    /** From now on fails the statements of that text. */
    public void failStatements(Predicate<String> failing) {
        failingStatements = failing;
    }

    /** Fails, once, the next statement with that text in it. */
    public void failOnce(String statement) {
        failingStatement = statement;
    }

    /** What was written down. */
    public List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource source
                ? proxy(
                        DataSource.class,
                        source,
                        (method, result) -> method.equals("getConnection") && result instanceof Connection connection
                                ? watched(connection)
                                : result)
                : bean;
    }

    private Connection watched(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statement((String) arguments[0]);
                    }
                    if (method.getName().equals("setAutoCommit") && Boolean.FALSE.equals(arguments[0])) {
                        log.add(BEGIN);
                    }
                    if (method.getName().equals("commit")) {
                        commit();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private synchronized void statement(String sql) throws SQLException {
        String once = failingStatement;
        if (once != null && sql.contains(once)) {
            failingStatement = null;
            throw new SQLTransientConnectionException("The connection was cut at " + once);
        }
        if (failingStatements.test(sql)) {
            throw new SQLTransientConnectionException("The connection was cut before " + sql);
        }
        log.add(sql);
    }

    private synchronized void commit() throws SQLException {
        commits++;
        if (failing.test(commits)) {
            throw new SQLTransientConnectionException("The connection was cut at commit " + commits);
        }
        log.add(COMMIT);
    }

    private interface Wrapping {
        Object wrap(String method, Object result);
    }

    private static Object proxy(Class<?> type, Object target, Wrapping wrapping) {
        return Proxy.newProxyInstance(
                WatchedDatabase.class.getClassLoader(),
                new Class<?>[] {type, AutoCloseable.class},
                (self, method, arguments) -> {
                    try {
                        return wrapping.wrap(method.getName(), method.invoke(target, arguments));
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
