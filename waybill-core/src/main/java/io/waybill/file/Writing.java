package io.waybill.file;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Carries out effects with their bytes at hand. Safe for use by many threads. */
final class Writing {
    /** Each effect under way holds its folders open. */
    private static final int TOGETHER = 32;

    private static final int LONGEST_WRITE = 128 << 10;
    private static final int TRIES = 8;

    private final Root root;
    private final Lookup lookup;
    private final Placing placing;
    private final FilesOptions options;

    Writing(Root root, Lookup lookup, Placing placing, FilesOptions options) {
        this.root = root;
        this.lookup = lookup;
        this.placing = placing;
        this.options = options;
    }

    List<Outcome> apply(List<Effect> effects) throws IOException {
        List<Outcome> outcomes = new ArrayList<>(effects.size());
        for (int from = 0; from < effects.size(); from += TOGETHER) {
            outcomes.addAll(together(effects.subList(from, Math.min(effects.size(), from + TOGETHER))));
        }
        return outcomes;
    }

    private List<Outcome> together(List<Effect> effects) throws IOException {
        @Nullable Outcome[] outcomes = new Outcome[effects.size()];
        Placing.@Nullable Placed[] placed = new Placing.Placed[effects.size()];
        try {
            for (int i = 0; i < effects.size(); i++) {
                Placing.Step step = start(effects.get(i));
                outcomes[i] = step.outcome();
                placed[i] = step.placed();
            }
            Map<Path, @Nullable IOException> synced = new HashMap<>();
            for (int i = 0; i < placed.length; i++) {
                Placing.Placed each = placed[i];
                if (each != null) {
                    outcomes[i] = syncAndFinish(each, synced);
                }
            }
        } finally {
            for (Placing.Placed each : placed) {
                if (each != null) {
                    each.close();
                }
            }
        }
        return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
    }

    private Outcome syncAndFinish(Placing.Placed placed, Map<Path, @Nullable IOException> synced) {
        try {
            if (options.durable()) {
                Path folder = placed.folder().path();
                if (!synced.containsKey(folder)) {
                    synced.put(folder, trySync(placed.folder()));
                }
                IOException failure = synced.get(folder);
                if (failure != null) {
                    throw failure;
                }
            }
            return placing.finish(placed);
        } catch (IOException e) {
            return new Outcome.Unknown(FilesErrors.of("write", root.thing(Placing.key(placed.effect())), e));
        }
    }

    private static @Nullable IOException trySync(Folder folder) {
        try {
            folder.sync();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** The outcome of a whole upload that was put in place. */
    Outcome settle(Placing.Step step) throws IOException {
        if (step.placed() == null) {
            return Objects.requireNonNull(step.outcome());
        }
        return syncAndFinish(step.placed(), new HashMap<>());
    }

    private Placing.Step start(Effect effect) {
        FileKey key = Placing.key(effect);
        String verb = effect.kind() == Effect.Kind.REMOVE ? "remove" : "write";
        try {
            String objection = root.objection(key);
            if (!objection.isEmpty()) {
                throw lookup.invalid(verb, key, objection);
            }
            return switch (effect.kind()) {
                case REMOVE -> Placing.Step.of(remove(effect));
                case PUT -> putWhereFoldersComeAndGo(effect);
                case PATCH -> throw lookup.invalid(verb, key, "a file has no fields to change");
            };
        } catch (IOException e) {
            return Placing.Step.of(new Outcome.Failed(FilesErrors.of(verb, root.thing(key), e)));
        }
    }

    private Placing.Step put(Effect effect) throws IOException {
        FileKey key = Placing.key(effect);
        Content.FileContent content = (Content.FileContent) effect.content();
        ByteBuffer bytes = content.bytes();
        if (bytes == null || bytes.remaining() != content.size()) {
            throw new IllegalArgumentException("content of " + key + " does not have the bytes it speaks of");
        }
        for (int tries = 1; ; tries++) {
            try {
                return tryPut(effect, bytes);
            } catch (NoSuchFileException e) {
                // A folder on the way was removed as empty by another effect.
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Opens the folder of a target, made if missing. */
    Root.Chain folderFor(Effect effect) throws IOException {
        FileKey key = Placing.key(effect);
        List<String> parts = Root.parts(key);
        try {
            return root.make(parts.subList(0, parts.size() - 1), effect.mark());
        } catch (NotDirectoryException | FileAlreadyExistsException e) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot write " + root.thing(key) + ": a file stands where a folder on its path should be.",
                    e);
        }
    }

    private Placing.Step tryPut(Effect effect, ByteBuffer bytes) throws IOException {
        Root.Chain chain = folderFor(effect);
        String name = Placing.key(effect).name();
        String part = null;
        try {
            Placing.Step step = placing.check(effect, chain, name);
            if (step == null) {
                int attempt = firstFree(chain.last(), name, effect.mark());
                part = PartName.of(name, effect.mark(), attempt).name();
                fill(effect, chain.last(), part, bytes);
                step = again(effect, chain.last(), name);
                step = step != null ? step : placing.place(effect, chain, name, part, attempt > 0);
            }
            if (step.placed() == null) {
                giveUp(effect, chain, part);
            }
            return step;
        } catch (IOException | RuntimeException e) {
            giveUp(effect, chain, part);
            throw e;
        }
    }

    private void fill(Effect effect, Folder folder, String part, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = folder.file(part, StandardOpenOption.WRITE)) {
            write(channel, bytes, 0);
            placing.seal(effect, folder, part, channel);
        }
    }

    /** The condition once more, right before the write that replaces something. */
    private Placing.@Nullable Step again(Effect effect, Folder folder, String name) throws IOException {
        if (effect.condition() instanceof Condition.Unchanged) {
            FileFacts stands = folder.find(name);
            if (!placing.holds(effect.condition(), folder, name, stands)) {
                return Placing.Step.of(placing.refused(effect, folder, name, stands));
            }
        }
        return null;
    }

    /** A folder that somebody prunes and makes anew while it is open is opened again; a link stays refused. */
    private Placing.Step putWhereFoldersComeAndGo(Effect effect) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return put(effect);
            } catch (FileSystemLoopException e) {
                if (tries == 5) {
                    throw e;
                }
            }
        }
    }

    private void giveUp(Effect effect, Root.Chain chain, @Nullable String part) {
        try (chain) {
            if (part != null) {
                chain.last().deleteIfThere(part);
            }
            root.prune(chain, effect.mark());
        } catch (IOException e) {
            // What went wrong before is what the caller must hear; a temporary file that stays is found by uploads.
        }
    }

    /** Creates the first temporary file that no other attempt has, and answers its number. */
    static int firstFree(Folder folder, String name, String mark) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                folder.file(
                                PartName.of(name, mark, attempt).name(),
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE)
                        .close();
                return attempt;
            } catch (FileAlreadyExistsException e) {
                // Another attempt, cut short or still under way.
            }
        }
    }

    /** Writes all bytes at an offset, leaving the buffer's position alone. */
    static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        int start = bytes.position();
        int done = 0;
        while (done < bytes.remaining()) {
            ByteBuffer slice = bytes.slice(start + done, Math.min(LONGEST_WRITE, bytes.remaining() - done));
            done += channel.write(slice, offset + done);
        }
    }

    private Outcome remove(Effect effect) throws IOException {
        FileKey key = Placing.key(effect);
        List<String> parts = Root.parts(key);
        String name = parts.get(parts.size() - 1);
        boolean must = effect.condition() instanceof Condition.Unchanged;
        try (Root.Chain chain = root.walk(parts.subList(0, parts.size() - 1))) {
            Folder folder = chain.last();
            FileFacts stands = folder.find(name);
            if (stands == null || stands.isFolder()) {
                return must ? new Outcome.Refused(null) : new Outcome.Done(Evidence.NONE);
            } else if (!stands.isFile()) {
                throw lookup.invalid("remove", key, "it is a " + stands.type() + ", which is left alone");
            } else if (effect.condition() instanceof Condition.Absent
                    || !placing.holds(effect.condition(), folder, name, stands)) {
                return placing.refused(effect, folder, name, stands);
            }
            folder.delete(name);
            try {
                Placing.removeStale(folder, name, effect.mark());
                if (options.durable()) {
                    folder.sync();
                }
                root.prune(chain, effect.mark());
            } catch (IOException e) {
                return new Outcome.Unknown(FilesErrors.of("remove", root.thing(key), e));
            }
            return new Outcome.Done(Evidence.NONE);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return must ? new Outcome.Refused(null) : new Outcome.Done(Evidence.NONE);
        }
    }
}
