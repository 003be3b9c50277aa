package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which an endpoint misbehaves. A request meets the faults of every rule that matches it; of two faults of one
 * kind the earlier rule's counts. Rules may come and go while requests are served. Safe for use by several threads.
 */
public final class Faults {
    private final List<FaultRule> rules = new CopyOnWriteArrayList<>();

    private final CountDownLatch closing = new CountDownLatch(1);

    Faults() {}

    /** Begins a rule for these operations, or for every request if there are none. */
    public FaultRule on(Operation... operations) {
        Set<Operation> set = EnumSet.noneOf(Operation.class);
        set.addAll(List.of(operations));
        return new FaultRule(this, set);
    }

    /** Takes all rules out of force. */
    public void clear() {
        rules.clear();
    }

    /** Ends every wait. */
    void close() {
        closing.countDown();
    }

    void add(FaultRule rule) {
        rules.add(rule);
    }

    void remove(FaultRule rule) {
        rules.remove(rule);
    }

    Afflictions match(String method, Operation operation, @Nullable String key) {
        if (rules.isEmpty()) {
            return Afflictions.NONE;
        }
        List<Fault> met = new ArrayList<>();
        for (FaultRule rule : rules) {
            met.addAll(rule.match(method, operation, key));
        }
        return met.isEmpty() ? Afflictions.NONE : new Afflictions(met, closing);
    }
}
