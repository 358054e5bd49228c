package io.nightdrop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fault points of the crash test name methods that are there: a method that moves away takes its point with it. */
class FaultPointsTests {

    static List<FaultPoint> points() {
        return FaultPoints.ALL;
    }

    static List<Phase> phases() {
        return List.of(Phase.values());
    }

    @ParameterizedTest
    @MethodSource("points")
    void aPointNamesAMethodWithABody(FaultPoint point) {
        assertThat(bodies(point.type(), point.method())).as("%s", point).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void aPhaseNamesAMethodWithABody(Phase phase) {
        assertThat(bodies(phase.type(), phase.method())).as("%s", phase).isNotEmpty();
    }

    @Test
    void thereAreFortyPointsAtLeastAndNoneTwice() {
        assertThat(FaultPoints.ALL).hasSizeGreaterThanOrEqualTo(40);
        assertThat(FaultPoints.ALL).extracting(FaultPoint::name).doesNotHaveDuplicates();
    }

    private static List<Method> bodies(String type, String method) {
        try {
            return Arrays.stream(Class.forName(type).getDeclaredMethods())
                    .filter(own -> own.getName().equals(method) && !Modifier.isAbstract(own.getModifiers()))
                    .toList();
        } catch (ClassNotFoundException gone) {
            return List.of();
        }
    }
}
