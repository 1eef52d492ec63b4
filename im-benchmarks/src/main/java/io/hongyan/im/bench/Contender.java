package io.hongyan.im.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server as it takes part in a comparison.
 *
 * @param server the name that {@link Serve} knows
 * @param dispatch where its handler runs; null for a server that has no such choice
 * @param before the jar of another state of Hongyan that it comes from; null for this one
 */
record Contender(
        String server,
        Serve.@Nullable Dispatching dispatch,
        @Nullable Path before) {
    /** Each server, and each of Hongyan's with every dispatch, from the other jar first if there is one. */
    static List<Contender> of(List<String> servers, List<Serve.Dispatching> dispatches, @Nullable Path before) {
        List<Contender> contenders = new ArrayList<>();
        for (String server : servers) {
            if (isHongyan(server)) {
                if (before != null) {
                    dispatches.forEach(d -> contenders.add(new Contender(server, d, before)));
                }
                dispatches.forEach(d -> contenders.add(new Contender(server, d, null)));
            } else {
                contenders.add(new Contender(server, null, null));
            }
        }
        return contenders;
    }

    private static boolean isHongyan(String server) {
        return server.startsWith("hongyan");
    }

    /** Whether the others are measured by it. */
    boolean isPeer() {
        return !isHongyan(server);
    }

    /** The same of the other jar. */
    Contender from(Path jar) {
        return new Contender(server, dispatch, jar);
    }

    String classPath() {
        return before == null ? System.getProperty("java.class.path") : before.toString();
    }

    List<String> arguments() {
        return dispatch == null ? List.of(server) : List.of(server, "--dispatch", dispatch.optionValue());
    }

    String label() {
        String name = dispatch == null ? server : server + ", " + dispatch.optionValue();
        return before == null ? name : "before: " + name;
    }
}
