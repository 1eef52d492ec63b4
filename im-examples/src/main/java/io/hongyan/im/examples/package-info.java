/**
 * The programs a newcomer runs first. Read them in this order: {@code Echo}, {@code Room}, {@code ChatHandler}; what
 * they share stands in {@code ServerOptions}. {@code ChatPage} serves the chat's page, which is in the resources.
 */
package io.hongyan.im.examples;
