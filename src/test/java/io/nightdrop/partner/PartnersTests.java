package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.SettableClock;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.WrongSettingException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;

/** The partners of the settings. */
class PartnersTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    private Partners partners(String... more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "nightdrop.partners.kompliant-live.type", "kompliant",
                "nightdrop.partners.kompliant-live.base-url", "https://api.kompliant.example",
                "nightdrop.partners.kompliant-live.api-key", PartnerFixture.API_KEY,
                "nightdrop.partners.kompliant-live.secret-key", PartnerFixture.SECRET_KEY,
                "nightdrop.partners.kompliant-live.auth-token", PartnerFixture.AUTH_TOKEN));
        for (int i = 0; i < more.length; i += 2) {
            all.put("nightdrop.partners.kompliant-live." + more[i], more[i + 1]);
        }
        NightdropSettings settings = new Binder(new MapConfigurationPropertySource(all))
                .bind("nightdrop", NightdropSettings.class)
                .get();
        SettableClock clock = new SettableClock();
        return new Partners(settings, beans.getBeanProvider(SslBundles.class), clock, clock);
    }

    @Test
    void eachIsTheSameForAllWhoAskForIt() {
        try (Partners partners = partners()) {
            Partner partner = partners.get("kompliant-live");

            assertThat(partner).isSameAs(partners.get("kompliant-live"));
            assertThat(partner.name()).isEqualTo("kompliant-live");
            assertThat(partner.awayUntil()).isEmpty();
            assertThatThrownBy(() -> partners.get("another")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aBundleThatIsNotThereStopsTheStart() {
        beans.registerSingleton("bundles", new DefaultSslBundleRegistry());

        assertThatThrownBy(() -> partners("ssl-bundle", "own-ca"))
                .isInstanceOf(WrongSettingException.class)
                .hasMessage("nightdrop.partners.kompliant-live.ssl-bundle: spring.ssl.bundle has no 'own-ca'");
    }

    @Test
    void aBundleThatIsThereIsTaken() {
        SslBundle bundle = SslBundle.of(SslStoreBundle.NONE);
        beans.registerSingleton("bundles", new DefaultSslBundleRegistry("own-ca", bundle));

        try (Partners partners = partners("ssl-bundle", "own-ca")) {
            assertThat(partners.get("kompliant-live").settings().sslBundle()).isEqualTo("own-ca");
        }
    }
}
