package io.waybill.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression or template that cannot be understood, or that cannot be computed for the item at hand. The message is one
 * line for people.
 */
public final class MappingException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong.
     *
     * @param position in the text that was compiled, in UTF-16 units from 0
     * @param hint what was probably meant, for example {@code did you mean "file.size"?}
     */
    public record Fault(
            int position, String message, @Nullable String hint) {
        Fault shifted(int by) {
            return new Fault(position + by, message, hint);
        }

        @Override
        public String toString() {
            return hint == null ? message : message + " -> " + hint;
        }
    }

    private final transient List<Fault> faults;

    /** With everything that is wrong; at least one. */
    public MappingException(List<Fault> faults) {
        super(faults.get(0).toString());
        this.faults = List.copyOf(faults);
    }

    public MappingException(int position, String message, @Nullable String hint) {
        this(List.of(new Fault(position, message, hint)));
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** Everything that is wrong, in the order of the text; at least one. */
    public List<Fault> faults() {
        return faults;
    }

    MappingException shifted(int by) {
        return new MappingException(faults.stream().map(f -> f.shifted(by)).toList());
    }
}
