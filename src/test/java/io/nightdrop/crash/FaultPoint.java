package io.nightdrop.crash;

import java.util.List;

/**
 * A place in the code where a process can be made to kill itself.
 *
 * @param type the class
 * @param method its method; all of that name count
 * @param when before the method does anything, or after it returned
 * @param hits up to which hit the process may live; a first guess, lowered when it turns out to be too many
 */
record FaultPoint(String type, String method, When when, int hits) {

    /** Which end of the method. */
    enum When {
        BEFORE,
        AFTER
    }

    /** The name for people, for the plan and for the process that is to die there. */
    String name() {
        return type.substring(type.lastIndexOf('.') + 1) + "." + method + (when == When.BEFORE ? ":before" : ":after");
    }

    /** What a process is told that is to die at that hit. */
    List<String> at(int hit) {
        return List.of("crash.point=" + name(), "crash.hit=" + hit);
    }

    @Override
    public String toString() {
        return name();
    }
}
