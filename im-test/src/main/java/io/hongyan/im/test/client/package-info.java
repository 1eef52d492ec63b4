/**
 * What is at the other end of a connection: blocking clients ({@link io.hongyan.im.test.client.LineClient}, {@link
 * io.hongyan.im.test.client.FrameClient}, {@link io.hongyan.im.test.client.RawClient}) over whatever {@link
 * io.hongyan.im.test.client.Wiring} brings them to the server, what they say ({@link io.hongyan.im.test.client.Messages}) and how it is
 * cut on its way ({@link io.hongyan.im.test.client.Cuts}). Knows no other package of the test kit.
 */
package io.hongyan.im.test.client;
