package io.waybill.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is going on right now, for a screen to poll as often as it likes; costs the workers a counter each. Safe for use by
 * many threads.
 */
public final class Live {
    private static final Logger LOG = LoggerFactory.getLogger(Live.class);

    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final Map<String, InFlight> inFlight = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> notices = new ConcurrentLinkedQueue<>();
    private final LongAdder retries = new LongAdder();
    private final Map<String, Took> took = new ConcurrentHashMap<>();
    private volatile String phase = "";
    private volatile String run = "";

    /** The counters of one group of one move. */
    public static final class Group {
        private final int order;
        private final String name;
        private final LongAdder totalItems = new LongAdder();
        private final LongAdder totalBytes = new LongAdder();
        private final LongAdder items = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder trouble = new LongAdder();

        Group(int order, String name) {
            this.order = order;
            this.name = name;
        }

        void total(long moreItems, long moreBytes) {
            totalItems.add(moreItems);
            totalBytes.add(moreBytes);
        }

        void bytes(long more) {
            bytes.add(more);
        }

        void done(boolean needsYou) {
            items.increment();
            if (needsYou) {
                trouble.increment();
            }
        }

        void done(long more, long needYou) {
            items.add(more);
            trouble.add(needYou);
        }
    }

    /** How long workers took for items of a move. */
    record Took(LongAdder items, LongAdder nanos) {}

    private record InFlight(String what, long size, LongAdder bytes) {}

    Group group(String move, String group) {
        return groups.computeIfAbsent(
                move + "\u0000" + group, key -> new Group(groups.size(), group.isEmpty() ? move : group));
    }

    LongAdder begin(String what, long size) {
        InFlight flight = new InFlight(what, size, new LongAdder());
        inFlight.put(what, flight);
        return flight.bytes();
    }

    void end(String what) {
        inFlight.remove(what);
    }

    /** Items of a move were written, or tried to, by one worker in this time. */
    void took(String move, long items, long nanos) {
        Took all = took(move);
        all.items().add(items);
        all.nanos().add(nanos);
    }

    Took took(String move) {
        return took.computeIfAbsent(move, key -> new Took(new LongAdder(), new LongAdder()));
    }

    long retries() {
        return retries.sum();
    }

    void retry() {
        retries.increment();
    }

    void phase(String now) {
        LOG.info("phase what=\"{}\" run={}", now, run);
        phase = now;
    }

    void run(String name) {
        run = name;
    }

    void notice(String line) {
        LOG.info("notice run={} {}", run, line);
        notices.add(line);
    }

    /** A message for people that came up since the last call, or null. */
    public @org.jspecify.annotations.Nullable String nextNotice() {
        return notices.poll();
    }

    /** A group's counters at one moment. */
    public record GroupNow(String name, long items, long totalItems, long bytes, long totalBytes, long trouble) {}

    /** An item under way. */
    public record ItemNow(String what, long bytes, long size) {}

    /** Everything at one moment. */
    public record Now(String run, String phase, List<GroupNow> groups, List<ItemNow> inFlight, long retries) {
        public long items() {
            return groups.stream().mapToLong(GroupNow::items).sum();
        }

        public long totalItems() {
            return groups.stream().mapToLong(GroupNow::totalItems).sum();
        }

        public long bytes() {
            return groups.stream().mapToLong(GroupNow::bytes).sum();
        }

        public long totalBytes() {
            return groups.stream().mapToLong(GroupNow::totalBytes).sum();
        }

        public long trouble() {
            return groups.stream().mapToLong(GroupNow::trouble).sum();
        }
    }

    /** How things stand now. */
    public Now now() {
        List<GroupNow> lines = new ArrayList<>();
        groups.values().stream()
                .sorted(Comparator.comparingInt(group -> group.order))
                .forEach(group -> lines.add(new GroupNow(
                        group.name,
                        group.items.sum(),
                        group.totalItems.sum(),
                        group.bytes.sum(),
                        group.totalBytes.sum(),
                        group.trouble.sum())));
        List<ItemNow> flights = new ArrayList<>();
        inFlight.values()
                .forEach(flight ->
                        flights.add(new ItemNow(flight.what(), flight.bytes().sum(), flight.size())));
        return new Now(run, phase, lines, flights, retries.sum());
    }
}
