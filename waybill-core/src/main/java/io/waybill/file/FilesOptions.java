package io.waybill.file;

import java.nio.file.Path;

/**
 * How a file store is opened.
 *
 * @param root absolute; need not exist yet
 * @param followFiles whether a symbolic link to a file inside the root counts as that file
 * @param durable whether what is written survives a power cut before it is reported as done
 * @param secure whether open folders are used where the platform has them; off only in tests of the other way
 * @param hardLinks whether hard links are tried; off only in tests of the other way
 */
record FilesOptions(Path root, boolean followFiles, boolean durable, boolean secure, boolean hardLinks) {
    /** Names of the options in plans. */
    static final String ROOT = "root";

    static final String LINKS = "links";
    static final String DURABLE = "durable";
    static final String SKIP = "skip";
    static final String FOLLOW_FILES = "follow-files";

    static FilesOptions of(Path root, boolean followFiles, boolean durable) {
        return new FilesOptions(root, followFiles, durable, true, true);
    }
}
