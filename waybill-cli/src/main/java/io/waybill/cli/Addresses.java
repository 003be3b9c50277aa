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
        String yaml =
                "waybill: 1\nname: address\nstores:\n  " + STORE + ": " + Yaml.quoted(Yaml.literal(store(address)))
                        + "\nmoves:\n  - from: \"" + STORE + ":\"\n    to: " + STORE + ":copy/\n";
        return Plans.parse(
                address,
                yaml.getBytes(StandardCharsets.UTF_8),
                waybill.surroundings().folder(),
                waybill.workplace().context());
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
