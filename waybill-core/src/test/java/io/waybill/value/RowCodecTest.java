package io.waybill.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowCodecTest {
    @Test
    void readsBackWhatItWrote() {
        RandomValues random = new RandomValues(1);
        for (int i = 0; i < 20_000; i++) {
            Row row = random.row();
            Row back = RowCodec.decode(RowCodec.encode(row));
            assertThat(back).isEqualTo(row);
            assertThat(back.names()).containsExactlyElementsOf(row.names());
        }
    }

    @Test
    void keepsKindsAndScalesApart() {
        for (Value value : List.of(
                Value.of(1),
                Value.of(new BigDecimal("1")),
                Value.of(new BigDecimal("1.0")),
                new Value.Dbl(1),
                Value.of("1"),
                Value.NULL,
                Value.of(""))) {
            assertThat(RowCodec.decode(RowCodec.encode(Row.of("x", value))).find("x"))
                    .isEqualTo(value);
        }
        assertThat(RowCodec.decode(RowCodec.encode(Row.EMPTY)).has("x")).isFalse();
    }

    @Test
    void wholeNumbersHaveTheirShortestBytes() throws IOException {
        for (int bits = 0; bits <= 140; bits++) {
            BigInteger power = BigInteger.ONE.shiftLeft(bits);
            for (BigInteger number : List.of(power, power.subtract(BigInteger.ONE), power.negate(), power.not())) {
                Row row = Row.of("x", new Value.Int(number));
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                RowCodec.values(row, new DataOutputStream(bytes));
                byte[] content = number.toByteArray();
                ByteArrayOutputStream expected = new ByteArrayOutputStream();
                expected.write('i');
                expected.write(content.length);
                expected.writeBytes(content);
                assertThat(bytes.toByteArray()).as("%s", number).isEqualTo(expected.toByteArray());
                assertThat(RowCodec.decode(RowCodec.encode(row))).isEqualTo(row);
            }
        }
    }

    @Test
    void saysThatARowIsCutShort() {
        byte[] whole = RowCodec.encode(Row.of("name", Value.of("some text")));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> RowCodec.decode(cut)).hasMessageContaining("cut short or damaged");
        }
    }

    @Test
    void keepsTextThatIsNotUnicode() {
        // A lone surrogate is no character; it must not silently become another text.
        for (String text :
                List.of("a\udcffb", "\ud800", "\udfff\ud83d\ude80\udc80", "\ud7ff\ue000", "\ud83d\ud83d\ude80")) {
            Row row = Row.of(text, Value.of(text));
            assertThat(RowCodec.decode(RowCodec.encode(row))).isEqualTo(row);
        }
    }
}
