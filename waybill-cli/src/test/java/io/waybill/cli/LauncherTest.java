package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts waybill, installed beside a Java that only tells what it was given. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script needs a POSIX shell")
final class LauncherTest {
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    private static final Path SCRIPT = Path.of("..", "waybill");

    @TempDir
    Path folder;

    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void install() throws Exception {
        executable("app/bin/waybill", Files.readString(SCRIPT));
        Files.createDirectories(folder.resolve("app/lib"));
        Files.createFile(folder.resolve("app/lib/waybill-cli-1.jar"));
        executable("java/bin/java", "#!/bin/sh\nfor each in \"$@\"; do printf '%s\\n' \"$each\"; done\nenv\ncat\n");
        Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.15\"\n");
        Files.createFile(folder.resolve("input"));
        environment.put("JAVA_HOME", folder.resolve("java").toString());
        environment.put("WAYBILL_NO_ARCHIVE", "1");
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

    /** What Java was given: its arguments, then its variables, then what it could read. */
    private List<String> start(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("app/bin/waybill").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(folder.resolve("input").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.lines().toList();
    }

    @Test
    void whatStartsAndEndsQuicklyIsCompiledQuickly() throws Exception {
        assertThat(start("status")).contains(QUICK, "status");
    }

    @Test
    void longWorkIsOptimized() throws Exception {
        plan("waybill.yaml", "stores: { a: \"postgresql://x/y\" }\n");
        assertThat(start("run")).doesNotContain(QUICK).anyMatch(option -> option.startsWith("-XX:Tier4"));
        assertThat(start("run", "-f", "no such plan")).doesNotContain(QUICK);
    }

    @Test
    void tablesOfDynamoDbAreCompiledQuickly() throws Exception {
        for (String store : List.of(
                "b: { type: dynamodb }",
                "b:\n    type:  'dynamodb'",
                "b: dynamodb://eu-west-1",
                "{\"type\":\"dynamodb\"}")) {
            plan("waybill.yaml", "stores:\n  a: \"postgresql://x/y\"\n  " + store + "\n");
            assertThat(start("run")).as(store).contains(QUICK);
        }
        assertThat(start("-f", "waybill.yaml", "verify")).contains(QUICK);
        assertThat(start("demo")).doesNotContain(QUICK); // which has a plan of its own
        assertThat(start("copy", "postgresql://x/y:orders", "dynamodb://eu-west-1:orders"))
                .contains(QUICK);
    }

    @Test
    void whoKnowsBetterHasTheLastWord() throws Exception {
        plan("waybill.yaml", "stores: { b: { type: dynamodb } }\n");
        environment.put("WAYBILL_JAVA_OPTS", "-XX:TieredStopAtLevel=4");
        assertThat(start("run")).containsSubsequence(QUICK, "-XX:TieredStopAtLevel=4", Main.class.getName());
    }

    @Test
    void itsNameAloneIsNotEnough() throws Exception {
        plan("waybill.yaml", "# after dynamodb\nstores: { a: \"postgresql://dynamodb-proxy/y\" }\n");
        assertThat(start("run", "--reason", "after the dynamodb move")).doesNotContain(QUICK);
    }

    @Test
    void anotherPlanIsLookedAtWhereOneIsNamed() throws Exception {
        plan("waybill.yaml", "stores: { a: \"postgresql://x/y\" }\n");
        plan("the other.yaml", "stores: { b: { type: dynamodb } }\n");
        assertThat(start("run", "-f", "the other.yaml"))
                .containsSequence("run", "-f", "the other.yaml")
                .contains(QUICK);
        assertThat(start("--plan-file=the other.yaml", "run")).contains(QUICK);
        assertThat(start("-fthe other.yaml", "run")).contains(QUICK);
        environment.put("WAYBILL_PLAN_FILE", "the other.yaml");
        assertThat(start("run")).contains(QUICK);
        assertThat(start("run", "-f", "waybill.yaml")).doesNotContain(QUICK);
    }

    @Test
    void aPlanOnStandardInputIsLeftToWaybill() throws Exception {
        plan("input", "stores: { b: { type: dynamodb } }\n");
        plan("-", "");
        assertThat(start("-f", "-", "run")).doesNotContain(QUICK).endsWith("stores: { b: { type: dynamodb } }");
        assertThat(start("-f", "/dev/stdin", "run")).endsWith("stores: { b: { type: dynamodb } }");
    }

    @Test
    void filesBesideThemNeedTheOptimizedDigests() throws Exception {
        for (String files : List.of(
                "c: { type: s3, bucket: x }",
                "c: { type:  files, root: x }",
                "c: \"s3://archive\"",
                "c: /srv",
                "c: ./media",
                "c: '~/media'",
                "\"c\":\"/srv\"",
                "\"c\":{\"type\":\"files\"}",
                "c: ${env.MEDIA} }\nmoves: [ { from: 'c:**', to: d }",
                "c: ${env.MEDIA} }\nmoves: [ { to: d, from: 'c:photos/' }")) {
            plan("waybill.yaml", "stores: { b: { type: dynamodb }, " + files + " }\n");
            assertThat(start("run")).as(files).doesNotContain(QUICK);
        }
    }

    @Test
    void variablesOfOthersReachWaybillAsTheyAre() throws Exception {
        Set<String> names = new TreeSet<>();
        Matcher assigned = Pattern.compile("(?:^|[\\s;(])([a-z_]+)=").matcher(Files.readString(SCRIPT));
        while (assigned.find()) {
            names.add(assigned.group(1));
            environment.put(assigned.group(1), "mine");
        }
        assertThat(names).contains("wb_speed", "plan");
        plan("waybill.yaml", "stores: { b: { type: dynamodb } }\n");
        List<String> given = start("run");
        for (String name : names) {
            if (!name.startsWith("wb_")) {
                assertThat(given).contains(name + "=mine");
            }
        }
    }
}
