package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.NameCorpus;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreProvider;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are bytes whatever the locale says: a tree written in one locale is the same tree in another. */
class FilesLocaleTest {
    @TempDir
    Path folder = Path.of("unset");

    @ParameterizedTest
    @ValueSource(strings = {"POSIX", "C.UTF-8", "en_US.ISO-8859-1"})
    void writesAndListsEveryNameInTheLocale(String locale) throws Exception {
        // The root itself has an odd name too.
        ChildJvm.Result result = ChildJvm.run(
                ChildJvm.command(Child.class, List.of(folder.toString())), Map.of("LC_ALL", locale, "LANG", locale));
        assertThat(result.exit()).as(result.output()).isZero();
        Set<String> names = new TreeSet<>(result.output().lines().toList());
        try (Store store = Child.open(folder)) {
            assertThat(names).hasSize(56).isEqualTo(Child.listing((FileStore) store));
        }
    }

    /** Writes the corpus, reads each file back and prints the names it lists in hexadecimal. */
    static final class Child {
        private Child() {}

        static Store open(Path folder) throws Exception {
            return new FilesProvider()
                    .open(new StoreProvider.Settings(
                            "test",
                            Map.of("root", "./w\u00fcrzig \ud83d\ude80/", "links", "skip", "durable", "false"),
                            folder,
                            name -> null));
        }

        static Set<String> listing(FileStore store) throws Exception {
            Set<String> names = new TreeSet<>();
            try (Source.Opened opened = store.open(Selection.all(""));
                    Source.Items items = opened.read(opened.splits(1).get(0), null)) {
                for (Source.Page page = items.next(); page != null; page = items.next()) {
                    for (Item item : page.items()) {
                        FileKey key = ((FileItem) item).key();
                        names.add(HexFormat.of().formatHex(key.bytes()));
                        try (FileStore.Reading reading = store.read(key, 0, item.version())) {
                            String content = new String(reading.stream().readAllBytes(), StandardCharsets.UTF_8);
                            if (!content.equals(HexFormat.of().formatHex(key.bytes()))) {
                                throw new AssertionError(key + " holds " + content);
                            }
                        }
                    }
                }
            }
            return names;
        }

        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws Exception {
            try (FileStore store = (FileStore) open(Path.of(arguments[0]))) {
                for (NameCorpus.OddName name : NameCorpus.all()) {
                    if (store.objection(name.key()).isEmpty()) {
                        byte[] content =
                                HexFormat.of().formatHex(name.key().bytes()).getBytes(StandardCharsets.UTF_8);
                        Outcome outcome = store.apply(List.of(Effect.put(
                                        name.key(),
                                        new Content.FileContent(
                                                content.length,
                                                ByteBuffer.wrap(content),
                                                Digest.sha256(content),
                                                Map.of()),
                                        Condition.ABSENT,
                                        "locale/1")))
                                .get(0);
                        if (!(outcome instanceof Outcome.Done)) {
                            throw new AssertionError(name + ": " + outcome);
                        }
                    }
                }
                listing(store).forEach(System.out::println);
            }
        }
    }
}
