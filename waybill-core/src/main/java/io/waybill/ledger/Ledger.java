package io.waybill.ledger;

import io.waybill.store.Failpoint;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An open ledger with the right to write. One thread carries out all writes; those that wait together commit together, and
 * none is answered before its commit is durable. Every commit checks the lease's epoch: a runner that was superseded gets
 * {@link LedgerException.Kind#FENCED} and changes nothing. Safe for use by many threads.
 */
public final class Ledger implements Closeable {
    private static final int GROUP = 2_000;

    private final LedgerFile file;
    private final RunLock lock;
    private final Connection connection;
    private final Tx tx;
    private final String series;
    private final long epoch;
    private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(20_000);
    private final Thread writer;
    private volatile @Nullable LedgerException broken;
    private volatile boolean closing;

    Ledger(LedgerFile file, RunLock lock, Connection connection, String series, long epoch) {
        this.file = file;
        this.lock = lock;
        this.connection = connection;
        this.tx = new Tx(connection);
        this.series = series;
        this.epoch = epoch;
        this.writer = new Thread(this::writeAll, "ledger-writer");
        writer.setDaemon(true);
        writer.start();
    }

    /** The random name of this series, part of every mark. */
    public String series() {
        return series;
    }

    public LedgerFile file() {
        return file;
    }

    /** A change to the ledger; must have no effects but its statements, since it may be carried out again. */
    @FunctionalInterface
    public interface Work<T> {
        @Nullable
        T apply(Tx tx) throws SQLException;
    }

    /** A {@link Work} that answers nothing. */
    @FunctionalInterface
    public interface Change {
        void run(Tx tx) throws SQLException;
    }

    /** Queues a change; the future ends when it is durable. Waits while the queue is full. */
    public <T> CompletableFuture<T> submit(Work<T> work) {
        Job<T> job = new Job<>(work, new CompletableFuture<>());
        LedgerException trouble = broken;
        if (trouble != null) {
            job.answer.completeExceptionally(trouble);
            return job.answer;
        }
        try {
            queue.put(job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            job.answer.completeExceptionally(
                    new LedgerException(LedgerException.Kind.UNAVAILABLE, "Cannot write the ledger: interrupted.", e));
        }
        if (closing && !writer.isAlive()) {
            job.answer.completeExceptionally(
                    new LedgerException(LedgerException.Kind.UNAVAILABLE, "Cannot write the ledger: it is closed."));
        }
        return job.answer;
    }

    /** Carries out a change and waits until it is durable. */
    public <T> T write(Work<T> work) throws LedgerException {
        return await(submit(work));
    }

    /** Changes the ledger and waits until that is durable. */
    public void change(Change change) throws LedgerException {
        await(changeLater(change));
    }

    /** Queues a change that answers nothing; the future ends when it is durable. */
    public CompletableFuture<Boolean> changeLater(Change change) {
        return submit(tx -> {
            change.run(tx);
            return true;
        });
    }

    /** Waits for a change. */
    public static <T> T await(CompletableFuture<T> change) throws LedgerException {
        try {
            return change.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LedgerException trouble) {
                throw trouble;
            }
            throw e;
        }
    }

    private void writeAll() {
        List<Job<?>> group = new ArrayList<>(GROUP);
        while (true) {
            group.clear();
            try {
                Job<?> first = queue.take();
                group.add(first);
                queue.drainTo(group, GROUP - 1);
            } catch (InterruptedException e) {
                return;
            }
            boolean last = group.removeIf(job -> job == Job.END);
            if (!group.isEmpty() && !commit(group) && group.size() > 1) {
                // one of them is bad: carry them out one by one, so that only that one fails
                for (Job<?> job : group) {
                    commit(List.of(job));
                }
            }
            if (last) {
                return;
            }
        }
    }

    /** Carries out the jobs in one transaction; answers false when it was rolled back and nobody was told. */
    private boolean commit(List<Job<?>> jobs) {
        try {
            execute("BEGIN IMMEDIATE");
            long now = tx.number(-1, "SELECT epoch FROM lease WHERE scope = 'run'");
            if (now != epoch) {
                throw new LedgerException(
                        LedgerException.Kind.FENCED,
                        "Cannot go on: another runner took over the ledger " + file.path() + ". Look: waybill status");
            }
            for (Job<?> job : jobs) {
                job.carryOut(tx);
            }
            tx.flush();
            Failpoint.reach("ledger-before-commit");
            execute("COMMIT");
            Failpoint.reach("ledger-after-commit");
        } catch (SQLException | LedgerException e) {
            tx.forget();
            rollback();
            LedgerException trouble = e instanceof LedgerException known ? known : file.explain((SQLException) e);
            if (trouble.kind() == LedgerException.Kind.FENCED) {
                broken = trouble;
            } else if (jobs.size() > 1) {
                return false;
            }
            jobs.forEach(job -> job.answer.completeExceptionally(trouble));
            return true;
        } catch (RuntimeException | Error e) {
            tx.forget();
            rollback();
            jobs.forEach(job -> job.answer.completeExceptionally(e));
            return true;
        }
        jobs.forEach(Job::tell);
        return true;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // there was no transaction to roll back, or the database undid it by itself
            return;
        }
    }

    /** Builds the indexes, cheapest after the first listing. */
    public void index() throws LedgerException {
        write(change -> {
            Schema.index(connection);
            return true;
        });
    }

    /** Finishes what is queued, closes the database and gives the lock back. */
    @Override
    public void close() {
        closing = true;
        try {
            queue.put(Job.END);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            tx.close();
            connection.close();
        } catch (SQLException e) {
            org.slf4j.LoggerFactory.getLogger(Ledger.class)
                    .warn("ledger did not close cleanly, its content is safe error={}", e.getMessage());
        } finally {
            lock.close();
        }
    }

    private static final class Job<T> {
        static final Job<Boolean> END = new Job<>(tx -> true, new CompletableFuture<>());

        final Work<T> work;
        final CompletableFuture<T> answer;
        private @Nullable T result;

        Job(Work<T> work, CompletableFuture<T> answer) {
            this.work = work;
            this.answer = answer;
        }

        void carryOut(Tx tx) throws SQLException {
            result = work.apply(tx);
        }

        @SuppressWarnings("NullAway") // a work may answer null where its type says so
        void tell() {
            answer.complete(result);
        }
    }
}
