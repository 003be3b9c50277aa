package io.waybill.cli;

import java.util.List;

/** A command that cannot be carried out, found by the command line itself; the message is one line for people. */
final class CliException extends RuntimeException {
    private final Code code;
    private final transient List<String> details;

    CliException(Code code, String message) {
        this(code, message, List.of());
    }

    /** With more lines for people. */
    CliException(Code code, String message, List<String> details) {
        super(message, null, false, false);
        this.code = code;
        this.details = List.copyOf(details);
    }

    Code code() {
        return code;
    }

    List<String> details() {
        return details;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code.title() : message;
    }
}
