package io.waybill.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The codes of errors, each with its cause, its consequence and the next step, for {@code waybill help CODE}. */
enum Code {
    INTERNAL(
            "WB-X01",
            Exit.INTERNAL,
            "Internal error",
            "A fault in waybill itself.",
            "What the ledger says is true; work under way is settled by the next run.",
            "Run the same command with -vv for the trace, then report it with: waybill doctor --bundle FILE"),
    UNBALANCED(
            "WB-X02",
            Exit.INTERNAL,
            "Books do not balance",
            "The run listed an item that is in no state, or in two.",
            "The run does not count as done.",
            "waybill ledger check; then report it with: waybill doctor --bundle FILE"),
    USAGE(
            "WB-U01",
            Exit.USAGE,
            "Wrong command line",
            "An unknown command or option, or a value that does not fit.",
            "Nothing was started.",
            "waybill help COMMAND shows what it takes."),
    CONFIRMATION(
            "WB-U02",
            Exit.USAGE,
            "Confirmation missing",
            "The command overwrites, deletes or undoes, and nobody could be asked: no terminal, CI, or --no-input.",
            "Nothing was started.",
            "Repeat it with --yes, or with --yes=NAME where the message names one."),
    PLAN(
            "WB-P01",
            Exit.USAGE,
            "Problems in the plan",
            "The plan file, or a value given with --set, is not right; every problem is listed with line and column.",
            "Nothing was started and no store was touched.",
            "Correct the lines, then: waybill lint"),
    NO_PLAN(
            "WB-P02",
            Exit.USAGE,
            "No plan here",
            "There is no waybill.yaml in this folder, no plan was named, and no ledger was used here before.",
            "Nothing was started.",
            "waybill init writes a plan, waybill copy needs none, waybill demo shows both."),
    NOT_FOUND(
            "WB-S01",
            Exit.USAGE,
            "Not there",
            "A bucket, folder, table or file that the command or the plan names does not exist.",
            "Nothing was written.",
            "Correct the name, or create it; waybill ls STORE: shows what is there."),
    STORE_CONFLICT(
            "WB-S02",
            Exit.UNAVAILABLE,
            "Changed meanwhile",
            "Something changed at a store between two looks at it.",
            "What was written so far is in the ledger.",
            "Run the same command again."),
    DENIED(
            "WB-S03",
            Exit.UNAVAILABLE,
            "No access",
            "Credentials are missing or wrong, or a right is not granted.",
            "What was written so far is in the ledger; nothing else was.",
            "waybill doctor shows which store and where its credentials came from; then run the same command again."),
    INVALID(
            "WB-S04",
            Exit.UNAVAILABLE,
            "Cannot be held",
            "A store refused a name, a value or a size, or an option of the store is wrong.",
            "What was written so far is in the ledger.",
            "Change the plan as the message says."),
    STORE_CORRUPT(
            "WB-S05",
            Exit.UNAVAILABLE,
            "Content and checksum differ",
            "Bytes that were read do not match their checksum or length.",
            "Nothing that did not match counts as verified.",
            "Run again; if it stays, check the store or the network between."),
    THROTTLED(
            "WB-S06",
            Exit.UNAVAILABLE,
            "Asked to slow down",
            "A store kept asking to slow down until the retries were used up.",
            "What was written so far is in the ledger.",
            "Run again later, or with --set limits.requests_per_second=50"),
    UNAVAILABLE(
            "WB-S07",
            Exit.UNAVAILABLE,
            "Store not available",
            "A store cannot be reached or failed: network, name, service, or a full disk.",
            "What was written so far is in the ledger.",
            "waybill doctor; then run the same command again, it goes on."),
    UNKNOWN_OUTCOME(
            "WB-S08",
            Exit.UNAVAILABLE,
            "Outcome not known",
            "A request may or may not have been carried out: the answer was lost.",
            "The ledger says so; the next run looks at the target before it writes.",
            "Run the same command again."),
    LOCKED(
            "WB-L01",
            Exit.LOCKED,
            "Another runner is at work",
            "Another waybill holds this plan's ledger; the message says which, where, since when.",
            "Nothing was started.",
            "Watch it: waybill status --watch. Stop it: waybill stop. A dead one holds nothing."),
    CORRUPT(
            "WB-L02",
            Exit.REFUSED,
            "Ledger is damaged",
            "The ledger file is empty, cut short or changed by something else.",
            "Nothing was changed, neither in stores nor in the ledger.",
            "Put back a copy made by waybill ledger backup; or move it away: then everything found equal counts as same."),
    FOREIGN(
            "WB-L03",
            Exit.REFUSED,
            "Not this plan's ledger",
            "The file is no ledger, belongs to another plan, or was made by a newer waybill.",
            "Nothing was changed.",
            "Give another place with --ledger, rename the plan, or use the newer waybill."),
    FENCED(
            "WB-L04",
            Exit.UNAVAILABLE,
            "Another runner took over",
            "The ledger was unlocked or taken over while this process was at work.",
            "This process stopped at once; the other goes on.",
            "waybill status"),
    LEDGER(
            "WB-L05",
            Exit.UNAVAILABLE,
            "Ledger not available",
            "The ledger is not there, or cannot be read or written: rights, or a full disk.",
            "What the ledger says is true; nothing else was changed.",
            "Free space or grant the right, then run the same command again."),
    REFUSED(
            "WB-R01",
            Exit.REFUSED,
            "Refused by a safety rule",
            "Going on could destroy something: keys that collide, a target that exists under exists: fail, a plan that"
                    + " changed under an unfinished run.",
            "Nothing was changed.",
            "The message names what it is about and the way out."),
    OUTPUT(
            "WB-O01",
            Exit.UNAVAILABLE,
            "Output cannot be written",
            "A report, a file or the standard output cannot be written, for example on a full disk.",
            "The work itself is done and in the ledger.",
            "Free space or give another place, then repeat the command that writes it.");

    private final String id;
    private final Exit exit;
    private final String title;
    private final String cause;
    private final String consequence;
    private final String next;

    Code(String id, Exit exit, String title, String cause, String consequence, String next) {
        this.id = id;
        this.exit = exit;
        this.title = title;
        this.cause = cause;
        this.consequence = consequence;
        this.next = next;
    }

    String id() {
        return id;
    }

    Exit exit() {
        return exit;
    }

    String title() {
        return title;
    }

    /** The code with this id, whatever the case, or null. */
    static @Nullable Code find(String id) {
        for (Code code : values()) {
            if (code.id.equals(id.toUpperCase(Locale.ROOT))) {
                return code;
            }
        }
        return null;
    }

    /** What help says about it. */
    String explanation() {
        return id + "  " + title + "  (exit " + exit.code() + ")\n\n"
                + "Cause        " + cause + "\n"
                + "Consequence  " + consequence + "\n"
                + "Next         " + next + "\n";
    }
}
