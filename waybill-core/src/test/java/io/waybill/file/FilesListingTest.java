package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesListingTest {
    @TempDir
    Path root = Path.of("unset");

    private record Listing(List<String> paths, List<String> skipped, List<Source.Position> positions) {}

    private Listing list(FilesStore store, String collection) throws Exception {
        try (Source.Opened opened = store.open(Selection.all(collection));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            return drain(items);
        }
    }

    private static Listing drain(Source.Items items) throws Exception {
        Listing listing = new Listing(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Source.Page page = items.next(); page != null; page = items.next()) {
            for (Item item : page.items()) {
                listing.paths().add(((FileItem) item).key().path());
            }
            page.skipped()
                    .forEach(skipped ->
                            listing.skipped().add(((FileKey) skipped.key()).path() + ": " + skipped.reason()));
            listing.positions().add(page.position());
        }
        return listing;
    }

    private Listing walk(long budget, @Nullable String after) throws Exception {
        Root files = new Root(FilesOptions.of(root, false, true));
        try (FolderWalk walk = new FolderWalk(
                files,
                new LinkedFiles(root, false),
                List.of(),
                after == null ? null : new FileKey(after),
                Long.MAX_VALUE,
                budget)) {
            return drain(walk);
        }
    }

    private FilesStore store() {
        return new FilesStore(FilesOptions.of(root, false, true));
    }

    private void touch(String path) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    @Test
    void reportsLinksAndSpecialFilesWithTheReason(@TempDir Path outside) throws Exception {
        touch("a");
        Files.createSymbolicLink(root.resolve("link"), root.resolve("a"));
        Files.createSymbolicLink(root.resolve("folder-link"), outside);
        Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nothing"));
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("sock")));
            Listing listing = list(store(), "");
            assertThat(listing.paths()).containsExactly("a");
            assertThat(listing.skipped())
                    .containsExactly(
                            "dangling: symbolic link",
                            "folder-link: symbolic link",
                            "link: symbolic link",
                            "pipe: named pipe",
                            "sock: socket");
        }
    }

    @Test
    void listsLinkedFilesInsideTheRootWhenAsked(@TempDir Path outside) throws Exception {
        touch("a");
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("in"), Path.of("a"));
        Files.createSymbolicLink(root.resolve("out"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(root.resolve("to-folder"), root);
        Listing listing = list(new FilesStore(FilesOptions.of(root, true, true)), "");
        assertThat(listing.paths()).containsExactly("a", "in");
        assertThat(listing.skipped())
                .containsExactly(
                        "loop: symbolic link that cannot be followed",
                        "out: symbolic link out of the root",
                        "to-folder: symbolic link to a folder");
    }

    @Test
    void leavesOutWhatIsWaybillsOwn() throws Exception {
        touch(".waybill/state.db");
        touch("dir/.waybill-k3=2F1-0123456789abcdef.0.part");
        touch("dir/.waybill-k3=2F1-0123456789abcdef.0.parts");
        touch(".waybillish");
        touch("dir/.waybill-notes");
        assertThat(list(store(), "").paths()).containsExactly(".waybillish", "dir/.waybill-notes");
    }

    @Test
    void listsNoFolderThatIsALink(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("folder"), outside);
        StoreException e = catchThrowableOfType(
                StoreException.class,
                () -> store().open(Selection.all("folder/")).close());
        assertThat(e.kind()).isEqualTo(StoreException.Kind.INVALID);
    }

    @Test
    void listsRandomTreesInByteOrderWhateverTheBudget() throws Exception {
        Random random = new Random(42);
        String[] parts = {
            "a", "a-", "a.", "a0", "ab", "b", "-", "~", "\u00e9", "\uff5e", "\ud83d\ude80", "a!", "a-b", "A"
        };
        TreeSet<String> expected = new TreeSet<>(Names::compare);
        for (int i = 0; i < 1_500; i++) {
            StringBuilder path = new StringBuilder();
            int depth = random.nextInt(4);
            for (int level = 0; level < depth; level++) {
                path.append(parts[random.nextInt(parts.length)]).append('/');
            }
            path.append(parts[random.nextInt(parts.length)]);
            if (random.nextInt(3) == 0) {
                path.append(random.nextInt(40));
            }
            try {
                touch(path.toString());
                expected.add(path.toString());
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // A file or folder stands in its way: the tree is random enough without it.
            } catch (java.nio.file.FileSystemException e) {
                assertThat(e.getReason()).isEqualTo("Not a directory");
            }
        }
        List<String> all = List.copyOf(expected);
        assertThat(all).hasSizeGreaterThan(300);
        for (long budget : new long[] {1, 200, 5_000, 1 << 20}) {
            assertThat(walk(budget, null).paths()).isEqualTo(all);
        }
        for (int i = 0; i < all.size(); i += 7) {
            assertThat(walk(700, all.get(i)).paths()).isEqualTo(all.subList(i + 1, all.size()));
        }
        assertThat(walk(700, "a-").paths())
                .isEqualTo(all.stream()
                        .filter(path -> Names.compare(path, "a-") > 0)
                        .toList());
        assertThat(walk(700, "zzz").paths())
                .isEqualTo(all.stream()
                        .filter(path -> Names.compare(path, "zzz") > 0)
                        .toList());
    }

    @Test
    void takesAHugeFolderInChunks() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            names.add("file-" + i);
            touch("file-" + i);
        }
        Collections.sort(names);
        try (Folder folder = Folder.open(root, true)) {
            FolderNames first = FolderNames.read(folder, null, null, 10_000);
            assertThat(first.whole()).isFalse();
            assertThat(first.names())
                    .hasSizeLessThan(400)
                    .isEqualTo(names.subList(0, first.names().size()));
        }
        assertThat(walk(20_000, null).paths()).isEqualTo(names);
    }

    @Test
    void comparesNamesAsBytes() {
        List<String> names = new ArrayList<>(List.of("a", "b", "\u00e9", "\uff5e", "\ud83d\ude80", "ab", ""));
        names.add(FileKey.ofBytes(new byte[] {(byte) 0x80}).path());
        names.add(FileKey.ofBytes(new byte[] {(byte) 0xff}).path());
        names.add(FileKey.ofBytes(new byte[] {'a', (byte) 0xc3}).path());
        for (String a : names) {
            for (String b : names) {
                int expected = java.util.Arrays.compareUnsigned(new FileKey(a).bytes(), new FileKey(b).bytes());
                assertThat(Integer.signum(Names.compare(a, b))).isEqualTo(Integer.signum(expected));
            }
        }
    }
}
