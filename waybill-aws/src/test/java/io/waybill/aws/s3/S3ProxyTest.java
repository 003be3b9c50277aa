package io.waybill.aws.s3;

import io.waybill.aws.testing.S3ProxyServer;
import io.waybill.aws.testing.S3Server;

class S3ProxyTest extends S3StoreContract {
    @Override
    protected S3Server server() {
        return S3ProxyServer.shared();
    }

    @Override
    protected boolean honest() {
        return false;
    }
}
