package io.hongyan.im.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server as it takes part in a comparison.
 *
 * @param server the name that {@link Serve} knows
 * @param dispatch where its handler runs; null for a server that has no such choice
 */
record Contender(String server, Serve.@Nullable Dispatching dispatch) {
    /** Each server, and each of Hongyan's with every dispatch. */
    static List<Contender> of(List<String> servers, List<Serve.Dispatching> dispatches) {
        List<Contender> contenders = new ArrayList<>();
        for (String server : servers) {
            if (server.startsWith("hongyan")) {
                dispatches.forEach(d -> contenders.add(new Contender(server, d)));
            } else {
                contenders.add(new Contender(server, null));
            }
        }
        return contenders;
    }

    List<String> arguments() {
        return dispatch == null ? List.of(server) : List.of(server, "--dispatch", dispatch.optionValue());
    }

    String label() {
        return dispatch == null ? server : server + ", " + dispatch.optionValue();
    }
}
