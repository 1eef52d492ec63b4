/**
 * Hongyan measured beside peers in the same run: servers in processes of their own, one load generator, and the tables.
 *
 * <p>{@link io.hongyan.im.bench.Main} is where it starts; the JMH benchmarks are the classes that end in {@code Benchmark}.
 */
package io.hongyan.im.bench;
