package io.waybill.cli;

import io.waybill.cli.DoctorVerb.Finding;
import io.waybill.ledger.LedgerFile;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What doctor finds about this machine and the ledger. */
final class Machine {
    private static final long LITTLE = 1L << 30;

    private Machine() {}

    static List<Finding> findings(Waybill waybill) {
        List<Finding> findings = new ArrayList<>();
        Runtime runtime = Runtime.getRuntime();
        int feature = Runtime.version().feature();
        findings.add(new Finding(
                "java",
                feature >= 17,
                Version.java() + " (" + System.getProperty("java.vendor", "unknown") + "), "
                        + Figures.bytes(runtime.maxMemory()) + " heap, "
                        + Figures.count(runtime.availableProcessors(), "processor")));
        findings.add(new Finding("system", true, Version.system() + ", host " + Host.name()));
        findings.add(new Finding(
                "clock", true, waybill.surroundings().clock().instant() + "; compared with a store by --probe"));
        findings.add(disk(waybill.surroundings().folder()));
        return findings;
    }

    private static Finding disk(Path folder) {
        try {
            FileStore store = Files.getFileStore(folder);
            long free = store.getUsableSpace();
            boolean network =
                    Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs").contains(store.type());
            String text = Figures.bytes(free) + " free here (" + store.type() + ")";
            if (network) {
                text +=
                        "; locks are not reliable on network file systems: keep the ledger on a local disk with --ledger";
            } else if (free < LITTLE) {
                text += "; the ledger takes about 500 bytes per file";
            }
            return new Finding("disk", free >= LITTLE && !network, text);
        } catch (IOException e) {
            return new Finding("disk", false, Failure.cause(e));
        }
    }

    static Finding ledger(Waybill waybill) throws IOException, PlanException {
        LedgerFile file = waybill.workplace().ledger();
        String place =
                waybill.show(file.path()) + " (" + waybill.workplace().place().origin() + ")";
        if (!file.exists()) {
            return new Finding("ledger", true, place + ": none yet");
        }
        String holder = file.holder();
        file.check();
        try {
            String open = isOpenToOthers(file.path()) ? "; others on this machine can read it: chmod 600" : "";
            String active = holder == null ? ", nobody at work" : ", " + holder + " at work";
            return new Finding(
                    "ledger",
                    open.isEmpty(),
                    place + ": healthy, " + Figures.bytes(Files.size(file.path())) + active + open);
        } catch (IOException e) {
            return new Finding("ledger", false, place + ": " + e.getMessage());
        }
    }

    private static boolean isOpenToOthers(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        Path folder = path.toAbsolutePath().getParent();
        Set<PosixFilePermission> file = Files.getPosixFilePermissions(path);
        Set<PosixFilePermission> around = folder == null ? Set.of() : Files.getPosixFilePermissions(folder);
        return file.contains(PosixFilePermission.OTHERS_READ) && around.contains(PosixFilePermission.OTHERS_EXECUTE);
    }
}
