package io.nightdrop;

import io.nightdrop.cli.CommandLineInterface;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Nightdrop: a scheduled file-drop processor on Spring Batch. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class NightdropApplication {

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(CommandLineInterface.execute(NightdropApplication.class, arguments));
    }
}
