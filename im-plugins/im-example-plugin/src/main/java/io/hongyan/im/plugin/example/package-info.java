/**
 * An example of a plugin: {@link io.hongyan.im.plugin.example.WordFilter} sees each message before the handler does,
 * and may count it, change it, or refuse it with an answer.
 */
package io.hongyan.im.plugin.example;
