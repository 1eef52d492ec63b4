/**
 * The transport over Linux epoll by {@code java.lang.foreign}: no native code to ship. Java 25.
 *
 * <p>Reading order: {@code EpollTransport}, {@code EpollPoller}, {@code EpollAcceptor}, {@code EpollConnection},
 * {@code Descriptor}, {@code EpollMailbox}; {@code Libc} has all system calls.
 */
package io.hongyan.im.epoll;
