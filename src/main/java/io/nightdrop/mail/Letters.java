package io.nightdrop.mail;

import jakarta.mail.internet.AddressException;

/**
 * Puts messages into words, at the moment when they are sent.
 *
 * @param <M> the messages
 */
@FunctionalInterface
public interface Letters<M extends Outgoing> {

    /**
     * The words of one message.
     *
     * @throws AddressException when it has no address that can be used: it is undeliverable then
     */
    Letter write(M one) throws AddressException;
}
