package io.nightdrop;

import io.nightdrop.cli.CommandLineInterface;
import io.nightdrop.settings.NightdropSettings;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Nightdrop: a scheduled file-drop processor on Spring Batch. */
@SpringBootApplication
@EnableConfigurationProperties(NightdropSettings.class)
public class NightdropApplication {

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(CommandLineInterface.execute(NightdropApplication.class, arguments));
    }
}
