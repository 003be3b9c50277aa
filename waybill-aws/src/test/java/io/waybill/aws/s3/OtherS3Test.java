package io.waybill.aws.s3;

import io.waybill.aws.testing.OtherS3Server;
import io.waybill.aws.testing.S3Server;
import io.waybill.store.Checksum;
import io.waybill.store.StoreException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Against whatever service the environment names. {@code WAYBILL_TEST_S3_LOST} lists, between semicolons, the odd names of
 * the corpus that it is known to lose; {@code WAYBILL_TEST_S3_CONDITIONS=few} says that it keeps to no condition but that on
 * absence.
 */
@EnabledIfEnvironmentVariable(
        named = "WAYBILL_TEST_S3",
        matches = ".+",
        disabledReason = "set WAYBILL_TEST_S3=http://host:port, WAYBILL_TEST_S3_BUCKET, AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY to hold another service to the contract")
class OtherS3Test extends S3StoreContract {
    @Override
    protected S3Server server() {
        return Objects.requireNonNull(OtherS3Server.find());
    }

    @Override
    protected boolean honest() {
        try {
            return s3().probe("", "test").honestChecksums().contains(Checksum.SHA256);
        } catch (StoreException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected boolean keepsToConditions() {
        return !"few".equals(System.getenv("WAYBILL_TEST_S3_CONDITIONS"));
    }

    @Override
    protected Set<String> lostNames() {
        String lost = System.getenv("WAYBILL_TEST_S3_LOST");
        return lost == null || lost.isBlank() ? Set.of() : Set.of(lost.split(";"));
    }
}
