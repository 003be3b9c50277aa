package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.SimulatedCrash;
import io.waybill.store.Source;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process finds after the one before died at a named point. */
class FilesCrashTest {
    private static final FileKey KEY = new FileKey("made/deep/file \u00e9");
    private static final String MARK = "k3f9x2/1234";
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path root = Path.of("unset");

    @AfterEach
    void disarm() {
        Failpoint.arm(null);
    }

    private FileStore store() {
        return new FilesStore(FilesOptions.of(root, false, true));
    }

    private static Effect effect(Condition condition, String mark, boolean whole) {
        ByteBuffer bytes = whole ? ByteBuffer.wrap(CONTENT) : null;
        return Effect.put(
                KEY, new Content.FileContent(CONTENT.length, bytes, Digest.sha256(CONTENT), Map.of()), condition, mark);
    }

    private void crashAt(String point, Runnable call) {
        Failpoint.arm(name -> {
            if (name.equals(point)) {
                throw new SimulatedCrash(name);
            }
        });
        assertThatThrownBy(call::run).isInstanceOf(SimulatedCrash.class);
        Failpoint.arm(null);
    }

    private void crashWhilePutting(String point) {
        crashAt(point, () -> {
            try {
                store().apply(List.of(effect(Condition.ABSENT, MARK, true)));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private @Nullable FileItem find() throws Exception {
        return (FileItem) store().find(List.of(KEY)).get(KEY);
    }

    private List<String> inFolder() throws Exception {
        try (Stream<Path> files = Files.list(root.resolve("made/deep"))) {
            return files.map(Names::last).sorted().toList();
        }
    }

    private Outcome put(Condition condition, String mark) throws Exception {
        return store().apply(List.of(effect(condition, mark, true))).get(0);
    }

    private void assertWholeAndAlone() throws Exception {
        assertThat(inFolder()).containsExactly("file \u00e9");
        try (FileStore.Reading reading = store().read(KEY, 0, null)) {
            assertThat(reading.stream().readAllBytes()).isEqualTo(CONTENT);
            reading.confirm();
        }
    }

    @Test
    void showsNothingAfterACrashBeforeTheLinkAndTheRetryCleansUp() throws Exception {
        crashWhilePutting("files-before-link");
        assertThat(find()).isNull();
        assertThat(store().uploads(KEY)).hasSize(1);
        assertThat(listed()).isEmpty();
        assertThat(put(Condition.ABSENT, MARK)).isInstanceOf(Outcome.Done.class);
        assertWholeAndAlone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"files-after-link-before-sync", "files-after-sync-before-unlink"})
    void showsTheWholeFileWithOurMarkAfterACrashBehindTheLink(String point) throws Exception {
        crashWhilePutting(point);
        FileItem item = Objects.requireNonNull(find());
        assertThat(item.size()).isEqualTo(CONTENT.length);
        assertThat(item.mark()).isEqualTo(MARK);
        assertThat(listed()).containsExactly(KEY.path());
        Outcome outcome = put(Condition.ABSENT, MARK);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(((Outcome.Done) outcome).evidence().version())
                .isEqualTo(Objects.requireNonNull(find()).version());
        assertWholeAndAlone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"files-after-link-before-sync", "files-after-sync-before-unlink"})
    void knowsOurFileByItsSecondLinkWhereThereAreNoAttributes(String point) throws Exception {
        crashWhilePutting(point);
        Files.getFileAttributeView(
                        Names.resolve(root, KEY.path()), UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .delete("waybill.mark");
        assertThat(Objects.requireNonNull(find()).mark()).isEqualTo(MARK);
        store().abort(KEY, store().uploads(KEY).get(0));
        assertThat(Objects.requireNonNull(find()).mark()).isNull();
        assertWholeAndAlone();
    }

    @Test
    void refusesAnotherEffectAfterACrashBehindTheLinkAndSaysWhoseItIs() throws Exception {
        crashWhilePutting("files-after-link-before-sync");
        Outcome outcome = put(Condition.ABSENT, "other/1");
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((FileItem) Objects.requireNonNull(((Outcome.Refused) outcome).found())).mark())
                .isEqualTo(MARK);
    }

    @Test
    void keepsTheMarkWhenTheSecondLinkIsCleanedUp() throws Exception {
        crashWhilePutting("files-after-link-before-sync");
        for (String token : store().uploads(KEY)) {
            store().abort(KEY, token);
        }
        assertThat(Objects.requireNonNull(find()).mark()).isEqualTo(MARK);
        assertWholeAndAlone();
    }

    @Test
    void finishesAReplacementThatCrashedBeforeIt() throws Exception {
        put(Condition.ABSENT, "first/1");
        FileItem first = Objects.requireNonNull(find());
        Condition seen = Condition.Unchanged.version(first.version());
        crashAt("files-before-link", () -> {
            try {
                store().apply(List.of(effect(seen, MARK, true)));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(Objects.requireNonNull(find()).mark()).isEqualTo("first/1");
        assertThat(put(seen, MARK)).isInstanceOf(Outcome.Done.class);
        assertThat(Objects.requireNonNull(find()).mark()).isEqualTo(MARK);
        assertWholeAndAlone();
    }

    @Test
    void countsAPartOnlyWhenItIsInTheJournal() throws Exception {
        Effect effect = effect(Condition.ABSENT, MARK, false);
        String token = store().begin(effect);
        FileStore.Part first = send(effect, token, 1, 0, 3);
        crashAt("files-part-written", () -> send(effect, token, 2, 3, 4));
        assertThat(Objects.requireNonNull(store().parts(KEY, token)))
                .extracting(FileStore.StoredPart::number)
                .containsExactly(1);
        FileStore.Part second = send(effect, token, 2, 3, 4);
        assertThat(store().complete(effect, token, List.of(first, second))).isInstanceOf(Outcome.Done.class);
        assertWholeAndAlone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"files-before-link", "files-after-link-before-sync", "files-after-sync-before-unlink"})
    void completesAnUploadAgainAfterACrash(String point) throws Exception {
        Effect effect = effect(Condition.ABSENT, MARK, false);
        String token = store().begin(effect);
        List<FileStore.Part> parts = List.of(send(effect, token, 1, 0, 3), send(effect, token, 2, 3, 4));
        crashAt(point, () -> {
            try {
                store().complete(effect, token, parts);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(store().complete(effect, token, parts)).isInstanceOf(Outcome.Done.class);
        assertThat(store().uploads(KEY)).isEmpty();
        assertWholeAndAlone();
    }

    @Test
    void refusesToCompleteWithAPartThatIsMissingOrMisplaced() throws Exception {
        Effect effect = effect(Condition.ABSENT, MARK, false);
        String token = store().begin(effect);
        FileStore.Part first = send(effect, token, 1, 0, 3);
        FileStore.Part misplaced = send(effect, token, 2, 4, 3);
        FileStore.Part missing = new FileStore.Part(3, 1, "tag", first.sha256());
        assertThat(store().complete(effect, token, List.of(first, misplaced))).isInstanceOf(Outcome.Failed.class);
        assertThat(store().complete(effect, token, List.of(first, missing))).isInstanceOf(Outcome.Failed.class);
        assertThat(find()).isNull();
    }

    @Test
    void readsNoTokenAsAPath() throws Exception {
        Files.writeString(root.resolve("victim"), "x");
        for (String token :
                List.of("victim", "../victim", "/etc/passwd", ".waybill-a-0123456789abcdef.0.part/../../victim")) {
            assertThat(store().parts(new FileKey("victim"), token)).isNull();
            store().abort(new FileKey("victim"), token);
        }
        assertThat(root.resolve("victim")).exists();
    }

    private FileStore.Part send(Effect effect, String token, int number, int from, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(CONTENT, Math.min(from, CONTENT.length - length), length);
        byte[] copy = new byte[length];
        bytes.duplicate().get(copy);
        try {
            return store().part(effect, token, number, from, bytes, Digest.sha256(copy));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> listed() throws Exception {
        List<String> paths = new java.util.ArrayList<>();
        try (Source.Opened opened = store().open(Selection.all(""));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                page.items().forEach(item -> paths.add(((FileItem) item).key().path()));
            }
        }
        return paths;
    }
}
