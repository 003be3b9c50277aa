package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Template;
import io.waybill.store.Effect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows that name the files of a move, and what is written where once a file is proven at its target. Immutable.
 *
 * @param rows a table, or what a query gives; each row is one item of the move
 * @param path where in the store of files a row's file stands
 * @param then what is told, in order, once a row's file is proven at its target
 * @param otherwise what is told once a row's file was given up; {@code else} in a plan
 * @param unit the move that writes the rows once their files are proven, when they are rows of units; else null
 * @param folder which rows of units name a folder, of which all goes that stands below; null for none
 */
public record Each(
        From rows,
        Template path,
        List<Told> then,
        List<Told> otherwise,
        @Nullable String unit,
        @Nullable Expression folder) {
    public Each {
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
    }

    /** Rows that stay where they are. */
    public Each(From rows, Template path, List<Told> then, List<Told> otherwise) {
        this(rows, path, then, otherwise, null, null);
    }

    /** Rows of the units that a move writes. */
    static Each ofUnits(String move, From rows, Template path, @Nullable Expression folder) {
        return new Each(rows, path, List.of(), List.of(), move, folder);
    }

    /**
     * A row that learns of a file.
     *
     * @param to the table, or null for the row that names the file
     * @param kind a patch of a row that is there, or the put of a new one
     * @param addColumns whether columns that the table lacks are added to it
     * @param when whether it happens, or null for always
     */
    public record Told(
            @Nullable From to,
            Effect.Kind kind,
            RowMapping row,
            boolean addColumns,
            @Nullable Expression when) {
        /** The store that it is written to; {@code rows} are the rows of its move. */
        public String store(From rows) {
            return to == null ? rows.store() : to.store();
        }
    }
}
