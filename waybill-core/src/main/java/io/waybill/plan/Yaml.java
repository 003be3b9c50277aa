package io.waybill.plan;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 into nodes with positions. A plan is data: anchors, aliases, tags, duplicate keys, several documents,
 * nesting beyond {@value #DEEPEST} and more than {@value #LARGEST} bytes are refused. Reads events only, so nothing in the
 * file can make an object of any class.
 */
final class Yaml {
    /** The most bytes of a plan file. */
    static final int LARGEST = 1024 * 1024;

    /** The deepest nesting. */
    static final int DEEPEST = 20;

    /** The most values and names. */
    static final int MOST_NODES = 50_000;

    private final YamlFaults faults;
    private final Iterator<Event> events;
    private int nodes;

    private Yaml(YamlFaults faults, Iterator<Event> events) {
        this.faults = faults;
        this.events = events;
    }

    /**
     * The one document of a file.
     *
     * @param file the file's name for messages
     * @throws PlanException with the first problem: what follows a syntax error cannot be understood
     */
    static Node parse(String file, byte[] content) throws PlanException {
        if (content.length > LARGEST) {
            throw new PlanException(new Problem(
                    file, 0, 0, "the file is larger than 1 MiB, which a plan never is", "is it the right file?", null));
        }
        String text = decode(file, content);
        YamlFaults faults = new YamlFaults(file, text);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setCodePointLimit(LARGEST)
                .build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new Yaml(faults, events).document();
        } catch (ReaderException e) {
            throw faults.character(e);
        } catch (MarkedYamlEngineException e) {
            throw faults.syntax(e);
        } catch (YamlEngineException e) {
            throw faults.at(1, 1, "not YAML: " + e.getMessage(), null);
        }
    }

    private static String decode(String file, byte[] content) throws PlanException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new PlanException(new Problem(file, 0, 0, "the file is not text in UTF-8", "save it as UTF-8", null));
        }
    }

    private Node document() throws PlanException {
        Node root = null;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Comment -> {}
                default -> {
                    if (root != null) {
                        throw faults.at(event, "a second document in one file", "remove the line ---");
                    }
                    root = node(event, 1);
                }
            }
        }
        if (root == null) {
            throw faults.at(1, 1, "the file is empty", "waybill init writes a plan");
        }
        return root;
    }

    private Node node(Event event, int depth) throws PlanException {
        nodes++;
        if (nodes > MOST_NODES) {
            throw faults.at(event, "more than " + MOST_NODES + " values", "is it the right file?");
        }
        if (event instanceof AliasEvent) {
            throw faults.marked(event, "*", "aliases are not part of a plan");
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw faults.marked(event, "&", "anchors are not part of a plan");
        }
        if (event instanceof ScalarEvent scalar) {
            if (scalar.getTag().isPresent()) {
                throw faults.marked(event, "!", "tags are not part of a plan");
            }
            return scalar(scalar);
        }
        if (!(event instanceof CollectionStartEvent collection)) {
            throw faults.at(event, "not YAML here", null);
        }
        if (collection.getTag().isPresent()) {
            throw faults.marked(event, "!", "tags are not part of a plan");
        }
        if (depth > DEEPEST) {
            throw faults.at(event, "nested more than " + DEEPEST + " levels deep", null);
        }
        return event instanceof MappingStartEvent ? mapping(event, depth) : sequence(event, depth);
    }

    private Node mapping(Event start, int depth) throws PlanException {
        List<Node.Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (true) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.MappingEnd) {
                return new Node.Mapping(entries, line(start), column(start));
            }
            Node key = node(event, depth + 1);
            if (!(key instanceof Node.Scalar name)) {
                throw faults.flow(key);
            }
            if (!seen.add(name.text())) {
                throw faults.at(event, "\"" + name.text() + "\" stands here twice", "keep one of them");
            }
            entries.add(new Node.Entry(name, node(events.next(), depth + 1)));
        }
    }

    private Node sequence(Event start, int depth) throws PlanException {
        List<Node> items = new ArrayList<>();
        while (true) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.SequenceEnd) {
                return new Node.Sequence(items, line(start), column(start));
            }
            items.add(node(event, depth + 1));
        }
    }

    private Node.Scalar scalar(ScalarEvent event) throws PlanException {
        boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN;
        String text = event.getValue();
        if (plain && isLeadingZero(text)) {
            throw faults.quote(event, "a number with a leading zero");
        }
        if (plain && isCut(text) && faults.isCommentAfter(event)) {
            throw faults.comment(event);
        }
        return new Node.Scalar(text, plain, inset(event), line(event), column(event));
    }

    /** Whether a value ends inside quotes or a template, as it does when YAML takes its end for a comment. */
    private static boolean isCut(String text) {
        boolean single = text.chars().filter(c -> c == '\'').count() % 2 == 1;
        boolean twice = text.chars().filter(c -> c == '"').count() % 2 == 1;
        return single || twice || text.lastIndexOf("${") > text.lastIndexOf('}');
    }

    /** Whether characters of the value stand in the file one by one, and after how many columns. */
    private static int inset(ScalarEvent event) {
        Optional<Mark> start = event.getStartMark();
        Optional<Mark> end = event.getEndMark();
        if (start.isEmpty()
                || end.isEmpty()
                || start.get().getLine() != end.get().getLine()) {
            return -1;
        }
        int width = end.get().getColumn() - start.get().getColumn();
        int length = event.getValue().codePointCount(0, event.getValue().length());
        return switch (event.getScalarStyle()) {
            case PLAIN -> width == length ? 0 : -1;
            case SINGLE_QUOTED, DOUBLE_QUOTED -> width == length + 2 ? 1 : -1;
            default -> -1;
        };
    }

    private static boolean isLeadingZero(String text) {
        int from = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.length() < from + 2 || text.charAt(from) != '0') {
            return false;
        }
        return text.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
    }

    static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    static int column(Event event) {
        return event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
    }

    /** What a faulty file gives back for a text that YAML cannot take as it is. */
    static @Nullable String quoted(String value) {
        if (value.indexOf('\n') >= 0) {
            return null;
        }
        return value.indexOf('"') < 0 && value.indexOf('\\') < 0
                ? "\"" + value + "\""
                : "'" + value.replace("'", "''") + "'";
    }
}
