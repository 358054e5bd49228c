package io.nightdrop.cli;

import io.nightdrop.database.HomeInUseException;
import io.nightdrop.node.ForeignHomeException;
import io.nightdrop.settings.WrongSettingException;
import io.nightdrop.sftp.ServerTrouble;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.bind.BindException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says what went wrong in one line and chooses the exit code. */
final class Faults implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult result) {
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof ForeignHomeException
                    || cause instanceof UsageException
                    || cause instanceof WrongSettingException) {
                return say(line, String.valueOf(cause.getMessage()), ExitCode.USAGE);
            }
            if (cause instanceof HomeInUseException || cause instanceof ServerTrouble) {
                return say(line, Output.clean(String.valueOf(cause.getMessage())), ExitCode.FAULT);
            }
            if (cause instanceof BindException || cause instanceof ConfigurationPropertiesBindException) {
                return say(line, SettingsFault.of(failure), ExitCode.USAGE);
            }
            cause = cause.getCause();
        }
        LoggerFactory.getLogger(Faults.class).debug("The command failed", failure);
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String where = failure instanceof BeanCreationException ? "cannot start: " : "";
        return say(
                line,
                where + root.getClass().getSimpleName() + ": "
                        + Output.clean(String.valueOf(root.getMessage()).replaceAll("\\s+", " ")),
                ExitCode.FAULT);
    }

    private static int say(CommandLine line, String message, ExitCode code) {
        line.getErr().println("nightdrop: " + message);
        return code.code();
    }
}
