package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
    /** More than are kept on the heap. */
    private static final int MANY = 1_000_000;

    @Test
    void findsEachOfAMillionKeysAndNoOther() throws Exception {
        KeyIndex index = new KeyIndex();
        Random hashes = new Random(7);
        for (int i = 0; i < MANY; i++) {
            index.add(hashes.nextLong(), i);
        }
        Random again = new Random(7);
        for (int i = 0; i < MANY; i++) {
            assertThat(index.find(again.nextLong())).containsExactly(i);
        }
        assertThat(index.find(again.nextLong())).isEmpty();
    }

    @Test
    void findsTheRowsOfOneKeyTheLastFirst() throws Exception {
        KeyIndex index = new KeyIndex();
        for (int i = 0; i < MANY; i++) {
            index.add(i % 100_000L << 40, i);
        }
        assertThat(index.find(42L << 40))
                .startsWith(900_042L, 800_042L)
                .endsWith(42L)
                .hasSize(10);
        assertThat(index.find(0)).hasSize(10).endsWith(0L);
        assertThat(index.find(1)).isEmpty();
    }
}
