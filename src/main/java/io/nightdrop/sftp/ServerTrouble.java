package io.nightdrop.sftp;

/** A failure to be had with a server whose message is one line that stands for itself; what caused it says less. */
public interface ServerTrouble {}
