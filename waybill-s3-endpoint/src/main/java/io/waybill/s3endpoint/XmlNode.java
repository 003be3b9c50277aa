package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An element of a request's XML: its name without prefix, its text, its children. */
final class XmlNode {
    final String name;
    final StringBuilder text = new StringBuilder(0);
    final List<XmlNode> children = new ArrayList<>(0);

    XmlNode(String name) {
        this.name = name;
    }

    /** The text of the first child of this name. */
    @Nullable
    String find(String child) {
        for (XmlNode node : children) {
            if (node.name.equals(child)) {
                return node.text.toString();
            }
        }
        return null;
    }

    String text(String child) throws S3Error {
        String found = find(child);
        if (found == null) {
            throw S3Error.malformedXml();
        }
        return found;
    }
}
