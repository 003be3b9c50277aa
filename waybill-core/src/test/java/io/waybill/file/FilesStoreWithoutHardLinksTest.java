package io.waybill.file;

/** Where the file system has no hard links, as FAT. */
class FilesStoreWithoutHardLinksTest extends FilesStoreTest {
    @Override
    FilesOptions options() {
        return new FilesOptions(root, false, false, true, false);
    }
}
