package io.waybill.store;

class MemoryFileStoreTest extends FileStoreContract {
    private MemoryFileStore.Disk disk = new MemoryFileStore.Disk("none");

    @Override
    protected FileStore open() {
        disk = new MemoryFileStore.Disk("test");
        return new MemoryFileStore(disk);
    }

    @Override
    protected FileStore reopen() {
        return new MemoryFileStore(disk);
    }

    @Override
    protected int holdableNames() {
        return NameCorpus.all().size() - 1;
    }

    @Override
    protected int partBytes() {
        return 1 << 20;
    }
}
