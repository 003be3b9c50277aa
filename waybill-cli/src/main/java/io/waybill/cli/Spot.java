package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.mapping.Nearest;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Texts;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.table.TableFormat;
import java.util.List;

/**
 * What STORE:PATH on a command line means: a store of the plan and a path in it, or a path or URL of its own.
 *
 * @param plan that defines the store; for a path or URL of its own one that nobody wrote
 * @param store its name in that plan
 */
record Spot(Plan plan, String store, String path) {
    static Spot of(Waybill waybill, String address) throws PlanException, LedgerException {
        int colon = address.indexOf(':');
        String word = colon < 0 ? "" : address.substring(0, colon);
        boolean path = colon < 0 || address.startsWith("/") || address.startsWith(".") || address.startsWith("~");
        boolean url = address.startsWith("://", colon);
        boolean scheme = Providers.all().values().stream()
                .anyMatch(provider -> provider.schemes().contains(word));
        if (path || url || (scheme && !isStoreOfThePlan(waybill, word))) {
            return new Spot(Addresses.plan(waybill, address), Addresses.STORE, "");
        }
        Plan plan = waybill.workplace().plan();
        if (!plan.stores().containsKey(word)) {
            List<String> names = List.copyOf(plan.stores().keySet());
            String near = Nearest.find(word, names);
            throw new CliException(
                    Code.USAGE,
                    "The plan has no store " + Texts.safe(word) + "."
                            + (near == null ? "" : " Did you mean " + near + "?") + " It has: "
                            + String.join(", ", names) + ".");
        }
        return new Spot(plan, word, address.substring(colon + 1));
    }

    /** The same, but a path of its own that ends in a table is the table in its folder. */
    static Spot ofTable(Waybill waybill, String address) throws PlanException, LedgerException {
        boolean path = address.startsWith("/") || address.startsWith(".") || address.startsWith("~");
        if ((path || address.indexOf(':') < 0) && !TableFormat.guess(address).isEmpty()) {
            int name = address.lastIndexOf('/') + 1;
            String folder = name == 0 ? "." : address.substring(0, name);
            return new Spot(Addresses.plan(waybill, folder), Addresses.STORE, address.substring(name));
        }
        return of(waybill, address);
    }

    /** A store of the plan goes before a scheme of the same name: {@code s3:} is usually one. */
    private static boolean isStoreOfThePlan(Waybill waybill, String word) throws LedgerException {
        try {
            return waybill.workplace().plan().stores().containsKey(word);
        } catch (CliException | PlanException e) {
            return false; // there is no plan that could name one
        }
    }

    Store open(Waybill waybill) throws StoreException {
        StoreSpec spec = plan.store(store);
        return Providers.of(spec)
                .open(spec.settings(plan.folder(), waybill.surroundings().environment()));
    }
}
