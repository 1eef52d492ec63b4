/**
 * Hongyan without sockets, threads and sleeps: the same engine, protocols, plugins and handlers over a network that is simulated from a
 * seed. {@link io.hongyan.im.test.virtual.VirtualServer} is where to begin.
 */
@NullMarked
package io.hongyan.im.test.virtual;

import org.jspecify.annotations.NullMarked;
