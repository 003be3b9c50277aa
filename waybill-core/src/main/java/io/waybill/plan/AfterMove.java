package io.waybill.plan;

/** What becomes of a source item once its target is verified. */
public enum AfterMove implements Word {
    KEEP,
    DELETE
}
