package io.waybill.jdbc;

import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges the condition of an effect by the row that was found under lock. */
public final class RowConditions {
    private RowConditions() {}

    /**
     * Whether the effect may happen. A digest is of the whole row, or of the columns that the condition or a put names: what
     * they do not name may hold what the table itself put there.
     *
     * @param row what a put writes; else empty
     * @param found what stands there
     */
    public static boolean hold(Effect effect, Row row, @Nullable Row found) {
        if (effect.condition() instanceof Condition.Absent) {
            return found == null && effect.kind() != Effect.Kind.PATCH;
        } else if (effect.condition() instanceof Condition.Unchanged unchanged) {
            return found != null && isUnchanged(unchanged, effect.kind() == Effect.Kind.PUT ? row : null, found);
        }
        return found != null || effect.kind() != Effect.Kind.PATCH;
    }

    private static boolean isUnchanged(Condition.Unchanged unchanged, @Nullable Row put, Row found) {
        Version version = unchanged.version();
        if (version != null && !version.equals(Version.NONE)) {
            return false;
        }
        Row fields = unchanged.fields();
        boolean same = fields == null || isSame(fields, Canonical.digest(fields), found);
        Digest digest = unchanged.digest();
        if (same && digest != null) {
            same = digest.equals(Canonical.digest(found))
                    || (fields != null && isSame(fields, digest, found))
                    || (put != null && isSame(put, digest, found));
        }
        return same && unchanged.missing().stream().noneMatch(found::has);
    }

    private static boolean isSame(Row named, Digest digest, Row found) {
        return digest.equals(Canonical.digest(found.only(List.copyOf(named.names()))));
    }
}
