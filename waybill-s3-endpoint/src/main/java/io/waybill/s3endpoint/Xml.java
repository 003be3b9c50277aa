package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes one of S3's XML answers. Used by one thread. */
final class Xml {
    private final StringBuilder text = new StringBuilder(512);
    private final String root;

    Xml(String root) {
        this(root, " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"");
    }

    private Xml(String root, String attributes) {
        this.root = root;
        text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<")
                .append(root)
                .append(attributes)
                .append('>');
    }

    static Xml error(String code, String message, String resource, String requestId) {
        return new Xml("Error", "")
                .element("Code", code)
                .element("Message", message)
                .element("Resource", resource)
                .element("RequestId", requestId);
    }

    Xml open(String name) {
        text.append('<').append(name).append('>');
        return this;
    }

    Xml close(String name) {
        text.append("</").append(name).append('>');
        return this;
    }

    Xml element(String name, String value) {
        open(name);
        escape(value);
        return close(name);
    }

    Xml element(String name, long value) {
        open(name);
        text.append(value);
        return close(name);
    }

    Xml element(String name, boolean value) {
        return element(name, Boolean.toString(value));
    }

    /** The elements that tell of a checksum, if there is one. */
    Xml checksum(@Nullable Checksum checksum, boolean type) {
        if (checksum != null) {
            element(checksum.algorithm().element, checksum.text());
            if (type) {
                element("ChecksumType", checksum.type());
            }
        }
        return this;
    }

    /** What XML cannot say goes as a reference all the same, as S3 does it. */
    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                default -> {
                    if (c < 0x20) {
                        text.append("&#x").append(Integer.toHexString(c)).append(';');
                    } else {
                        text.append(c);
                    }
                }
            }
        }
    }

    byte[] finish() {
        return text.append("</").append(root).append('>').toString().getBytes(StandardCharsets.UTF_8);
    }
}
