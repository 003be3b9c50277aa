package io.waybill.s3endpoint;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule: which requests, and which faults they meet. Without narrowing it means every request. Set it up before {@link
 * #then}, which puts it into force. Safe for use by several threads after that.
 */
public final class FaultRule {
    private final Faults owner;
    private final Set<Operation> operations;
    private @Nullable String method;
    private String key = "";
    private long first = 1;
    private long last = Long.MAX_VALUE;
    private List<Fault> faults = List.of();
    private long matched;
    private long hits;

    FaultRule(Faults owner, Set<Operation> operations) {
        this.owner = owner;
        this.operations = operations;
    }

    /** Only requests with this HTTP method. */
    public FaultRule method(String name) {
        method = name;
        return this;
    }

    /** Only requests whose key contains this. */
    public FaultRule key(String part) {
        key = part;
        return this;
    }

    /** Only the nth request that matches, counted from 1. */
    public FaultRule nth(long n) {
        first = n;
        last = n;
        return this;
    }

    /** Only the first so many requests that match; after {@link #from} that many from there. */
    public FaultRule times(long count) {
        last = first + count - 1;
        return this;
    }

    /** Only the nth request that matches, and those after it. */
    public FaultRule from(long n) {
        first = n;
        return this;
    }

    /** Puts the rule into force. */
    public FaultRule then(Fault... what) {
        faults = List.of(what);
        owner.add(this);
        return this;
    }

    /** Takes the rule out of force. */
    public void remove() {
        owner.remove(this);
    }

    /** How many requests met the faults. */
    public synchronized long hits() {
        return hits;
    }

    synchronized List<Fault> match(String requestMethod, Operation operation, @Nullable String requestKey) {
        boolean meant = (operations.isEmpty() || operations.contains(operation))
                && (method == null || method.equals(requestMethod))
                && (key.isEmpty() || (requestKey != null && requestKey.contains(key)));
        if (!meant) {
            return List.of();
        }
        matched++;
        if (matched < first || matched > last) {
            return List.of();
        }
        hits++;
        return faults;
    }
}
