package io.hongyan.im.engine;

import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;

/**
 * Those of a listener's {@link Limits} that are looked at for each message, as plain numbers that all its sessions share.
 *
 * @param outboundBytes {@link Limits#outboundLimitBytes()}
 * @param outboundMessages {@link Limits#outboundLimitMessages()}
 * @param overflow {@link Limits#overflow()}
 * @param inboundMessages {@link Limits#inboundLimitMessages()}
 * @param messageBytes {@link Limits#maxMessageBytes()}
 */
record Bounds(int outboundBytes, int outboundMessages, Overflow overflow, int inboundMessages, int messageBytes) {
    static Bounds of(Limits limits) {
        return new Bounds(
                limits.outboundLimitBytes(),
                limits.outboundLimitMessages(),
                limits.overflow(),
                limits.inboundLimitMessages(),
                limits.maxMessageBytes());
    }
}
