/**
 * The programs a newcomer runs first. Read them in this order: {@code Echo}, {@code Room}, {@code ChatHandler}; what
 * they share stands in {@code ServerOptions}.
 */
package io.hongyan.im.examples;
