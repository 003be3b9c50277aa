package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the system refuses. */
class FilesTroubleTest {
    @TempDir
    Path folder = Path.of("unset");

    @Test
    void saysThatTheDiskIsFullAndLeavesNothing() throws Exception {
        List<String> command = new ArrayList<>(
                List.of("unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\""));
        command.add(folder.toString());
        if (ChildJvm.run(concat(command, List.of("true")), Map.of()).exit() != 0) {
            command.add(1, "-r");
        }
        boolean able = ChildJvm.run(concat(command, List.of("true")), Map.of()).exit() == 0;
        if (!able) {
            System.err.println("FilesTroubleTest: not tried on a full disk: no right to mount one of 1 MB here");
        }
        assumeTrue(able, "no right to mount a small file system");
        ChildJvm.Result result = ChildJvm.run(
                concat(command, ChildJvm.command(Child.class, List.of("full", folder.toString()))), Map.of());
        assertThat(result.output())
                .isEqualTo("UNAVAILABLE Cannot write " + folder
                        + "/new/big: no space left on the device. Free some, then run again. left: []\n");
    }

    @Test
    void saysWhichFolderItMayNotRead() throws Exception {
        Path locked = Files.createDirectories(folder.resolve("tree/a/locked"));
        Files.createFile(folder.resolve("tree/b"));
        Files.createFile(locked.resolve("inside"));
        Files.createFile(folder.resolve("tree/secret"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(folder.resolve("tree/secret"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name", "").equals("root")) {
            // Root may read everything, so somebody else has to try, from a copy of the classes that all may read.
            command.addAll(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
            command.addAll(List.of("env", "HOME=/"));
        }
        command.addAll(ChildJvm.command(
                Child.class, List.of("denied", folder.resolve("tree").toString())));
        command.set(command.indexOf("-cp") + 1, readableClasses().toString());
        ChildJvm.Result result = ChildJvm.run(command, Map.of());
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        assertThat(result.output())
                .isEqualTo("DENIED Cannot list " + folder + "/tree/a/locked/: permission denied."
                        + " Grant it, then run again.\n"
                        + "DENIED Cannot read " + folder + "/tree/secret: permission denied."
                        + " Grant it, then run again.\n"
                        + "DENIED Cannot write " + folder + "/tree/new: permission denied."
                        + " Grant it, then run again.\n");
    }

    private Path readableClasses() throws Exception {
        Path copy = Files.createDirectories(folder.resolve("classes"));
        for (Class<?> each : List.of(FilesStore.class, Child.class)) {
            Path from = Path.of(
                    each.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> all = Files.walk(from)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    Path to = copy.resolve(from.relativize(file));
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        try (Stream<Path> all = Files.walk(copy)) {
            for (Path each : all.toList()) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        return copy;
    }

    @Test
    void tellsKindsApart() {
        assertThat(kind(new AccessDeniedException("/x"))).isEqualTo(Kind.DENIED);
        assertThat(kind(new IOException("No space left on device"))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(kind(new FileSystemException("/x", null, "Input/output error")))
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(kind(new FileSystemException("/x", null, "File name too long")))
                .isEqualTo(Kind.INVALID);
        assertThat(kind(new FileSystemException("/x", null, "Read-only file system")))
                .isEqualTo(Kind.DENIED);
        assertThat(kind(new IOException("Kein Platz mehr"))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(FilesErrors.of("read", "x", new IOException("two\nlines")).getMessage())
                .isEqualTo("Cannot read x: two lines.");
    }

    private static Kind kind(IOException e) {
        return FilesErrors.of("read", "/x", e).kind();
    }

    @Test
    void refusesAFileInTheWayOfAFolder() throws Exception {
        Files.createFile(folder.resolve("a"));
        FileStore store = new FilesStore(FilesOptions.of(folder, false, true));
        StoreException e = Child.failure(store, "a/b");
        assertThat(e.kind()).isEqualTo(Kind.INVALID);
        assertThat(e).hasMessageContaining("a file stands where a folder");
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    /** Runs where the disk is small or the user is another. */
    static final class Child {
        private Child() {}

        static StoreException failure(FileStore store, String path) throws StoreException {
            byte[] bytes = new byte[3 << 20];
            Outcome outcome = store.apply(List.of(Effect.put(
                            new FileKey(path),
                            new Content.FileContent(
                                    bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of()),
                            Condition.ABSENT,
                            "test/1")))
                    .get(0);
            return ((Outcome.Failed) outcome).cause();
        }

        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws Exception {
            Path root = Path.of(arguments[1]);
            FileStore store = new FilesStore(FilesOptions.of(root, false, true));
            if (arguments[0].equals("full")) {
                StoreException e = failure(store, "new/big");
                try (Stream<Path> left = Files.list(root)) {
                    System.out.println(e.kind() + " " + e.getMessage() + " left: " + left.toList());
                }
                return;
            }
            try (Source.Opened opened = store.open(Selection.all(""));
                    Source.Items items = opened.read(opened.splits(1).get(0), null)) {
                while (items.next() != null) {}
            } catch (StoreException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            try (FileStore.Reading reading = store.read(new FileKey("secret"), 0, null)) {
                System.out.println(reading.item());
            } catch (StoreException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            StoreException e = failure(store, "new");
            System.out.println(e.kind() + " " + e.getMessage());
        }
    }

    @Test
    void saysThatARootIsMissing() {
        FileStore store = new FilesStore(FilesOptions.of(folder.resolve("none"), false, true));
        assertThat(catchThrowableOfType(
                                StoreException.class,
                                () -> store.open(Selection.all("")).close())
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }
}
