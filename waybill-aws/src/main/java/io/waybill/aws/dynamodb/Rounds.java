package io.waybill.aws.dynamodb;

/** How often one call asks again for what the service left unprocessed: as long as there is progress, else a few times. */
final class Rounds {
    private static final int WITHOUT_PROGRESS = 4;

    private int idle;

    /** Pauses a little and says whether to ask again. */
    boolean another(boolean progress) {
        idle = progress ? 0 : idle + 1;
        if (idle >= WITHOUT_PROGRESS || Thread.currentThread().isInterrupted()) {
            return false;
        }
        try {
            Thread.sleep(25L << idle);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
