package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.settings.InboxSettings.NotifyOf;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PeopleSettingsTests {

    private static InboxSettings bind(String... keysAndValues) {
        Map<String, String> all = new HashMap<>();
        all.put("nightdrop.inboxes.sis.directory", "/srv/drop");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put("nightdrop.inboxes.sis." + keysAndValues[i], keysAndValues[i + 1]);
        }
        NightdropSettings settings =
                new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("nightdrop", NightdropSettings.class);
        return Objects.requireNonNull(settings.inboxes().get("sis"));
    }

    @Test
    void nobodyIsToldUnlessSomebodyIsNamed() {
        assertThat(bind().people()).isEmpty();
        assertThat(bind().notifyOf()).isEqualTo(NotifyOf.ALL);
    }

    @Test
    void addressesAreAListAndNobodyIsNamedTwice() {
        assertThat(bind("notify", "a@example.edu, b@bücher.example,a@example.edu", "notify-of", "failures"))
                .satisfies(inbox -> {
                    assertThat(inbox.people()).containsExactly("a@example.edu", "b@bücher.example");
                    assertThat(inbox.notifyOf()).isEqualTo(NotifyOf.FAILURES);
                });
        assertThat(bind("notify[0]", "a@example.edu", "notify[1]", "b@example.edu")
                        .people())
                .containsExactly("a@example.edu", "b@example.edu");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nobody", "@example.edu", "Ana Costa <ana@example.edu>", "a@b@", "łukasz@example.edu", "a b@c"})
    void whatIsNoAddressIsNamedWithItsProperty(String wrong) {
        assertThatThrownBy(() -> bind("notify", "a@example.edu," + wrong))
                .rootCause()
                .hasMessageStartingWith("nightdrop.inboxes.sis.notify: '" + wrong + "': ");
    }
}
