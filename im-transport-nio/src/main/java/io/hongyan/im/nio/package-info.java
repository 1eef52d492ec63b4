/** The transport over {@code java.nio}: JDK only, the default on every platform. */
package io.hongyan.im.nio;
