/**
 * The one engine that all transports share; a friend package. A transport fills in the ports {@link
 * io.hongyan.im.engine.Transport}, {@link io.hongyan.im.engine.Poller}, {@link io.hongyan.im.engine.Acceptor}, {@link
 * io.hongyan.im.engine.Connection} and {@link io.hongyan.im.engine.Mailbox}; the rest is here.
 *
 * <p>Reading order: {@code EventLoop}, {@code Peer}, {@code HandlerQueue}, {@code Session}, {@code WireQueue}, {@code
 * ShardedGroup}, {@code Server}.
 */
package io.hongyan.im.engine;
