package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.plan.PlanException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs a verb of the engine with progress on the screen and an ear for requests to stop. */
final class Work {
    private Work() {}

    /** What is to be done. */
    interface Task<T> {
        T carryOut() throws IOException, RefusedException;
    }

    /** Carries it out; one that was stopped before it could answer ends as stopped. */
    static <T> T during(Waybill waybill, Migration migration, String verb, Task<T> task)
            throws IOException, PlanException, RefusedException {
        return answer(waybill, migration, verb, task).value();
    }

    /** What came out, and how to exit because it was stopped, or null. */
    record Answer<T>(T value, @Nullable Exit stopped) {}

    static <T> Answer<T> answer(Waybill waybill, Migration migration, String verb, Task<T> task)
            throws IOException, PlanException, RefusedException {
        String owner = waybill.workplace().setup(verb).owner();
        try (Interrupts interrupts = Interrupts.during(waybill, migration, owner)) {
            Progress progress = Progress.start(waybill, migration.live());
            try {
                T value = task.carryOut();
                return new Answer<>(value, interrupts.exit());
            } catch (RefusedException e) {
                Exit stopped = interrupts.exit();
                if (stopped != null) {
                    throw new StoppedException(stopped);
                }
                throw e;
            } finally {
                progress.close();
            }
        }
    }

    /** A verb was stopped before it could answer anything. */
    static final class StoppedException extends RuntimeException {
        private final Exit exit;

        StoppedException(Exit exit) {
            super("stopped", null, false, false);
            this.exit = exit;
        }

        Exit exit() {
            return exit;
        }
    }
}
