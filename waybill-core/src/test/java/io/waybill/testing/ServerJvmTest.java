package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerJvmTest {
    @Test
    void saysWhereItLookedForAServerThatIsNotThere() {
        assertThatThrownBy(() -> ServerJvm.classPath("no-such-server"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no folder test-servers/no-such-server above");
    }
}
