package io.waybill.cli;

import io.waybill.engine.Live;
import java.util.List;
import java.util.OptionalLong;

/**
 * What progress shows at one moment.
 *
 * @param groups those whose size is known; what is under way counts where it is clear to which group it belongs
 * @param found what has been counted so far of things whose number is not known yet, for example of a listing
 * @param left milliseconds until it is done, if that can be said
 */
record Picture(
        String run,
        String phase,
        List<Live.GroupNow> groups,
        List<Live.GroupNow> found,
        List<Live.ItemNow> inFlight,
        long items,
        long totalItems,
        long bytes,
        long totalBytes,
        long trouble,
        long retries,
        double bytesPerSecond,
        double itemsPerSecond,
        OptionalLong left) {
    static Picture of(Live.Now now, Speed speed, long nanos) {
        long flying = now.inFlight().stream()
                .mapToLong(item -> Math.min(item.bytes(), item.size()))
                .sum();
        List<Live.GroupNow> known =
                now.groups().stream().filter(group -> group.totalItems() > 0).toList();
        if (known.size() == 1 && flying > 0) {
            Live.GroupNow only = known.get(0);
            known = List.of(new Live.GroupNow(
                    only.name(),
                    only.items(),
                    only.totalItems(),
                    Math.min(only.totalBytes(), only.bytes() + flying),
                    only.totalBytes(),
                    only.trouble()));
            flying = 0;
        }
        List<Live.GroupNow> found = now.groups().stream()
                .filter(group -> group.totalItems() == 0 && group.items() > 0)
                .toList();
        long items = known.stream().mapToLong(Live.GroupNow::items).sum();
        long totalItems = known.stream().mapToLong(Live.GroupNow::totalItems).sum();
        long totalBytes = known.stream().mapToLong(Live.GroupNow::totalBytes).sum();
        long bytes = Math.min(
                totalBytes,
                flying + known.stream().mapToLong(Live.GroupNow::bytes).sum());
        speed.add(nanos, items, bytes);
        return new Picture(
                now.run(),
                now.phase(),
                known,
                found,
                now.inFlight(),
                items,
                totalItems,
                bytes,
                totalBytes,
                now.trouble(),
                now.retries(),
                speed.bytes(),
                speed.items(),
                items < totalItems ? speed.left(totalItems - items, totalBytes - bytes) : OptionalLong.empty());
    }
}
