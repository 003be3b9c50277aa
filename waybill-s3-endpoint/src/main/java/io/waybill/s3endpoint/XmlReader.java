package io.waybill.s3endpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads the little XML that requests carry. Own, because keys may hold characters that XML 1.0 has no right to and that S3
 * takes as references; document types are refused.
 */
final class XmlReader {
    private static final int DEEPEST = 16;

    private final String text;
    private int position;

    private XmlReader(String text) {
        this.text = text;
    }

    /** The root of a document, which must have this name. */
    static XmlNode read(byte[] bytes, String root) throws S3Error {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            XmlNode node = new XmlReader(text).document();
            if (node.name.equals(root)) {
                return node;
            }
        } catch (CharacterCodingException e) {
            throw S3Error.malformedXml();
        }
        throw S3Error.malformedXml();
    }

    private XmlNode document() throws S3Error {
        Deque<XmlNode> open = new ArrayDeque<>();
        XmlNode top = new XmlNode("");
        open.push(top);
        while (position < text.length()) {
            if (text.charAt(position) != '<') {
                characters(open.element());
            } else if (text.startsWith("<?", position)) {
                position = after("?>");
            } else if (text.startsWith("<!--", position)) {
                position = after("-->");
            } else if (text.startsWith("<![CDATA[", position)) {
                int end = after("]]>");
                open.element().text.append(text, position + 9, end - 3);
                position = end;
            } else if (text.startsWith("</", position)) {
                int end = after(">");
                String name = localName(text.substring(position + 2, end - 1).trim());
                if (open.size() < 2 || !open.pop().name.equals(name)) {
                    throw S3Error.malformedXml();
                }
                position = end;
            } else {
                element(open);
            }
        }
        if (open.size() != 1 || top.children.size() != 1) {
            throw S3Error.malformedXml();
        }
        return top.children.get(0);
    }

    private void element(Deque<XmlNode> open) throws S3Error {
        int end = after(">");
        boolean empty = text.charAt(end - 2) == '/';
        String inside = text.substring(position + 1, end - (empty ? 2 : 1));
        int stop = 0;
        while (stop < inside.length() && !Character.isWhitespace(inside.charAt(stop))) {
            stop++;
        }
        if (stop == 0 || inside.charAt(0) == '!' || open.size() > DEEPEST) {
            throw S3Error.malformedXml();
        }
        XmlNode node = new XmlNode(localName(inside.substring(0, stop)));
        open.element().children.add(node);
        if (!empty) {
            open.push(node);
        }
        position = end;
    }

    private static String localName(String name) {
        return name.substring(name.indexOf(':') + 1);
    }

    private int after(String mark) throws S3Error {
        int at = text.indexOf(mark, position);
        if (at < 0) {
            throw S3Error.malformedXml();
        }
        return at + mark.length();
    }

    private void characters(XmlNode node) throws S3Error {
        while (position < text.length() && text.charAt(position) != '<') {
            char c = text.charAt(position);
            if (c == '&') {
                int end = text.indexOf(';', position);
                if (end < 0 || end - position > 10) {
                    throw S3Error.malformedXml();
                }
                node.text.append(reference(text.substring(position + 1, end)));
                position = end + 1;
            } else {
                node.text.append(c);
                position++;
            }
        }
    }

    private static String reference(String name) throws S3Error {
        return switch (name) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            default -> numbered(name);
        };
    }

    private static String numbered(String name) throws S3Error {
        try {
            if (name.startsWith("#x")) {
                return Character.toString(Integer.parseInt(name.substring(2), 16));
            }
            if (name.startsWith("#")) {
                return Character.toString(Integer.parseInt(name.substring(1)));
            }
        } catch (IllegalArgumentException e) {
            throw S3Error.malformedXml();
        }
        throw S3Error.malformedXml();
    }
}
