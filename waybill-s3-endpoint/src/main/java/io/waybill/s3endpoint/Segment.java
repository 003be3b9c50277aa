package io.waybill.s3endpoint;

/** A run of bytes in {@link Contents}: an object has one, or one for each part that it was put together from. */
record Segment(long content, long length) {}
