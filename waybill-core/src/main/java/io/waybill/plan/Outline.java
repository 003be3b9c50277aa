package io.waybill.plan;

import org.jspecify.annotations.Nullable;

/**
 * The beginnings of a plan: what tells where its ledger is. Found without looking at the rest, so it also answers for a plan
 * with problems, and quickly.
 *
 * @param name empty when the plan has none
 * @param ledger as written, references not filled in, or null
 */
public record Outline(String name, @Nullable String ledger) {
    /**
     * Reads them from a plan's text.
     *
     * @param file its name for messages
     * @throws PlanException when the text is no YAML
     */
    public static Outline parse(String file, byte[] yaml) throws PlanException {
        Node.Mapping top = PlanReader.map(Yaml.parse(file, yaml));
        String name = top == null ? null : PlanReader.text(top.find("name"));
        return new Outline(name == null ? "" : name, top == null ? null : PlanReader.text(top.find("ledger")));
    }
}
