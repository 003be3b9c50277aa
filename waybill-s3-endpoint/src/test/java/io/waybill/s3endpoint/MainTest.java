package io.waybill.s3endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder = Path.of("");

    private static EndpointOptions parse(String... args) throws IOException {
        return Main.parse(args);
    }

    @Test
    void understandsItsArguments() throws IOException {
        Path secret = Files.writeString(folder.resolve("pair"), "key\nsecret\n");
        EndpointOptions options = parse(
                "--folder",
                folder.toString(),
                "--port",
                "9123",
                "--bucket",
                "one",
                "--bucket",
                "two",
                "--no-sync",
                "--credentials",
                secret.toString(),
                "--latency",
                "5",
                "--until-eof");
        assertThat(options.mode()).isEqualTo(EndpointOptions.Mode.FOLDER);
        assertThat(options.folder()).isEqualTo(folder);
        assertThat(options.port()).isEqualTo(9123);
        assertThat(options.buckets()).containsExactly("one", "two");
        assertThat(options.sync()).isFalse();
        assertThat(options.credentials()).isEqualTo(new Credentials("key", "secret"));
        assertThat(parse("--discard", "--no-verify").verify()).isFalse();
        assertThat(parse("--memory").mode()).isEqualTo(EndpointOptions.Mode.MEMORY);
    }

    @Test
    void refusesArgumentsThatMakeNoSense() {
        assertThatThrownBy(() -> parse()).hasMessageContaining("--memory, --discard and --folder");
        assertThatThrownBy(() -> parse("--memory", "--discard")).hasMessageContaining("one of");
        assertThatThrownBy(() -> parse("--memory", "--prot", "1")).hasMessageContaining("--prot");
        assertThatThrownBy(() -> parse("--memory", "--port")).hasMessageContaining("--port needs a value");
    }
}
