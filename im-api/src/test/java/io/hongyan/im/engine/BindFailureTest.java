package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** The sentences that a machine cannot be made to say, for want of a user without privileges. */
final class BindFailureTest {
    @Test
    void shouldNameAHigherPortWhenThePortNeedsAPrivilege() {
        assertEquals(
                "cannot listen on [0:0:0:0:0:0:0:1]:80: Permission denied; choose a port from 1024 on, or let"
                        + " the process bind lower ones",
                BindFailure.of(new InetSocketAddress("::1", 80), "Permission denied", new IOException())
                        .getMessage());
    }
}
