/**
 * Hongyan under attack ({@link io.hongyan.im.bench.trial.AttackRun}) and in the long run ({@link io.hongyan.im.bench.trial.Soak}): a server in a
 * process of its own, and what is done to it.
 */
package io.hongyan.im.bench.trial;
