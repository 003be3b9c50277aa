package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.waybill.aws.testing.EndpointServer;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.Fault;
import io.waybill.s3endpoint.Operation;
import io.waybill.s3endpoint.S3Endpoint;
import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.StoreProvider;
import io.waybill.value.Digest;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store says when the service fails: what was certainly not done, and what nobody knows. */
class S3FaultsTest {
    private static final FileKey KEY = new FileKey("dir/a");
    private static final Abilities ALL =
            new Abilities(true, true, true, true, java.util.Set.of("sha256", "sha256-composite"), 0, List.of());

    private static EndpointServer server;

    private S3Endpoint endpoint;
    private Map<String, String> place;
    private S3Store store;

    @BeforeAll
    static void startServer() {
        server = EndpointServer.start(EndpointOptions.memory());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openStore() throws Exception {
        endpoint = server.endpoint();
        place = server.newPlace();
        store = open(place);
        store.rely(ALL);
    }

    /** One that waits a second for an answer, and not as long as a busy machine may need. */
    private void openAnImpatientOne() throws Exception {
        store.close();
        place.put("timeout", "1s");
        store = open(place);
        store.rely(ALL);
    }

    @AfterEach
    void closeStore() {
        endpoint.faults().clear();
        store.close();
    }

    private static S3Store open(Map<String, String> options) throws StoreException {
        return (S3Store) new S3Provider().open(new StoreProvider.Settings("test", options, Path.of("."), name -> null));
    }

    private static Effect put(byte[] content, Condition condition) {
        return Effect.put(
                KEY,
                new Content.FileContent(content.length, ByteBuffer.wrap(content), Digest.sha256(content), Map.of()),
                condition,
                "series/1");
    }

    private Outcome apply(Effect effect) {
        return store.apply(List.of(effect)).get(0);
    }

    private static StoreException failed(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed ? failed.cause() : fail("not failed: " + outcome);
    }

    private static StoreException unknown(Outcome outcome) {
        return outcome instanceof Outcome.Unknown unknown ? unknown.cause() : fail("not unknown: " + outcome);
    }

    private static StoreException thrown(Call call) throws Exception {
        try {
            call.run();
        } catch (StoreException e) {
            return e;
        }
        return fail("nothing was thrown");
    }

    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }

    private boolean stands() throws StoreException {
        return !store.find(List.of(KEY)).isEmpty();
    }

    @Test
    void passesOnHowLongTheStoreWantsToRest() throws Exception {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.slowDown(Duration.ofSeconds(7)));
        StoreException cause = failed(apply(put(new byte[10], Condition.ABSENT)));
        assertThat(cause.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(cause.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(cause).hasMessageContaining("Cannot write s3://").hasMessageContaining("503 SlowDown");
        assertThat(stands()).isFalse();
    }

    @Test
    void takesTooManyRequestsForThrottling() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.refuse(429, "TooManyRequests"));
        assertThat(failed(apply(put(new byte[10], Condition.ABSENT))).kind()).isEqualTo(Kind.THROTTLED);
    }

    @Test
    void doesNotKnowWhatAnInternalErrorDid() throws Exception {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.refuseAfterApplying(500, "InternalError"));
        assertThat(unknown(apply(put(new byte[10], Condition.ABSENT))).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
        assertThat(stands()).isTrue();
    }

    @Test
    void knowsThatARequestThatTimedOutAtTheStoreDidNothing() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.refuse(400, "RequestTimeout"));
        assertThat(failed(apply(put(new byte[10], Condition.ABSENT))).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void adoptsByItsMarkWhatWasStoredWhenTheAnswerWasLost() throws Exception {
        endpoint.faults().on(Operation.PUT_OBJECT).nth(1).then(Fault.loseAnswer());
        Effect effect = put(new byte[10], Condition.ABSENT);
        long before = endpoint.requests().count(Operation.PUT_OBJECT);
        unknown(apply(effect));
        assertThat(endpoint.requests().count(Operation.PUT_OBJECT) - before)
                .as("requests for one attempt")
                .isEqualTo(1);
        Outcome again = apply(effect);
        assertThat(again).isInstanceOf(Outcome.Refused.class);
        FileItem found = (FileItem) Objects.requireNonNull(((Outcome.Refused) again).found());
        assertThat(found.mark()).isEqualTo("series/1");
        assertThat(Objects.requireNonNull(found.checksum()).value())
                .isEqualTo(Digest.sha256(new byte[10]).hex());
    }

    @Test
    void sendsTheSameBytesAgainAfterAFailure() throws Exception {
        endpoint.faults().on(Operation.PUT_OBJECT).nth(1).then(new Fault.ResetInBody(1_000));
        byte[] content = new byte[8 << 20];
        new java.util.Random(3).nextBytes(content);
        Effect effect = put(content, Condition.ABSENT);
        assertThat(apply(effect)).isNotInstanceOf(Outcome.Done.class);
        assertThat(apply(effect)).isInstanceOf(Outcome.Done.class);
        try (FileStore.Reading reading = store.read(KEY, 0, null)) {
            assertThat(Digest.sha256(reading.stream().readAllBytes())).isEqualTo(Digest.sha256(content));
        }
    }

    @Test
    void knowsThatAResetInsideTheBodyDidNothing() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(new Fault.ResetInBody(1_000));
        StoreException cause = failed(apply(put(new byte[32 << 20], Condition.ABSENT)));
        assertThat(cause.kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void doesNotKnowWhatAStoreThatHangsDid() throws Exception {
        openAnImpatientOne();
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.delay(Duration.ofSeconds(30)));
        StoreException cause = unknown(apply(put(new byte[10], Condition.ABSENT)));
        assertThat(cause).hasMessageContaining("no answer in time");
    }

    @Test
    void knowsThatAStoreThatCannotBeReachedDidNothing() throws Exception {
        place.put("endpoint", "http://127.0.0.1:1");
        try (S3Store gone = open(place)) {
            gone.rely(ALL);
            StoreException cause = failed(
                    gone.apply(List.of(put(new byte[10], Condition.ABSENT))).get(0));
            assertThat(cause.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(cause).hasMessageContaining("http://127.0.0.1:1 cannot be reached");
        }
    }

    @Test
    void asksOnlyOnceToRemove() throws Exception {
        apply(put(new byte[10], Condition.ABSENT));
        endpoint.faults().on(Operation.DELETE_OBJECT).nth(1).then(Fault.loseAnswer());
        long before = endpoint.requests().count(Operation.DELETE_OBJECT);
        unknown(apply(Effect.remove(KEY, Condition.ANY, "series/1")));
        assertThat(endpoint.requests().count(Operation.DELETE_OBJECT) - before).isEqualTo(1);
        assertThat(stands()).isFalse();
    }

    @Test
    void doesNotTakeADownloadThatBreaksForWhole() throws Exception {
        apply(put(new byte[1 << 20], Condition.ABSENT));
        for (Fault.End end : List.of(Fault.End.CLOSE, Fault.End.RESET)) {
            endpoint.faults().clear();
            endpoint.faults().on(Operation.GET_OBJECT).then(new Fault.Cut(500_000, end));
            StoreException cause = thrown(() -> {
                try (FileStore.Reading reading = store.read(KEY, 0, null);
                        InputStream stream = reading.stream()) {
                    stream.readAllBytes();
                }
            });
            assertThat(cause.kind()).as(end.name()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void doesNotConfirmADownloadThatTheStoreCutShort() throws Exception {
        apply(put(new byte[1 << 20], Condition.ABSENT));
        endpoint.faults().on(Operation.GET_OBJECT).then(new Fault.Cut(500_000, Fault.End.SHORT_LENGTH));
        StoreException cause = thrown(() -> {
            try (FileStore.Reading reading = store.read(KEY, 0, null)) {
                reading.stream().readAllBytes();
                reading.confirm();
            }
        });
        assertThat(cause.kind()).isEqualTo(Kind.CORRUPT);
    }

    @Test
    void doesNotWaitForeverForBytes() throws Exception {
        apply(put(new byte[1 << 20], Condition.ABSENT));
        openAnImpatientOne();
        endpoint.faults().on(Operation.GET_OBJECT).then(Fault.delay(Duration.ofSeconds(30)));
        assertThat(thrown(() -> store.read(KEY, 0, null).close()).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void neverTakesAListingThatFailsForItsEnd() throws Exception {
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            effects.add(Effect.put(
                    new FileKey("many/" + i),
                    new Content.FileContent(0, ByteBuffer.allocate(0), Digest.sha256(new byte[0]), Map.of()),
                    Condition.ABSENT,
                    "series/1"));
        }
        store.apply(effects);
        endpoint.faults().on(Operation.LIST_OBJECTS_V2).nth(3).then(Fault.refuse(500, "InternalError"));
        try (Source.Opened opened = store.open(Selection.all("many/"));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            assertThat(Objects.requireNonNull(items.next()).items()).hasSize(1_000);
            assertThat(thrown(items::next).kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void looksAtTheObjectWhenACompletionWasLost() throws Exception {
        for (Fault fault : List.of(
                Fault.loseAnswer(),
                Fault.refuseAfterApplying(500, "InternalError"),
                new Fault.ErrorInside("InternalError", true))) {
            endpoint.faults().clear();
            if (stands()) {
                apply(Effect.remove(KEY, Condition.ANY, "series/1"));
            }
            endpoint.faults().on(Operation.COMPLETE_MULTIPART_UPLOAD).nth(1).then(fault);
            byte[] content = new byte[100];
            Effect effect = Effect.put(
                    KEY,
                    new Content.FileContent(100, null, Digest.sha256(content), Map.of()),
                    Condition.ABSENT,
                    "series/1");
            String token = store.begin(effect);
            FileStore.Part part = store.part(effect, token, 1, 0, ByteBuffer.wrap(content), Digest.sha256(content));
            unknown(store.complete(effect, token, List.of(part)));
            assertThat(stands()).as(fault.toString()).isTrue();
            Outcome again = store.complete(effect, token, List.of(part));
            // A service that remembers a completion answers it again; one that does not refuses, or knows no such
            // upload.
            boolean ours = again instanceof Outcome.Done
                    || (again instanceof Outcome.Refused refused
                            && refused.found() instanceof FileItem found
                            && "series/1".equals(found.mark()));
            assertThat(ours).as(fault + " " + again).isTrue();
        }
    }

    @Test
    void doesNotTakeAnErrorInsideASuccessForSuccess() throws Exception {
        endpoint.faults()
                .on(Operation.COMPLETE_MULTIPART_UPLOAD)
                .nth(1)
                .then(new Fault.ErrorInside("InternalError", false));
        byte[] content = new byte[100];
        Effect effect = Effect.put(
                KEY,
                new Content.FileContent(100, null, Digest.sha256(content), Map.of()),
                Condition.ABSENT,
                "series/1");
        String token = store.begin(effect);
        FileStore.Part part = store.part(effect, token, 1, 0, ByteBuffer.wrap(content), Digest.sha256(content));
        unknown(store.complete(effect, token, List.of(part)));
        assertThat(stands()).isFalse();
        assertThat(store.complete(effect, token, List.of(part))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void findsOutThatChecksumsAreEchoed() throws Exception {
        endpoint.faults().on().then(new Fault.EchoChecksum());
        Abilities found = store.probe("", "test");
        assertThat(found.honestChecksums()).isEmpty();
        assertThat(found.notes()).anyMatch(note -> note.contains("not checked"));
        store.rely(found);
        endpoint.faults().clear();
        Outcome outcome = apply(put(new byte[10], Condition.ABSENT));
        assertThat(((Outcome.Done) outcome).evidence().checksum()).isNull();
    }

    @Test
    void findsOutThatChecksumsOfPartsAreEchoed() throws Exception {
        endpoint.faults().on(Operation.UPLOAD_PART).then(new Fault.EchoChecksum());
        Abilities found = store.probe("", "test");
        assertThat(found.honestChecksums()).containsExactly(Checksum.SHA256);
        assertThat(found.notes()).anyMatch(note -> note.contains("checksums of parts are not checked"));
    }

    @Test
    void goesOnWithoutChecksumsWhereTheyAreNotTaken() throws Exception {
        endpoint.faults().on().then(new Fault.RefuseChecksums());
        StoreException cause = failed(apply(put(new byte[10], Condition.ABSENT)));
        assertThat(cause.kind()).isEqualTo(Kind.INVALID);
        assertThat(cause).hasMessageContaining("checksum: none");
        Abilities found = store.probe("", "test");
        assertThat(found.honestChecksums()).isEmpty();
        assertThat(found.notes()).anyMatch(note -> note.contains("not taken"));
        store.rely(found);
        assertThat(apply(put(new byte[10], Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void removesWhatAnInterruptedProbeLeftBehindAndOnlyThat() throws Exception {
        // as if the process had ended before it could tidy up
        endpoint.faults().on(Operation.DELETE_OBJECT).then(Fault.refuse(503, "SlowDown"));
        endpoint.faults().on(Operation.ABORT_MULTIPART_UPLOAD).then(Fault.refuse(503, "SlowDown"));
        assertThat(thrown(() -> store.probe("", "one"))).hasMessageContaining("Cannot probe");
        assertThat(thrown(() -> store.probe("", "two"))).hasMessageContaining("Cannot probe");
        assertThat(keys("one")).isNotEmpty();
        List<String> others = keys("two");
        endpoint.faults().clear();

        Abilities found = store.probe("", "one");

        assertThat(found.createsConditionally()).as(found.toString()).isTrue();
        assertThat(keys("one")).isEmpty();
        assertThat(keys("two")).isEqualTo(others).isNotEmpty();
    }

    private List<String> keys(String probe) throws Exception {
        List<String> keys = new ArrayList<>();
        for (char last = 'a'; last <= 'z'; last++) {
            FileKey key = new FileKey(".waybill-probe-" + probe + "-" + last);
            store.find(List.of(key)).keySet().forEach(each -> keys.add(each.display()));
            keys.addAll(store.uploads(key));
        }
        return keys;
    }

    @Test
    void probesWhereUploadsCannotBeListed() throws Exception {
        endpoint.faults().on(Operation.LIST_MULTIPART_UPLOADS).then(Fault.refuse(403, "AccessDenied"));
        Abilities found = store.probe("", "test");
        assertThat(found.createsConditionally()).isTrue();
        assertThat(found.notes()).anyMatch(note -> note.contains("cannot be listed (403 AccessDenied)"));
    }

    @Test
    void looksFirstWhereConditionsAreIgnored() throws Exception {
        endpoint.faults().on().then(new Fault.IgnoreConditions());
        Abilities found = store.probe("", "test");
        assertThat(found.createsConditionally()).isFalse();
        assertThat(found.completesConditionally()).isFalse();
        assertThat(found.replacesConditionally()).isFalse();
        assertThat(found.removesConditionally()).isFalse();
        store.rely(found);
        assertThat(apply(put(new byte[10], Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(put(new byte[11], Condition.ABSENT))).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void measuresTheClockOfTheStore() throws Exception {
        endpoint.faults().on().then(new Fault.ClockSkew(Duration.ofMinutes(2)));
        Abilities found = store.probe("", "test");
        assertThat(found.clockSkewMillis()).isBetween(115_000L, 125_000L);
        assertThat(found.notes()).anyMatch(note -> note.contains("clock"));
    }

    @Test
    void namesTheClockWhenItIsTooFarOff() {
        endpoint.faults().on().then(new Fault.ClockSkew(Duration.ofHours(1)));
        StoreException cause = failed(apply(put(new byte[10], Condition.ABSENT)));
        assertThat(cause.kind()).isEqualTo(Kind.DENIED);
        assertThat(cause).hasMessageContaining("RequestTimeTooSkewed").hasMessageContaining("clock");
    }

    @Test
    void saysThatTheSecretIsWrongWithoutShowingIt() throws Exception {
        Map<String, String> wrong = new HashMap<>(place);
        wrong.put("secret_access_key", "sentinel-secret");
        try (S3Store denied = open(wrong)) {
            denied.rely(ALL);
            StoreException cause = failed(
                    denied.apply(List.of(put(new byte[10], Condition.ABSENT))).get(0));
            assertThat(cause.kind()).isEqualTo(Kind.DENIED);
            assertThat(cause).hasMessageContaining("SignatureDoesNotMatch").hasMessageNotContaining("sentinel");
        }
    }

    @Test
    void namesThePermissionThatIsMissing() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.refuse(403, "AccessDenied"));
        StoreException cause = failed(apply(put(new byte[10], Condition.ABSENT)));
        assertThat(cause.kind()).isEqualTo(Kind.DENIED);
        assertThat(cause).hasMessageContaining("no permission for s3:PutObject");
    }

    @Test
    void saysThatTheBucketIsNotThere() throws Exception {
        place.put("bucket", "no-such-bucket");
        try (S3Store lost = open(place)) {
            lost.rely(ALL);
            StoreException cause = thrown(() -> lost.open(Selection.all("")).close());
            assertThat(cause.kind()).isEqualTo(Kind.NOT_FOUND);
            assertThat(cause).hasMessageContaining("Create bucket no-such-bucket");
            assertThat(failed(lost.apply(List.of(put(new byte[1], Condition.ABSENT)))
                                    .get(0))
                            .kind())
                    .isEqualTo(Kind.NOT_FOUND);
        }
    }

    @Test
    void passesThePointsAtWhichTestsLetItDie() throws Exception {
        List<String> points = new ArrayList<>();
        io.waybill.store.Failpoint.arm(points::add);
        try {
            apply(put(new byte[10], Condition.ABSENT));
            apply(Effect.remove(KEY, Condition.ANY, "series/1"));
            byte[] content = new byte[100];
            Effect effect = put(content, Condition.ABSENT);
            String token = store.begin(effect);
            FileStore.Part part = store.part(effect, token, 1, 0, ByteBuffer.wrap(content), Digest.sha256(content));
            store.complete(effect, token, List.of(part));
        } finally {
            io.waybill.store.Failpoint.arm(null);
        }
        assertThat(points)
                .containsExactly(
                        "s3-before-put",
                        "s3-after-put",
                        "s3-after-delete",
                        "s3-after-begin",
                        "s3-after-part",
                        "s3-after-complete");
    }

    @Test
    void saysOfAnUploadThatIsGoneAndLeftNothingThatItIsNotFound() throws Exception {
        byte[] content = new byte[100];
        Effect effect = put(content, Condition.ABSENT);
        String token = store.begin(effect);
        FileStore.Part part = store.part(effect, token, 1, 0, ByteBuffer.wrap(content), Digest.sha256(content));
        store.abort(KEY, token);
        StoreException cause = failed(store.complete(effect, token, List.of(part)));
        assertThat(cause.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(cause).hasMessageContaining("Begin the upload anew");
    }
}
