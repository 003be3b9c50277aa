package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts waybill, installed beside a Java that only tells what it was given. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script needs a POSIX shell")
final class LauncherTest {
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    @TempDir
    Path folder;

    @BeforeEach
    void install() throws Exception {
        Path script = Path.of("..", "waybill");
        executable("app/bin/waybill", Files.readString(script));
        Files.createDirectories(folder.resolve("app/lib"));
        Files.createFile(folder.resolve("app/lib/waybill-cli-1.jar"));
        executable("java/bin/java", "#!/bin/sh\nfor each in \"$@\"; do printf '%s\\n' \"$each\"; done\n");
        Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.15\"\n");
    }

    private void executable(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void plan(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    /** What Java was given, an argument a line. */
    private List<String> start(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("app/bin/waybill").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(
                        folder.resolve("java/release").toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("JAVA_HOME", folder.resolve("java").toString(), "WAYBILL_NO_ARCHIVE", "1"));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.lines().toList();
    }

    @Test
    void whatStartsAndEndsQuicklyIsCompiledQuickly() throws Exception {
        assertThat(start("status")).contains(QUICK).endsWith("status");
    }

    @Test
    void longWorkIsOptimized() throws Exception {
        plan("waybill.yaml", "stores: { a: \"postgresql://x/y\" }\n");
        assertThat(start("run")).doesNotContain(QUICK).anyMatch(option -> option.startsWith("-XX:Tier4"));
        assertThat(start("run", "-f", "no such plan")).doesNotContain(QUICK);
    }

    @Test
    void tablesOfDynamoDbAreCompiledQuickly() throws Exception {
        plan("waybill.yaml", "stores: { a: \"postgresql://x/y\", b: { type: dynamodb } }\n");
        assertThat(start("run")).contains(QUICK);
        assertThat(start("-f", "waybill.yaml", "verify")).contains(QUICK);
        assertThat(start("copy", "postgresql://x/y:orders", "dynamodb://eu-west-1:orders"))
                .contains(QUICK);
    }

    @Test
    void anotherPlanIsLookedAtWhereOneIsNamed() throws Exception {
        plan("waybill.yaml", "stores: { a: \"postgresql://x/y\" }\n");
        plan("the other.yaml", "stores: { b: { type: dynamodb } }\n");
        assertThat(start("run", "-f", "the other.yaml")).contains(QUICK).endsWith("run", "-f", "the other.yaml");
        assertThat(start("--plan-file=the other.yaml", "run")).contains(QUICK);
        assertThat(start("-f", "-", "run")).doesNotContain(QUICK); // and standard input is left to waybill
    }

    @Test
    void filesBesideThemNeedTheOptimizedDigests() throws Exception {
        for (String files :
                List.of("c: { type: s3, bucket: x }", "c: { type: files, root: /srv }", "c: \"s3://archive\"")) {
            plan("waybill.yaml", "stores: { b: { type: dynamodb }, " + files + " }\n");
            assertThat(start("run")).as(files).doesNotContain(QUICK);
        }
        plan("waybill.yaml", "stores: { b: { type: dynamodb }, c: /srv }\nmoves: [ { from: 'c:**', to: d } ]\n");
        assertThat(start("run")).doesNotContain(QUICK);
    }
}
