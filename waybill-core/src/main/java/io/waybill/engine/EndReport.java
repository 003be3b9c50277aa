package io.waybill.engine;

import java.time.Instant;

/**
 * How a command that runs a plan ended, for those who are told of it.
 *
 * @param run for example {@code r1}; empty when it came to no run
 * @param state done, failed or stopped
 * @param exit the exit code
 * @param message one line for people, without secrets
 * @param host the machine
 */
public record EndReport(
        String run, String state, int exit, String message, Instant started, Instant ended, String host) {}
