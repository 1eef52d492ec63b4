/**
 * A layer around a connection that frames and delays bytes, as awkward as TLS and without its cryptography: what shows that the engine keeps
 * to {@link io.hongyan.im.engine.Stream}. {@link io.hongyan.im.test.layer.LayeredTransport} puts it around any transport, {@link
 * io.hongyan.im.test.layer.LayeredWiring} around what clients reach it by. For the tests of transports; not exported.
 */
package io.hongyan.im.test.layer;
