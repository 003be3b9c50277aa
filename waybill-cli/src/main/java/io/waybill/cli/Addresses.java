package io.waybill.cli;

import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.Plans;
import java.nio.charset.StandardCharsets;

/** Reads a path or URL on the command line as a plan would, so that both understand the same. */
final class Addresses {
    /** The name of the one store. */
    static final String STORE = "there";

    private Addresses() {}

    /** A plan that nobody wrote, with one store at the address. */
    static Plan plan(Waybill waybill, String address) throws PlanException {
        String yaml = "waybill: 1\nname: address\nstores:\n  " + STORE + ": " + yaml(address) + "\nmoves:\n  - from: \""
                + STORE + ":\"\n    to: " + STORE + ":copy/\n";
        return Plans.parse(
                shown(address),
                yaml.getBytes(StandardCharsets.UTF_8),
                waybill.surroundings().folder(),
                waybill.workplace().context());
    }

    /** An address as it stands in a plan: only references to the environment or a file have a meaning in it. */
    static String yaml(String address) {
        return refers(address) ? Yaml.quoted(address) : Yaml.scalar(Yaml.literal(store(address)));
    }

    /** Whether it takes something, such as a password, from the environment or a file. */
    static boolean refers(String address) {
        return address.contains("${env.") || address.contains("${file:");
    }

    /** The address without a password that may stand in it. */
    private static String shown(String address) {
        return address.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://[^:/?]*):.*@", "$1:***@");
    }

    /** An address as a store: a bare name is a path of this folder. */
    static String store(String address) {
        boolean path = address.startsWith("/") || address.startsWith(".") || address.startsWith("~");
        return path || isUrl(address) ? address : "./" + address;
    }

    static boolean isUrl(String address) {
        return address.matches("[a-z][a-z0-9+.-]+:.*");
    }
}
