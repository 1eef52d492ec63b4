/**
 * The test kit: what every transport and protocol must pass, and what to test one with.
 *
 * <p>A transport runs all of it by one class that extends {@link io.hongyan.im.test.TransportContract} and says its name; a
 * protocol by one that extends {@link io.hongyan.im.test.ProtocolContract}. The rest are parts: blocking clients on plain
 * sockets ({@link io.hongyan.im.test.LineClient}, {@link io.hongyan.im.test.FrameClient}), a handler that checks how it is called
 * ({@link io.hongyan.im.test.RecordingHandler}), arbitraries ({@link io.hongyan.im.test.Messages}, {@link
 * io.hongyan.im.test.Cuts}). The tags of a test are the ids of {@code docs/GUARANTEES.md} that it shows.
 */
package io.hongyan.im.test;
