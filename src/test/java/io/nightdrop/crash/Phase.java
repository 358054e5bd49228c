package io.nightdrop.crash;

/** What a process does when it is killed, as far as it can be told from outside: the last of these methods that began. */
enum Phase {
    LOOKING('l', "io.nightdrop.inbox.InboxLooker", "look"),
    TAKING_IN('t', "io.nightdrop.inbox.TakeIn", "resume"),
    CHECK('c', "io.nightdrop.job.CheckManifestTasklet", "execute"),
    BATCHES('b', "io.nightdrop.job.BatchItemWriter", "write"),
    HANDING_ON('h', "io.nightdrop.job.Delivery", "next"),
    SETTLING('s', "io.nightdrop.job.DoubtResolver", "resolve"),
    REPORT('r', "io.nightdrop.job.ReportTasklet", "execute"),
    PUT_AWAY('p', "io.nightdrop.job.PutAwayTasklet", "execute"),
    JOB_START('v', "io.nightdrop.job.Recovery", "recover"),
    DONE('d', "io.nightdrop.result.Drops", "done");

    private final char letter;
    private final String type;
    private final String method;

    Phase(char letter, String type, String method) {
        this.letter = letter;
        this.type = type;
        this.method = method;
    }

    /** How the trail of a process writes it. */
    char letter() {
        return letter;
    }

    String type() {
        return type;
    }

    String method() {
        return method;
    }
}
