package io.waybill.aws.dynamodb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * Keeps the requests of a store below a number of capacity units a second, reads and writes apart. Each request asks what it
 * consumed; the next ones wait until that much has been granted. Safe for many threads.
 */
final class Capacity implements ExecutionInterceptor {
    private static final String ASK = "ReturnConsumedCapacity";
    private static final ExecutionAttribute<Double> RESERVED = new ExecutionAttribute<>("waybillReserved");

    /** A page of a megabyte, read consistently. */
    private static final double PAGE = 256;

    private final Map<Class<?>, Double> usual = new ConcurrentHashMap<>();
    private final @Nullable Bucket reads;
    private final @Nullable Bucket writes;

    /** Units a second; 0 for no limit. */
    Capacity(int reads, int writes) {
        this.reads = reads == 0 ? null : new Bucket(reads);
        this.writes = writes == 0 ? null : new Bucket(writes);
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        SdkField<?> field = field(context.request());
        if (field == null || bucket(context.request()) == null) {
            return context.request();
        }
        SdkRequest.Builder builder = context.request().toBuilder();
        field.set(builder, "TOTAL");
        return builder.build();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        Bucket bucket = bucket(context.request());
        if (bucket != null) {
            double expected = usual(context.request()) * parts(context.request());
            bucket.take(expected);
            attributes.putAttribute(RESERVED, expected);
        }
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        Bucket bucket = bucket(context.request());
        Double reserved = attributes.getAttribute(RESERVED);
        if (bucket != null && reserved != null) {
            double consumed = consumed(context.response());
            bucket.giveBack(reserved - consumed);
            usual.put(
                    context.request().getClass(),
                    usual(context.request()) * 0.8 + consumed / parts(context.request()) * 0.2);
        }
    }

    /** What a part of such a request consumed lately. */
    private double usual(SdkRequest request) {
        return usual.getOrDefault(request.getClass(), request instanceof ScanRequest ? PAGE : 1.0);
    }

    private static int parts(SdkRequest request) {
        int parts = 1;
        if (request instanceof BatchWriteItemRequest batch) {
            parts = batch.requestItems().values().stream().mapToInt(List::size).sum();
        } else if (request instanceof BatchGetItemRequest batch) {
            parts = batch.requestItems().values().stream()
                    .mapToInt(keys -> keys.keys().size())
                    .sum();
        } else if (request instanceof TransactWriteItemsRequest transaction) {
            parts = 2 * transaction.transactItems().size();
        }
        return Math.max(1, parts);
    }

    /** Whoever is refused has consumed something all the same, so what was reserved stays taken. */
    private @Nullable Bucket bucket(SdkRequest request) {
        if (field(request) == null) {
            return null;
        }
        return request.getClass().getSimpleName().matches("(Scan|Query|GetItem|BatchGetItem|TransactGetItems)Request")
                ? reads
                : writes;
    }

    private static @Nullable SdkField<?> field(SdkRequest request) {
        for (SdkField<?> field : ((SdkPojo) request).sdkFields()) {
            if (field.memberName().equals(ASK)) {
                return field;
            }
        }
        return null;
    }

    private static double consumed(SdkResponse response) {
        Object told =
                response.getValueForField("ConsumedCapacity", Object.class).orElse(null);
        double units = 0;
        for (Object one : told instanceof List<?> list ? list : told == null ? List.of() : List.of(told)) {
            if (one instanceof ConsumedCapacity capacity && capacity.capacityUnits() != null) {
                units += capacity.capacityUnits();
            }
        }
        return units;
    }

    /** Fills by so many units a second, up to one second's worth; may be overdrawn by what is under way. */
    static final class Bucket {
        private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

        private final double perSecond;
        private double level;
        private long filled = System.nanoTime();

        Bucket(double perSecond) {
            this.perSecond = perSecond;
            this.level = perSecond / 10;
        }

        /** Waits until it is not overdrawn, then takes. */
        void take(double units) {
            while (!Thread.currentThread().isInterrupted()) {
                long wait;
                synchronized (this) {
                    long now = System.nanoTime();
                    level = Math.min(perSecond, level + (now - filled) / NANOS * perSecond);
                    filled = now;
                    if (level >= 0) {
                        level -= units;
                        return;
                    }
                    wait = (long) (-level / perSecond * NANOS) + 1;
                }
                LockSupport.parkNanos(wait);
            }
        }

        synchronized void giveBack(double units) {
            level += units;
        }
    }
}
