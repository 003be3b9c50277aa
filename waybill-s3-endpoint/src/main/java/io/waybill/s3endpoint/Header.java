package io.waybill.s3endpoint;

/**
 * A header kept with an object or written in an answer.
 *
 * @param name in lower case when kept with an object
 * @param value each char one byte as it came over the wire
 */
record Header(String name, String value) {}
