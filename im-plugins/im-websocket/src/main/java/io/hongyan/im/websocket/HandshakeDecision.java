package io.hongyan.im.websocket;

import java.security.Principal;
import java.util.Objects;
import java.util.Optional;

/** What a {@link HandshakeFilter} answers. */
public sealed interface HandshakeDecision {
    /**
     * The client may come in, without a name.
     *
     * @return the decision
     */
    static HandshakeDecision allow() {
        return new Allowed(Optional.empty());
    }

    /**
     * The client may come in, and is known.
     *
     * @param principal who it is; the session's {@link io.hongyan.im.ClientSession#principal()}
     * @return the decision
     */
    static HandshakeDecision allow(Principal principal) {
        return new Allowed(Optional.of(principal));
    }

    /**
     * The client is answered by HTTP, and its connection ends.
     *
     * @param status 400 to 599, such as 401 or 403
     * @param text one sentence for the client; should tell nothing that helps an attacker
     * @return the decision
     * @throws IllegalArgumentException if the status is out of range
     */
    static HandshakeDecision refuse(int status, String text) {
        return new Refused(status, text);
    }

    /**
     * Yes.
     *
     * @param principal who it is, if that is known
     */
    record Allowed(Optional<Principal> principal) implements HandshakeDecision {
        /** Checks the component. */
        public Allowed {
            Objects.requireNonNull(principal, "principal");
        }
    }

    /**
     * No.
     *
     * @param status 400 to 599
     * @param text one sentence for the client
     */
    record Refused(int status, String text) implements HandshakeDecision {
        /** Checks both components. */
        public Refused {
            Objects.requireNonNull(text, "text");
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status must be 400 to 599, was " + status);
            }
        }
    }
}
