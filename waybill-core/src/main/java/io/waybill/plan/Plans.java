package io.waybill.plan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads plans. Touches no store. */
public final class Plans {
    private Plans() {}

    /**
     * Reads a plan file; relative paths in it are relative to its folder.
     *
     * @throws PlanException with every problem of the file
     */
    public static Plan read(Path file, PlanContext context) throws PlanException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(Yaml.LARGEST + 1);
            return parse(file.toString(), content, folder == null ? file.toAbsolutePath() : folder, context);
        } catch (NoSuchFileException e) {
            throw new PlanException(
                    new Problem(file.toString(), 0, 0, "no such file", "waybill init writes a plan", null));
        } catch (IOException e) {
            String message = "cannot be read: " + (Files.isDirectory(file) ? "it is a folder" : e.getMessage());
            throw new PlanException(new Problem(file.toString(), 0, 0, message, null, null));
        }
    }

    /**
     * Reads a plan from its text.
     *
     * @param file its name for messages
     * @param folder relative paths are relative to it
     * @throws PlanException with every problem of the text
     */
    public static Plan parse(String file, byte[] yaml, Path folder, PlanContext context) throws PlanException {
        return new PlanReader(file, folder, context).read(Yaml.parse(file, yaml));
    }

    /**
     * Reads a plan that has the stores and variables of another, and its own name and moves.
     *
     * @param fragment YAML with name, moves, and whatever else differs; its stores are added to the other's
     */
    public static Plan derive(String file, byte[] yaml, String fragment, Path folder, PlanContext context)
            throws PlanException {
        return new PlanReader(file, folder, context).read(derived(file, Yaml.parse(file, yaml), fragment));
    }

    private static Node derived(String file, Node root, String fragment) throws PlanException {
        Node own = Yaml.parse(file, fragment.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        if (!(root instanceof Node.Mapping top) || !(own instanceof Node.Mapping changes)) {
            return root;
        }
        List<Node.Entry> entries = new ArrayList<>();
        for (Node.Entry entry : top.entries()) {
            if (KEPT.contains(entry.key().text()) && changes.find(entry.key().text()) == null) {
                entries.add(entry);
            }
        }
        for (Node.Entry entry : changes.entries()) {
            boolean joins = entry.key().text().equals("stores")
                    && top.find("stores") instanceof Node.Mapping
                    && entry.value() instanceof Node.Mapping;
            entries.add(joins ? new Node.Entry(entry.key(), joined(top, (Node.Mapping) entry.value())) : entry);
        }
        return new Node.Mapping(entries, top.line(), top.column());
    }

    private static Node joined(Node.Mapping top, Node.Mapping more) {
        List<Node.Entry> stores = new ArrayList<>();
        if (top.find("stores") instanceof Node.Mapping map) {
            stores.addAll(map.entries());
        }
        stores.addAll(more.entries());
        return new Node.Mapping(stores, more.line(), more.column());
    }

    /** What a derived plan takes over besides the stores. */
    private static final Set<String> KEPT = Set.of("waybill", "vars", "limits", "namespace");

    /**
     * Reads a plan from its stored form ({@link Plan#json}); secrets and references come from the environment again.
     *
     * @throws PlanException also when an environment variable is gone, or a secret stood in the plan file itself
     */
    public static Plan parseJson(String json, PlanContext context) throws PlanException {
        StoredPlan stored;
        try {
            stored = StoredPlan.parse(json);
        } catch (IllegalArgumentException e) {
            throw new PlanException(new Problem("the stored plan", 0, 0, String.valueOf(e.getMessage()), null, null));
        }
        return new PlanReader(stored.file(), stored.folder(), context).read(stored.plan());
    }
}
