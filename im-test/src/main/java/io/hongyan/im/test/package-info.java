/**
 * The contracts of the test kit: what every transport, protocol, plugin and handler must pass.
 *
 * <p>A transport runs all of it by one class that extends {@link io.hongyan.im.test.TransportContract} and says its name; a
 * protocol by one that extends {@link io.hongyan.im.test.ProtocolContract}. The parts that contracts are made of, and your own tests
 * may be, stand in packages of their own, each of which knows only those before it: {@code client} (who connects, and what it
 * says), {@code virtual} (a server in a simulation), {@code evidence} (what was seen). The tags of a test are the ids of {@code
 * docs/GUARANTEES.md} that it shows.
 */
package io.hongyan.im.test;
