package io.waybill.value;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The names of a row's fields, in order. The rows of a table have nearly always one shape, so what can be said of the names
 * alone is worked out once and not for each row. Immutable; two shapes with the same names in the same order are equal.
 */
public final class Shape {
    /** Names up to here are found by looking at each. */
    private static final int FEW = 6;
    /** Shapes met lately, each at the place that its hash gives. */
    private static final AtomicReferenceArray<@Nullable Shape> KNOWN = new AtomicReferenceArray<>(1 << 9);

    private final String[] names;
    private final List<String> list;
    private final @Nullable Map<String, Integer> places;
    private final int[] sorted;
    private final byte[] namesForm;
    private final Set<String> view = new Names();
    private volatile Choice lastChoice;

    /** The fields of another shape that stand in this one: which, and where. */
    private record Choice(List<String> asked, Shape shape, int[] places) {}

    private Shape(String[] names) {
        this.names = names;
        this.list = List.of(names);
        Map<String, Integer> found = null;
        if (names.length > FEW) {
            found = new HashMap<>();
            for (int i = 0; i < names.length; i++) {
                found.put(names[i], i);
            }
        }
        this.places = found;
        Integer[] order = new Integer[names.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> names[a].compareTo(names[b]));
        this.sorted = new int[names.length];
        List<String> ordered = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            sorted[i] = order[i];
            ordered.add(names[order[i]]);
        }
        this.namesForm = Canonical.names(ordered);
        this.lastChoice = new Choice(List.of(), this, new int[0]);
    }

    /**
     * The shape with these names.
     *
     * @throws IllegalArgumentException if one stands there twice
     */
    public static Shape of(List<String> names) {
        int hash = names.hashCode();
        int place = (hash ^ hash >>> 16) & KNOWN.length() - 1;
        Shape known = KNOWN.get(place);
        if (known != null && known.isOf(names)) {
            return known;
        }
        if (Set.copyOf(names).size() < names.size()) {
            throw new IllegalArgumentException("a row has each field once, not " + names);
        }
        Shape made = new Shape(names.toArray(String[]::new));
        KNOWN.set(place, made);
        return made;
    }

    /** Whether these are its names, in this order. */
    public boolean isOf(List<String> asked) {
        if (asked.size() != names.length) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            if (!names[i].equals(asked.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** How many names there are. */
    public int size() {
        return names.length;
    }

    /** The names in order. */
    public List<String> list() {
        return list;
    }

    String name(int place) {
        return names[place];
    }

    /** Where a name stands, or -1. */
    int place(String name) {
        Map<String, Integer> known = places;
        if (known != null) {
            Integer place = known.get(name);
            return place == null ? -1 : place;
        }
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The names in order. */
    Set<String> names() {
        return view;
    }

    /** The place of the name that is number {@code i} by the alphabet. */
    int sorted(int i) {
        return sorted[i];
    }

    /** What stands for all the names in the canonical form of a row; not to be changed. */
    byte[] namesForm() {
        return namesForm;
    }

    /** What of a row of this shape stands under these names, in their order. */
    Row only(List<String> asked, Row row) {
        if (isOf(asked)) {
            return row;
        }
        Choice choice = lastChoice;
        if (!isSame(choice.asked(), asked)) {
            choice = choice(asked);
            lastChoice = choice;
        }
        Value[] chosen = new Value[choice.places().length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = row.at(choice.places()[i]);
        }
        return new Row(choice.shape(), chosen, null);
    }

    /** The same as {@link List#equals}, without the iterators that would be made for each row. */
    private static boolean isSame(List<String> one, List<String> other) {
        if (one == other) {
            return true;
        } else if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).equals(other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private Choice choice(List<String> asked) {
        List<String> there = new ArrayList<>();
        int[] places = new int[asked.size()];
        for (String name : asked) {
            int place = place(name);
            if (place >= 0 && !there.contains(name)) {
                places[there.size()] = place;
                there.add(name);
            }
        }
        return new Choice(List.copyOf(asked), of(there), Arrays.copyOf(places, there.size()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Shape that && Arrays.equals(names, that.names));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(names);
    }

    @Override
    public String toString() {
        return Arrays.toString(names);
    }

    private final class Names extends AbstractSet<String> {
        @Override
        public Iterator<String> iterator() {
            return Collections.unmodifiableList(Arrays.asList(names)).iterator();
        }

        @Override
        public int size() {
            return names.length;
        }

        @Override
        public boolean contains(@Nullable Object name) {
            return name instanceof String text && place(text) >= 0;
        }
    }
}
