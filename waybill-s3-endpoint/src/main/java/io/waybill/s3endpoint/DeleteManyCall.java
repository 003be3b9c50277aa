package io.waybill.s3endpoint;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Answers DeleteObjects: each key on its own, with its own condition. */
final class DeleteManyCall {
    private static final int MOST = 1000;

    private final ObjectStore store;

    DeleteManyCall(ObjectStore store) {
        this.store = store;
    }

    Reply delete(Call call) throws IOException {
        store.bucket(call.bucket());
        if (call.head().header("content-md5") == null && !hasChecksum(call.head())) {
            throw S3Error.invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }
        XmlNode request = call.xml("Delete", true);
        boolean quiet = "true".equalsIgnoreCase(request.find("Quiet"));
        long objects = request.children.stream()
                .filter(child -> child.name.equals("Object"))
                .count();
        if (objects == 0 || objects > MOST) {
            throw S3Error.malformedXml();
        }
        Xml xml = new Xml("DeleteResult");
        for (XmlNode object : request.children) {
            if (object.name.equals("Object")) {
                delete(call, object, quiet, xml);
            }
        }
        return Reply.xml(xml);
    }

    private void delete(Call call, XmlNode object, boolean quiet, Xml xml) throws IOException {
        String key = object.text("Key");
        try {
            String version = object.find("VersionId");
            if (version != null && !version.equals("null")) {
                throw S3Error.notImplemented("versions");
            }
            store.remove(call.bucket(), key, new WriteCondition(false, condition(call, object)));
            if (!quiet) {
                xml.open("Deleted").element("Key", key).close("Deleted");
            }
        } catch (S3Error e) {
            xml.open("Error")
                    .element("Key", key)
                    .element("Code", e.code())
                    .element("Message", e.text())
                    .close("Error");
        }
    }

    private static @Nullable String condition(Call call, XmlNode object) {
        return call.faults().has(Fault.IgnoreConditions.class) ? null : object.find("ETag");
    }

    private static boolean hasChecksum(RequestHead head) {
        for (int i = 0; i < head.count(); i++) {
            if (Algorithm.ofHeader(head.name(i)) != null) {
                return true;
            }
        }
        return head.header("x-amz-trailer") != null;
    }
}
