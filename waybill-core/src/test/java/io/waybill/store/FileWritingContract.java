package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * How a file store is written to in one piece, and how it removes.
 *
 * <p>Removal where nothing stands: done under ABSENT and ANY (what was wanted holds, nothing was touched), refused with
 * nothing found under {@link Condition.Unchanged}. Removal under ABSENT where something stands is refused with what was
 * found.
 */
public abstract class FileWritingContract extends FileReadingContract {
    @Test
    protected void writesAnEmptyFile() throws Exception {
        write("empty", "");
        assertThat(present(key("empty")).size()).isZero();
        assertThat(paths(list(""))).containsExactly("empty");
    }

    @Test
    protected void answersTheVersionThatFindShows() throws Exception {
        Evidence evidence = write("a", "content");
        assertThat(evidence.version()).isNotEqualTo(Version.NONE);
        assertThat(present(key("a")).version()).isEqualTo(evidence.version());
    }

    @Test
    protected void readsTheContentThroughADuplicate() throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(bytes("..content.."), 2, 7);
        Content content = new Content.FileContent(7, bytes, Digest.sha256(bytes("content")), Map.of());
        done(apply(Effect.put(key("a"), content, Condition.ABSENT, MARK)));
        assertThat(bytes.position()).isEqualTo(2);
        assertThat(bytes.remaining()).isEqualTo(7);
        assertThat(text("a")).isEqualTo("content");
    }

    @Test
    protected void writesFromADirectReadOnlyBuffer() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocateDirect(7).put(bytes("content")).flip();
        Content content =
                new Content.FileContent(7, bytes.asReadOnlyBuffer(), Digest.sha256(bytes("content")), Map.of());
        done(apply(Effect.put(key("a"), content, Condition.ABSENT, MARK)));
        assertThat(text("a")).isEqualTo("content");
    }

    @Test
    protected void keepsAttributes() throws Exception {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("content-type", "text/plain; charset=utf-8");
        attributes.put("content-encoding", "identity");
        attributes.put("content-language", "de");
        attributes.put("cache-control", "max-age=60");
        attributes.put("mtime", "1577836800.123456789");
        attributes.put("meta:colour", "blue green");
        done(apply(put(key("a"), bytes("x"), Condition.ABSENT, MARK, attributes)));
        attributes.keySet().retainAll(keptAttributes());
        assertThat(present(key("a")).attributes()).isEqualTo(attributes);
        try (FileStore.Reading reading = store.read(key("a"), 0, null)) {
            assertThat(reading.item().attributes()).isEqualTo(attributes);
        }
    }

    @Test
    protected void answersTheMark() throws Exception {
        done(apply(put(key("a"), bytes("x"), Condition.ABSENT, "k3f9x2/1234")));
        FileItem item = present(key("a"));
        assertThat(item.mark()).isEqualTo(keepsMarks() ? "k3f9x2/1234" : null);
        assertThat(item.attributes().values()).noneMatch(value -> value.contains("k3f9x2"));
    }

    @Test
    protected void answersTheMarkOfWhoeverWroteLast() throws Exception {
        done(apply(put(key("a"), bytes("x"), Condition.ABSENT, "first/1")));
        done(apply(put(key("a"), bytes("y"), Condition.ANY, "second/2")));
        assertThat(present(key("a")).mark()).isEqualTo(keepsMarks() ? "second/2" : null);
    }

    @Test
    protected void refusesAnAbsentWriteWhereSomethingStands() throws Exception {
        write("a", "first");
        Item found = refused(apply(put(key("a"), bytes("second"), Condition.ABSENT, "other/2")));
        assertThat(found).isNotNull();
        assertThat(Objects.requireNonNull(found).key()).isEqualTo(key("a"));
        assertThat(found.version()).isEqualTo(present(key("a")).version());
        assertThat(text("a")).isEqualTo("first");
    }

    @Test
    protected void letsExactlyOneOfManyRacingAbsentWritesWin() throws Exception {
        int racers = 12;
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        try {
            for (int round = 0; round < 5; round++) {
                FileKey key = key("race/" + round);
                CyclicBarrier start = new CyclicBarrier(racers);
                List<Future<Outcome>> outcomes = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    Effect effect = put(key, bytes("racer " + racer), Condition.ABSENT, "race/" + racer);
                    outcomes.add(threads.submit(() -> {
                        start.await();
                        return store.apply(List.of(effect)).get(0);
                    }));
                }
                List<Integer> winners = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    Outcome outcome = outcomes.get(racer).get();
                    if (outcome instanceof Outcome.Done) {
                        winners.add(racer);
                    } else {
                        refused(outcome);
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(text(key.path())).isEqualTo("racer " + winners.get(0));
                assertThat(present(key).mark()).isEqualTo(keepsMarks() ? "race/" + winners.get(0) : null);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    protected void replacesTheVersionThatWasSeen() throws Exception {
        Evidence first = write("a", "first");
        Evidence second =
                done(apply(put(key("a"), bytes("second"), Condition.Unchanged.version(first.version()), MARK)));
        assertThat(text("a")).isEqualTo("second");
        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(present(key("a")).version()).isEqualTo(second.version());
    }

    @Test
    protected void refusesToReplaceAnotherVersion() throws Exception {
        Evidence first = write("a", "first");
        done(apply(put(key("a"), bytes("other"), Condition.ANY, MARK)));
        Item found = refused(apply(put(key("a"), bytes("second"), Condition.Unchanged.version(first.version()), MARK)));
        assertThat(found == null || found.version().equals(present(key("a")).version()))
                .isTrue();
        assertThat(text("a")).isEqualTo("other");
    }

    @Test
    protected void refusesToReplaceWhatIsGone() throws Exception {
        Evidence first = write("a", "first");
        done(apply(Effect.remove(key("a"), Condition.ANY, MARK)));
        assertThat(refused(apply(put(key("a"), bytes("new"), Condition.Unchanged.version(first.version()), MARK))))
                .isNull();
        assertThat(find(key("a"))).isNull();
    }

    @Test
    protected void writesUnderAnyWhateverStandsThere() throws Exception {
        done(apply(put(key("a"), bytes("first"), Condition.ANY, MARK)));
        done(apply(put(key("a"), bytes("second"), Condition.ANY, MARK)));
        assertThat(text("a")).isEqualTo("second");
    }

    @Test
    protected void refusesContentThatDoesNotMatchItsDigest() throws Exception {
        Content content =
                new Content.FileContent(5, ByteBuffer.wrap(bytes("right")), Digest.sha256(bytes("wrong")), Map.of());
        Outcome outcome = apply(Effect.put(key("a"), content, Condition.ABSENT, MARK));
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).cause().kind()).isEqualTo(StoreException.Kind.CORRUPT);
        assertThat(find(key("a"))).isNull();
    }

    @Test
    protected void answersEachEffectOfABatchInOrder() throws Exception {
        write("b", "stands");
        List<Outcome> outcomes = store.apply(List.of(
                put(key("a"), bytes("x"), Condition.ABSENT, MARK),
                put(key("b"), bytes("x"), Condition.ABSENT, MARK),
                put(key("c/d"), bytes("x"), Condition.ABSENT, MARK)));
        assertThat(outcomes).hasSize(3);
        done(outcomes.get(0));
        refused(outcomes.get(1));
        done(outcomes.get(2));
        assertThat(paths(list(""))).containsExactly("a", "b", "c/d");
        assertThat(text("b")).isEqualTo("stands");
    }

    @Test
    protected void removesTheVersionThatWasSeen() throws Exception {
        Evidence first = write("dir/a", "first");
        done(apply(Effect.remove(key("dir/a"), Condition.Unchanged.version(first.version()), MARK)));
        assertThat(find(key("dir/a"))).isNull();
    }

    @Test
    protected void refusesToRemoveAnotherVersion() throws Exception {
        Evidence first = write("a", "first");
        done(apply(put(key("a"), bytes("other"), Condition.ANY, MARK)));
        refused(apply(Effect.remove(key("a"), Condition.Unchanged.version(first.version()), MARK)));
        assertThat(text("a")).isEqualTo("other");
    }

    @Test
    protected void removesNothingWhereNothingStands() throws Exception {
        Evidence first = write("a", "first");
        done(apply(Effect.remove(key("a"), Condition.ANY, MARK)));
        done(apply(Effect.remove(key("a"), Condition.ANY, MARK)));
        done(apply(Effect.remove(key("a"), Condition.ABSENT, MARK)));
        done(apply(Effect.remove(key("no/such/folder"), Condition.ANY, MARK)));
        assertThat(refused(apply(Effect.remove(key("a"), Condition.Unchanged.version(first.version()), MARK))))
                .isNull();
    }

    @Test
    protected void refusesToRemoveWhatShouldNotBeThere() throws Exception {
        write("a", "first");
        refused(apply(Effect.remove(key("a"), Condition.ABSENT, MARK)));
        assertThat(text("a")).isEqualTo("first");
    }
}
