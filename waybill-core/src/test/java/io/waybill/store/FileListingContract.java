package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a file store lists. */
public abstract class FileListingContract extends FileStoreFixture {
    private static final Comparator<FileKey> BY_BYTES = (a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes());

    @Test
    protected void listsNothingInAnEmptyStore() throws Exception {
        assertThat(list("")).isEmpty();
    }

    @Test
    protected void listsNothingInAnEmptyFolder() throws Exception {
        if (makeFolder("empty")) {
            assertThat(list("empty/")).isEmpty();
        } else {
            assertThat(kindOf(() -> list("empty/"))).isEqualTo(StoreException.Kind.NOT_FOUND);
        }
    }

    @Test
    protected void refusesToOpenAFolderThatIsNotThere() throws Exception {
        write("other/a", "x");
        assertThat(kindOf(() -> store.open(Selection.all("missing/")).close()))
                .isEqualTo(StoreException.Kind.NOT_FOUND);
    }

    @Test
    protected void refusesToOpenAFileThatIsNotThere() throws Exception {
        write("dir/ab", "x");
        assertThat(kindOf(() -> store.open(Selection.all("dir/a")).close())).isEqualTo(StoreException.Kind.NOT_FOUND);
    }

    @Test
    protected void listsOneFileAsACollection() throws Exception {
        write("dir/a", "one");
        write("dir/ab", "two");
        write("dir/a.txt", "three");
        assertThat(paths(list("dir/a"))).containsExactly("dir/a");
    }

    @Test
    protected void listsAFolderWithoutItsSiblings() throws Exception {
        List<String> all = List.of("feeds/x", "feeds/deep/y", "feeds.txt", "feeds_old/x", "feedsx", "fee/z", "other");
        writeAll(all);
        assertThat(paths(list("feeds/"))).containsExactlyInAnyOrder("feeds/x", "feeds/deep/y");
    }

    @Test
    protected void listsInTheByteOrderOfKeys() throws Exception {
        writeAll(List.of(
                "a/z",
                "a.txt",
                "a-b/c",
                "a0",
                "a/b/c",
                "B",
                "b",
                "a/b.c",
                "a/b-/d",
                "caf\u00e9",
                "cafe\u0301",
                "\uff5e",
                "\ud83d\ude80",
                "z"));
        List<FileKey> listed = list("").stream().map(FileItem::key).toList();
        assertThat(listed).hasSize(14).isSortedAccordingTo(BY_BYTES);
    }

    @Test
    protected void saysOfEachFileWhatFindSays() throws Exception {
        write("a", "four");
        write("b/c", "");
        for (FileItem listed : list("")) {
            FileItem found = present(listed.key());
            assertThat(listed.size()).isEqualTo(found.size());
            assertThat(listed.version()).isEqualTo(found.version());
        }
    }

    @Test
    protected void listsMoreThanOnePageCompletely() throws Exception {
        List<String> paths = somePaths();
        writeAll(paths);
        List<Source.Page> pages = pages(store, Selection.all(""), null);
        assertThat(pages).hasSizeGreaterThan(1);
        List<String> listed = new ArrayList<>();
        pages.forEach(page ->
                page.items().forEach(item -> listed.add(((FileItem) item).key().path())));
        assertThat(listed).doesNotHaveDuplicates();
        assertThat(new HashSet<>(listed)).isEqualTo(new HashSet<>(paths));
    }

    @Test
    protected void goesOnAfterAPositionInAnotherInstance() throws Exception {
        writeAll(somePaths());
        List<String> whole = paths(list(""));
        List<Source.Page> pages = pages(store, Selection.all(""), null);
        FileStore second = another();
        int seen = 0;
        for (Source.Page page : pages) {
            seen += page.items().size();
            assertThat(paths(list(second, Selection.all(""), page.position())))
                    .isEqualTo(whole.subList(seen, whole.size()));
        }
    }

    @Test
    protected void goesOnAfterAPositionWhoseFileIsGone() throws Exception {
        writeAll(List.of("a", "b", "c/d", "e"));
        List<FileItem> first = list(store, new Selection("", List.of(), 2), null);
        Source.Position position =
                pages(store, new Selection("", List.of(), 2), null).get(0).position();
        FileKey last = first.get(1).key();
        done(apply(Effect.remove(last, Condition.ANY, MARK)));
        assertThat(paths(list(store, Selection.all(""), position))).containsExactly("c/d", "e");
    }

    @Test
    protected void answersNoMoreItemsThanWanted() throws Exception {
        writeAll(List.of("a", "b", "c", "d", "e"));
        assertThat(paths(list(store, new Selection("", List.of(), 3), null))).containsExactly("a", "b", "c");
    }

    @Test
    protected void listsNoMoreWhatWasRemoved() throws Exception {
        write("a", "x");
        write("b", "x");
        done(apply(Effect.remove(key("a"), Condition.ANY, MARK)));
        assertThat(paths(list(""))).containsExactly("b");
    }

    @Test
    protected void listsNoUnfinishedUpload() throws Exception {
        write("a", "x");
        Effect effect = Effect.put(
                key("b"), new Content.FileContent(4, null, null, java.util.Map.of()), Condition.ABSENT, MARK);
        String token = store.begin(effect);
        assertThat(paths(list(""))).containsExactly("a");
        store.abort(key("b"), token);
    }

    private List<String> somePaths() {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < many(); i++) {
            paths.add(i % 3 == 0 ? "flat/" + i : "deep/" + i % 7 + "/" + i % 11 + "/" + i + ".bin");
        }
        return paths;
    }
}
