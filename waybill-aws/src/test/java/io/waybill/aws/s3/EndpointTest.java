package io.waybill.aws.s3;

import io.waybill.aws.testing.EndpointServer;
import io.waybill.aws.testing.S3Server;

class EndpointTest extends S3StoreContract {
    @Override
    protected S3Server server() {
        return EndpointServer.shared();
    }

    @Override
    protected boolean honest() {
        return true;
    }
}
