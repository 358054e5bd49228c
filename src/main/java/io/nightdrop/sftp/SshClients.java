package io.nightdrop.sftp;

import io.nightdrop.manifest.StrangersText;
import io.nightdrop.settings.SftpSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractive;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.password.PasswordAuthenticationReporter;
import org.apache.sshd.client.auth.password.PasswordIdentityProvider;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.jspecify.annotations.Nullable;

/** Makes the SSH client for one server: strict about the server's key, nothing of the machine's own SSH set-up is used. */
final class SshClients {

    /** Counts the bytes that came over a connection, whatever they are. */
    static final AttributeKey<AtomicLong> RECEIVED = new AttributeKey<>();

    /** What a server may sign with; no SHA-1, no certificates. */
    private static final List<BuiltinSignatures> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    /** Those first that processors help with; the client's own first choice is computed by Java alone. */
    private static final List<BuiltinCiphers> CIPHERS = List.of(
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.aes128ctr,
            BuiltinCiphers.aes192ctr,
            BuiltinCiphers.aes256ctr,
            BuiltinCiphers.cc20p1305_openssh);

    private SshClients() {}

    /** A client that is not started yet; it logs in with the password or with the keys that are there at that moment. */
    static SshClient create(SftpSettings settings, Supplier<List<KeyPair>> keys) {
        SshClient client = SshClient.setUpDefaultClient();
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setServerKeyVerifier((session, address, key) -> verified(settings, key));
        client.setCipherFactories(CIPHERS.stream()
                .filter(BuiltinCiphers::isSupported)
                .<NamedFactory<Cipher>>map(cipher -> cipher)
                .toList());
        client.setSessionFactory(new Sessions(client, settings));
        authenticateWith(settings.password(), keys, client);
        CoreModuleProperties.PASSWORD_PROMPTS.set(client, 1);
        CoreModuleProperties.AUTH_TIMEOUT.set(client, settings.connectTimeout().multipliedBy(2));
        SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(client, settings.connectTimeout());
        SftpModuleProperties.NAME_DECODING_CHARSET.set(client, StandardCharsets.ISO_8859_1);
        return client;
    }

    private static void authenticateWith(@Nullable String password, Supplier<List<KeyPair>> keys, SshClient client) {
        client.setKeyIdentityProvider(session -> keys.get());
        if (password == null) {
            client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        } else {
            client.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE, new OtherwiseInteractive()));
            client.setPasswordAuthenticationReporter(new PasswordRefusals());
            client.setPasswordIdentityProvider(PasswordIdentityProvider.wrapPasswords(password));
        }
    }

    /** Notes that the server has refused the password. */
    private static final class PasswordRefusals implements PasswordAuthenticationReporter {
        static final AttributeKey<Boolean> REFUSED = new AttributeKey<>();

        @Override
        public void signalAuthenticationFailure(
                ClientSession session, String service, String password, boolean partial, List<String> methods) {
            if (!partial) {
                session.setAttribute(REFUSED, true);
            }
        }
    }

    /** Answers a server's question with the password, but not when it has refused it: two wrong answers lock an account twice as soon. */
    private static final class OtherwiseInteractive extends UserAuthKeyboardInteractiveFactory {
        @Override
        public UserAuthKeyboardInteractive createUserAuth(ClientSession session) {
            return new UserAuthKeyboardInteractive() {
                @Override
                protected boolean sendAuthDataRequest(ClientSession session, String service) throws Exception {
                    return session.getAttribute(PasswordRefusals.REFUSED) == null
                            && super.sendAuthDataRequest(session, service);
                }
            };
        }
    }

    /** Throws what is wrong with the key, because the client forwards that to whoever waits for the session. */
    private static boolean verified(SftpSettings settings, PublicKey key) {
        try {
            knownHosts(settings).check(HostKey.of(key));
            return true;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static KnownHosts knownHosts(SftpSettings settings) throws IOException {
        return KnownHosts.read(settings.knownHosts(), new KnownHosts.Server(settings.host(), settings.port()));
    }

    /** Asks the server for a key of a type that is trusted, as {@code ssh} does, and counts what comes. */
    private static final class Sessions extends SessionFactory {
        private final SftpSettings settings;

        Sessions(ClientFactoryManager client, SftpSettings settings) {
            super(client);
            this.settings = settings;
        }

        @Override
        protected ClientSessionImpl doCreateSession(IoSession connection) throws Exception {
            connection.setAttribute(RECEIVED, new AtomicLong());
            ClientSessionImpl session = new OurSession(getClient(), connection);
            KnownHosts known = knownHosts(settings);
            session.setSignatureFactories(SIGNATURES.stream()
                    .filter(BuiltinSignatures::isSupported)
                    .sorted(Comparator.comparing(signature -> !known.trustsType(keyType(signature))))
                    .<NamedFactory<Signature>>map(signature -> signature)
                    .toList());
            return session;
        }

        /**
         * Takes a server at its word that has had enough of tries: OpenSSH says that in a way that could mean anything. Its last words may be
         * printed.
         */
        private static final class OurSession extends ClientSessionImpl {
            OurSession(ClientFactoryManager client, IoSession connection) throws Exception {
                super(client, connection);
            }

            @Override
            protected void handleDisconnect(int code, String said, String language, Buffer buffer) throws Exception {
                String message = StrangersText.plain(said);
                if (code == SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR
                        && kexState.get() == KexState.DONE
                        && !isAuthenticated()) {
                    signalAuthFailure(
                            new SshException(SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE, message));
                }
                super.handleDisconnect(code, message, StrangersText.plain(language), buffer);
            }
        }

        private static String keyType(BuiltinSignatures signature) {
            return KeyUtils.getCanonicalKeyType(signature.getName());
        }

        @Override
        public void messageReceived(IoSession connection, Readable message) throws Exception {
            if (connection.getAttribute(RECEIVED) instanceof AtomicLong received) {
                received.addAndGet(message.available());
            }
            super.messageReceived(connection, message);
        }
    }
}
