/** {@link io.hongyan.im.recorder.Recorder} writes down what clients send, and when, for tests that replay it. */
package io.hongyan.im.recorder;
