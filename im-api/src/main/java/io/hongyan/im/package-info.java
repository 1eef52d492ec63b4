/**
 * Hongyan: an instant-messaging server that lives inside a Java application.
 *
 * <p>Start at {@link io.hongyan.im.ImServer}; a host writes one {@link io.hongyan.im.MessageHandler} and is given
 * {@link io.hongyan.im.ClientSession}s and {@link io.hongyan.im.Group}s. Nothing here takes or returns {@code null}; a null
 * argument is answered with {@link java.lang.NullPointerException}.
 */
package io.hongyan.im;
