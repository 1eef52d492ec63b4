/** The built-in protocols, {@code line} and {@code frame}; exported to nobody, {@link io.hongyan.im.Protocols} hands them out. */
package io.hongyan.im.protocol;
