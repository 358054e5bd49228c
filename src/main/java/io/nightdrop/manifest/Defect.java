package io.nightdrop.manifest;

/**
 * Why a manifest or a bundle cannot be read at all.
 *
 * @param message for a person, with the place where it is known
 */
public record Defect(String message) {}
