package io.waybill.cli.crash;

import io.waybill.engine.Migration;
import io.waybill.engine.RunOptions;
import io.waybill.engine.Setup;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.Selector;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanContext;
import io.waybill.plan.Plans;
import io.waybill.store.Failpoint;
import io.waybill.store.StoreProvider;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sqlite.SQLiteDataSource;

/**
 * A process that runs or rolls back a plan and dies, without any cleaning up, when it reaches a named point for the nth time.
 * Arguments: plan file, verb ({@code run}, {@code rollback} or {@code rollback GROUP}), point, n. Dies with exit code 137; ends with 0 when the point
 * was never reached so often.
 */
final class CrashChild {
    static final int DIED = 137;

    private CrashChild() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        String point = arguments[2];
        int nth = Integer.parseInt(arguments[3]);
        AtomicInteger reached = new AtomicInteger();
        Failpoint.arm(name -> {
            if (name.equals(point) && reached.incrementAndGet() == nth) {
                Runtime.getRuntime().halt(DIED);
            }
        });
        Migration migration = migration(file);
        if (arguments[1].equals("run")) {
            migration.run(RunOptions.ALL);
        } else {
            migration.rollback(1, group(arguments[1].replaceFirst("rollback ?", "")));
        }
    }

    /** What belongs to one group; everything for an empty name. */
    static Selector group(String name) {
        return name.isEmpty()
                ? Selector.ALL
                : new Selector(
                        null,
                        List.of(),
                        List.of(name),
                        List.of(),
                        Set.of(),
                        null,
                        null,
                        entry -> true,
                        Long.MAX_VALUE,
                        "--group " + name);
    }

    static Migration migration(Path file) throws Exception {
        Map<String, StoreProvider> providers = new TreeMap<>();
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            providers.put(provider.type(), provider);
        }
        Plan plan = Plans.read(file, new PlanContext(providers, CrashChild::environment, List.of()));
        return new Migration(new Setup(
                plan,
                ledger(file),
                providers,
                CrashChild::environment,
                InstantSource.system(),
                "crash test, process " + ProcessHandle.current().pid()));
    }

    /** The test's own keys; nothing of the machine's environment. */
    static @org.jspecify.annotations.Nullable String environment(String name) {
        return switch (name) {
            case "TEST_ACCESS_KEY_ID" -> "test";
            case "TEST_SECRET_ACCESS_KEY" -> "test-secret";
            case "LOCAL_ACCESS_KEY_ID" -> "local";
            case "LOCAL_SECRET_ACCESS_KEY" -> "local-secret";
            default -> null;
        };
    }

    static LedgerFile ledger(Path file) {
        return new LedgerFile(file.resolveSibling(".waybill").resolve("crash.db"), path -> {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl("jdbc:sqlite:" + path);
            return source;
        });
    }
}
