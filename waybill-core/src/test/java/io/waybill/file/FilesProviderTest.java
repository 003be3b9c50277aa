package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waybill.store.FileStore;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesProviderTest {
    @TempDir
    Path folder = Path.of("unset");

    private Store open(String... options) throws Exception {
        FilesProvider provider = new FilesProvider();
        Map<String, String> all = new HashMap<>();
        for (StoreProvider.Option option : provider.options()) {
            if (option.defaultValue() != null) {
                all.put(option.name(), option.defaultValue());
            }
        }
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return provider.open(new StoreProvider.Settings("disk", all, folder, name -> null));
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(StoreProvider.class))
                .filteredOn(provider -> provider.type().equals("files"))
                .hasSize(1)
                .allMatch(provider -> provider.schemes().isEmpty());
    }

    @Test
    void hasTheseOptions() {
        assertThat(new FilesProvider().options())
                .extracting(option ->
                        option.name() + " " + option.type() + " " + option.defaultValue() + " " + option.required())
                .containsExactly("root TEXT null true", "links TEXT skip false", "durable BOOLEAN true false");
    }

    @Test
    void takesARelativeRootFromThePlansFolder() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        try (Store store = open("root", "./data")) {
            assertThat(store.location().toString()).isEqualTo(folder.toRealPath() + "/data");
        }
    }

    @Test
    void givesOneFolderOneIdentity() throws Exception {
        Files.createDirectories(folder.resolve("data/inner"));
        Files.createSymbolicLink(folder.resolve("alias"), folder.resolve("data"));
        String plain = open("root", folder + "/data/inner").identity();
        assertThat(open("root", "alias/inner/").identity()).isEqualTo(plain);
        assertThat(open("root", "data/../data/./inner").identity()).isEqualTo(plain);
        assertThat(open("root", "data").identity()).isNotEqualTo(plain);
    }

    @Test
    void keepsItsIdentityWhenTheRootIsMade() throws Exception {
        String before = open("root", "new/deep").identity();
        Files.createDirectories(folder.resolve("new/deep"));
        assertThat(open("root", "new/deep").identity()).isEqualTo(before);
    }

    @Test
    void refusesOptionsItDoesNotKnow() {
        StoreException links = catchThrowableOfType(StoreException.class, () -> open("root", "x", "links", "follow"));
        assertThat(links).hasMessage("Cannot open store disk: links is follow. Use skip or follow-files.");
        assertThat(links.kind()).isEqualTo(StoreException.Kind.INVALID);
        assertThat(catchThrowableOfType(StoreException.class, () -> open("root", "x", "durable", "yes")))
                .hasMessage("Cannot open store disk: durable is yes. Use true or false.");
        assertThat(catchThrowableOfType(StoreException.class, () -> open("root", "")))
                .hasMessageStartingWith("Cannot open store disk: its root is no path.");
        assertThatThrownBy(() -> new FilesProvider().parse("files:x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cutsFilesIntoAtMost9999Parts() throws Exception {
        FileStore store = (FileStore) open("root", ".");
        assertThat(store.partSize(16L << 20)).isZero();
        assertThat(store.partSize((16L << 20) + 1)).isEqualTo(16L << 20);
        assertThat(store.partSize(9_999L * (16L << 20))).isEqualTo(16L << 20);
        assertThat(store.partSize(9_999L * (16L << 20) + 1)).isEqualTo(17L << 20);
        assertThat(store.partSize(1L << 50) * 9_999).isGreaterThanOrEqualTo(1L << 50);
    }
}
