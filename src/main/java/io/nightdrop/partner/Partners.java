package io.nightdrop.partner;

import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.PartnerSettings;
import io.nightdrop.settings.WrongSettingException;
import io.nightdrop.time.Ticker;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.stereotype.Component;

/** The partners of the settings by their names. Each is made when it is first asked for, and connects when something is first sent to it. */
@Component
public final class Partners implements AutoCloseable {

    private final Map<String, PartnerSettings> settings;
    private final Map<String, SslBundle> bundles = new HashMap<>();
    private final Clock clock;
    private final Ticker ticker;
    private final Map<String, Partner> partners = new HashMap<>();

    /** @throws WrongSettingException when a partner names an SSL bundle that is not there, or cannot be read */
    Partners(NightdropSettings settings, ObjectProvider<SslBundles> bundles, Clock clock, Ticker ticker) {
        this.settings = settings.partners();
        this.clock = clock;
        this.ticker = ticker;
        this.settings.forEach((name, partner) -> {
            if (partner.sslBundle() != null) {
                this.bundles.put(name, bundle(name, partner.sslBundle(), bundles.getIfAvailable()));
            }
        });
    }

    private static SslBundle bundle(String name, String bundle, @Nullable SslBundles bundles) {
        String key = "nightdrop.partners." + name + ".ssl-bundle: ";
        if (bundles == null) {
            throw new WrongSettingException(key + "there are no bundles under spring.ssl.bundle");
        }
        try {
            SslBundle found = bundles.getBundle(bundle);
            found.createSslContext();
            return found;
        } catch (NoSuchSslBundleException missing) {
            throw new WrongSettingException(key + "spring.ssl.bundle has no '" + bundle + "'");
        } catch (RuntimeException unusable) {
            throw new WrongSettingException(
                    key + "'" + bundle + "' cannot be used: " + root(unusable).getMessage());
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /**
     * The partner of that name, the same at each call.
     *
     * @throws IllegalStateException when the settings have none of that name
     */
    public synchronized Partner get(String name) {
        return partners.computeIfAbsent(name, this::made);
    }

    /** Whether a partner of that name is known to be away, and it is not yet time to ask it again. */
    public synchronized boolean isAway(String name) {
        Partner known = partners.get(name);
        return known != null && known.awayUntil().isPresent();
    }

    private Partner made(String name) {
        PartnerSettings own = Optional.ofNullable(settings.get(name))
                .orElseThrow(() -> new IllegalStateException("There is no partner '" + name
                        + "' under nightdrop.partners: put it back, its drops wait for it"));
        Line line = new Line(name, () -> Transport.of(own, bundles.get(name)), clock);
        return new Partner(
                name,
                own,
                line,
                own.type() == PartnerSettings.Type.PEARSANA ? new AccessTokens(name, own, line, ticker) : null,
                new Patience(name, own.requestsPerSecond(), clock, ticker, () -> ThreadLocalRandom.current()
                        .nextDouble()),
                clock);
    }

    /** Ends all connections, also those in use. */
    @Override
    public synchronized void close() {
        partners.values().forEach(Partner::close);
    }
}
