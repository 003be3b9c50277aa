package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FileKeyTest {
    @Test
    void keepsAnyBytesThroughTextAndBack() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[random.nextInt(24)];
            random.nextBytes(name);
            roundTrip(name);
        }
    }

    @Test
    void keepsBytesThatAreNearlyUtf8() {
        byte[] bytes = "a\u00e9\u20ac\ud83d\ude80%/\\\u0000\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Random random = new Random(12);
        for (int i = 0; i < 20_000; i++) {
            byte[] name = bytes.clone();
            for (int change = random.nextInt(4); change > 0; change--) {
                name[random.nextInt(name.length)] = (byte) random.nextInt(256);
            }
            roundTrip(java.util.Arrays.copyOf(name, random.nextInt(name.length + 1)));
        }
    }

    private static void roundTrip(byte[] name) {
        FileKey key = FileKey.ofBytes(name);
        assertThat(key.bytes()).isEqualTo(name);
        assertThat(FileKey.parse(key.encoded())).isEqualTo(key);
        assertThat(key.isText()).isEqualTo(FileKey.isUtf8(name));
        assertThat(key.encoded().codePoints())
                .noneMatch(point -> point < 0x20 || point == 0x7f || Character.getType(point) == Character.SURROGATE);
        assertSafe(key.display());
    }

    @Test
    void keepsTheNamesOfTheCorpus() {
        for (NameCorpus.OddName name : NameCorpus.all()) {
            assertThat(FileKey.ofBytes(name.key().bytes())).as(name.what()).isEqualTo(name.key());
            assertThat(FileKey.parse(name.key().encoded())).as(name.what()).isEqualTo(name.key());
            assertSafe(name.key().display());
        }
    }

    @Test
    void givesDifferentNamesDifferentEncodings() {
        assertThat(NameCorpus.all().stream().map(name -> name.key().encoded())).doesNotHaveDuplicates();
    }

    @Test
    void encodesOnlyWhatItMust() {
        assertThat(new FileKey("a/b c\u00e9").encoded()).isEqualTo("a/b c\u00e9");
        assertThat(new FileKey("100%\n").encoded()).isEqualTo("100%25%0A");
        assertThat(FileKey.ofBytes(new byte[] {'a', (byte) 0xff}).encoded()).isEqualTo("a%FF");
    }

    @Test
    void displaysWhatCouldDeceiveAsEscapes() {
        assertThat(new FileKey("\u001b[31m").display()).isEqualTo("\\x1b[31m");
        assertThat(new FileKey("\u202egpj").display()).isEqualTo("\\u202egpj");
        assertThat(FileKey.ofBytes(new byte[] {(byte) 0xff}).display()).isEqualTo("\\xff");
    }

    /** Neither control characters nor what changes the direction of text nor half characters reach a terminal. */
    private static void assertSafe(String text) {
        text.codePoints()
                .forEach(point -> assertThat(Character.getType(point))
                        .as("U+%04X", point)
                        .isNotIn(
                                (int) Character.CONTROL,
                                (int) Character.FORMAT,
                                (int) Character.SURROGATE,
                                (int) Character.LINE_SEPARATOR,
                                (int) Character.PARAGRAPH_SEPARATOR));
    }
}
