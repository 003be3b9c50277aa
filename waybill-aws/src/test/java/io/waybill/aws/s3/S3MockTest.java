package io.waybill.aws.s3;

import io.waybill.aws.testing.S3MockServer;
import io.waybill.aws.testing.S3Server;

class S3MockTest extends S3StoreContract {
    @Override
    protected S3Server server() {
        return S3MockServer.shared();
    }

    @Override
    protected boolean honest() {
        return true;
    }
}
