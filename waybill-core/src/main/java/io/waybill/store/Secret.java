package io.waybill.store;

import org.jspecify.annotations.Nullable;

/** A text that no output may show: prints as {@code ***}. */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** The text itself; for the call that needs it and nothing else. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
