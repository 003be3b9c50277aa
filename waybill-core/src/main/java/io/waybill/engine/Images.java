package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Before-images of files: what stood at a target before it was replaced, compressed, with a checksum, synced to disk before
 * the ledger names it. One file each, in a folder beside the ledger.
 */
final class Images {
    private final Path folder;

    Images(Path folder) {
        this.folder = folder;
    }

    /** Where the plan says, else beside the ledger. */
    static Images of(Setup setup) {
        String place = setup.plan().images();
        return new Images(
                place == null
                        ? setup.ledger().beside(".images")
                        : setup.plan()
                                .folder()
                                .resolve(place)
                                .resolve(setup.ledger().beside(".images").getFileName()));
    }

    /** Keeps the item at just this version; answers the image's name for the ledger. */
    String keep(long entry, FileStore store, FileItem item) throws StoreException, LedgerException {
        Path draft = folder.resolve("e" + entry + ".image.part");
        try {
            Files.createDirectories(folder);
            Digest sha256;
            try (FileStore.Reading reading = store.read(item.key(), 0, item.version());
                    FileChannel channel = FileChannel.open(
                            draft,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                OutputStream file =
                        new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), 1 << 16);
                GZIPOutputStream zip = new GZIPOutputStream(file, 1 << 16);
                DigestOutputStream out = new DigestOutputStream(zip, Digest.newSha256());
                DataOutputStream head = new DataOutputStream(out);
                Map<String, String> attributes = reading.item().attributes();
                head.writeInt(attributes.size());
                for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                    head.writeUTF(attribute.getKey());
                    head.writeUTF(attribute.getValue());
                }
                head.writeLong(reading.item().size());
                long copied = reading.stream().transferTo(head);
                if (copied != reading.item().size()) {
                    throw new StoreException(
                            StoreException.Kind.CONFLICT,
                            "Cannot keep a before-image of " + store.location().of(item.key())
                                    + ": it changed while it was read. Try again: waybill run");
                }
                reading.confirm();
                head.flush();
                zip.finish();
                file.flush();
                channel.force(true);
                sha256 = Digest.of(out.getMessageDigest().digest());
            }
            String name = "e" + entry + "-" + sha256.hex().substring(0, 16) + ".image";
            Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
            return name + " " + sha256.hex();
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE,
                    "Cannot keep a before-image in " + folder + ": " + e.getMessage()
                            + ". Nothing was replaced. Make room or rights there, then: waybill run",
                    e);
        }
    }

    /** Opens an image after its checksum was checked over its whole length. */
    FileStore.Reading open(String image, FileKey key) throws LedgerException {
        int space = image.indexOf(' ');
        Path file = folder.resolve(image.substring(0, space));
        try {
            DigestInputStream hashed =
                    new DigestInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16), Digest.newSha256());
            try (hashed) {
                hashed.transferTo(OutputStream.nullOutputStream());
            }
            if (!Digest.of(hashed.getMessageDigest().digest()).hex().equals(image.substring(space + 1))) {
                throw new LedgerException(
                        LedgerException.Kind.CORRUPT,
                        "Cannot restore " + key.display() + ": its before-image " + file
                                + " is damaged. The target was left as it is. Put back a copy of the image.");
            }
            DataInputStream in = new DataInputStream(
                    new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16), 1 << 16));
            Map<String, String> attributes = new LinkedHashMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                attributes.put(name, in.readUTF());
            }
            long size = in.readLong();
            FileItem item = new FileItem(key, size, Instant.EPOCH, Version.NONE, attributes, null, null);
            return new ImageReading(item, in);
        } catch (LedgerException e) {
            throw e;
        } catch (IOException e) {
            boolean damaged =
                    e instanceof NoSuchFileException || e instanceof ZipException || e instanceof EOFException;
            throw new LedgerException(
                    damaged ? LedgerException.Kind.CORRUPT : LedgerException.Kind.UNAVAILABLE,
                    "Cannot read before-image " + file + ": "
                            + (e instanceof NoSuchFileException ? "it is gone" : e.getMessage())
                            + ". The target was left as it is. Put back a copy of the image.",
                    e);
        }
    }

    /** Whether an item has the content that an image kept. */
    boolean isImageOf(String image, FileStore store, FileItem item, Retry retry, Pace bytes)
            throws StoreException, LedgerException {
        try (FileStore.Reading before = open(image, item.key())) {
            if (before.item().size() != item.size()) {
                return false;
            }
            MessageDigest sha256 = Digest.newSha256();
            byte[] chunk = new byte[64 << 10];
            for (int count = before.stream().read(chunk);
                    count >= 0;
                    count = before.stream().read(chunk)) {
                sha256.update(chunk, 0, count);
            }
            Digest there = retry.call(() -> Contents.digest(store, item.key(), item.version(), bytes, new LongAdder()))
                    .sha256();
            return there.equals(Digest.of(sha256.digest()));
        } catch (LedgerException | StoreException e) {
            throw e;
        } catch (IOException e) {
            throw Contents.asStoreException(e, store, item.key());
        }
    }

    /** Removes an image that is not needed any more; answers whether there was one. */
    boolean remove(String image) throws IOException {
        return Files.deleteIfExists(folder.resolve(image.substring(0, image.indexOf(' '))));
    }

    private record ImageReading(FileItem item, InputStream stream) implements FileStore.Reading {
        @Override
        public void confirm() {
            // its checksum was checked when it was opened, and nothing else writes it
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
