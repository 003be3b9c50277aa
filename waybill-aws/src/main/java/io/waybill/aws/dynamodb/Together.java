package io.waybill.aws.dynamodb;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Requests of one call that are under way at the same time. */
final class Together {
    private Together() {}

    /**
     * The answers, in the order of the requests; the first failure ends the call.
     *
     * @param task "Cannot read ..."
     */
    static <T> List<T> ask(DynamoStore store, String task, List<Callable<T>> requests) throws StoreException {
        List<Future<T>> asked = new ArrayList<>();
        for (Callable<T> request : requests) {
            asked.add(store.pool().submit(request));
        }
        List<T> answers = new ArrayList<>();
        try {
            for (Future<T> future : asked) {
                answers.add(future.get());
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.UNAVAILABLE, task + ": interrupted. Run again.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException known) {
                throw known;
            }
            throw new IllegalStateException("a request ended in an unknown way", e.getCause());
        } finally {
            asked.forEach(future -> future.cancel(false)); // those not begun yet
        }
    }
}
