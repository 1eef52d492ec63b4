/**
 * What shows that a test has seen what it should: waiting with a sentence ({@link io.hongyan.im.test.evidence.Await}), handlers
 * that take notes ({@link io.hongyan.im.test.evidence.RecordingHandler}, {@link io.hongyan.im.test.evidence.Witness}), the log,
 * the threads and descriptors of servers, programs in a JVM of their own. Knows the clients and the simulation, and not the contracts.
 */
package io.hongyan.im.test.evidence;
