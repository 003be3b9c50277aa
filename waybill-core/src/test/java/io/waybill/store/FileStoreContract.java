package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The suite that every {@link FileStore} passes against a real server: how it lists, reads, writes, takes uploads in parts,
 * and which names it can hold. A store that differs overrides the test, asserts the difference and says why.
 */
public abstract class FileStoreContract extends FileUploadContract {
    /** How many names of the corpus the store can hold; a store must not object to names for convenience. */
    protected abstract int holdableNames();

    @Test
    protected void holdsEveryOddNameToTheByteOrSaysWhyNot() throws Exception {
        Set<FileKey> held = new HashSet<>();
        List<String> objections = new ArrayList<>();
        for (NameCorpus.OddName name : NameCorpus.all()) {
            String objection = store.objection(name.key());
            if (objection.isEmpty()) {
                done(apply(put(name.key(), bytes("content of " + name.what()), Condition.ABSENT, MARK)));
                held.add(name.key());
            } else {
                objections.add(name.what() + ": " + objection);
            }
        }
        List<FileKey> listed = list("").stream().map(FileItem::key).toList();
        assertThat(listed).doesNotHaveDuplicates();
        assertThat(new HashSet<>(listed)).isEqualTo(held);
        assertThat(held).as("objections: %s", objections).hasSize(holdableNames());
    }

    @Test
    protected void readsEveryOddNameBack() throws Exception {
        for (NameCorpus.OddName name : NameCorpus.all()) {
            if (store.objection(name.key()).isEmpty()) {
                done(apply(put(name.key(), bytes("content of " + name.what()), Condition.ABSENT, MARK)));
            }
        }
        for (NameCorpus.OddName name : NameCorpus.all()) {
            if (store.objection(name.key()).isEmpty()) {
                assertThat(content(name.key())).as(name.what()).isEqualTo(bytes("content of " + name.what()));
                assertThat(present(name.key()).key()).isEqualTo(name.key());
            }
        }
    }

    @Test
    protected void removesEveryOddName() throws Exception {
        for (NameCorpus.OddName name : NameCorpus.all()) {
            if (store.objection(name.key()).isEmpty()) {
                Evidence evidence = done(apply(put(name.key(), bytes(name.what()), Condition.ABSENT, MARK)));
                done(apply(Effect.remove(name.key(), Condition.Unchanged.version(evidence.version()), MARK)));
                assertThat(find(name.key())).as(name.what()).isNull();
            }
        }
    }

    @Test
    protected void refusesANameItObjectsTo() throws Exception {
        for (NameCorpus.OddName name : NameCorpus.all()) {
            if (!store.objection(name.key()).isEmpty()) {
                Outcome outcome = apply(put(name.key(), bytes("x"), Condition.ABSENT, MARK));
                assertThat(outcome).as(name.what()).isInstanceOf(Outcome.Failed.class);
                assertThat(((Outcome.Failed) outcome).cause().kind()).isEqualTo(StoreException.Kind.INVALID);
                assertThat(find(name.key())).as(name.what()).isNull();
            }
        }
        assertThat(list("")).isEmpty();
    }

    @Test
    protected void saysWhoItIs() throws Exception {
        assertThat(store.identity()).isNotBlank().isEqualTo(another().identity());
        assertThat(store.location().toString()).isNotBlank();
    }
}
