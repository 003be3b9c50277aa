package io.waybill.file;

/** Where the platform cannot work relative to open folders, as Java 17 on macOS. */
class FilesStoreWithoutOpenFoldersTest extends FilesStoreTest {
    @Override
    FilesOptions options() {
        return new FilesOptions(root, true, false, false, true);
    }
}
