package io.waybill.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static Map<String, Object> sample() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a \"b\" \\ \n \u001b[31m \u202e \uD83D\uDE9A \uDC80 end");
        map.put("numbers", List.of(1, -2L, 0.5));
        map.put("nothing", Arrays.asList((Object) null));
        map.put("empty", List.of(Map.of(), List.of()));
        map.put("truth", true);
        return map;
    }

    @Test
    void bothFormsReadBackTheSame() {
        Value line = io.waybill.value.Json.parse(Json.line(sample()));
        Value document = io.waybill.value.Json.parse(Json.document(sample()));

        assertThat(line).isEqualTo(document);
        assertThat(Json.line(sample())).doesNotContain("\n");
    }

    @Test
    void nothingInItSteersATerminal() {
        String text = Json.document(sample());

        assertThat(text.chars()
                        .filter(c -> c != '\n' && (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x202e || c == 0xdc80)))
                .isEmpty();
    }
}
