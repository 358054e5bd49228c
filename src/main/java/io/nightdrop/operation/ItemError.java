package io.nightdrop.operation;

/**
 * Why an item fails.
 *
 * @param code from the operation's list of codes
 * @param message for a person; names the field
 */
public record ItemError(String code, String message) {}
