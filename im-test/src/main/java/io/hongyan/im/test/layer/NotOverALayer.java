package io.hongyan.im.test.layer;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What of the contract of transports makes no sense over a layer; each with its reason. */
public final class NotOverALayer implements ExecutionCondition {
    private static final String NOT_GREETED =
            "a session opens before its layer has shaken hands; until then not even a peer that reads takes anything";

    private static final Map<String, String> REASONS = Map.of(
            "shouldDeliverAllOfAGroupsBurstToMembersThatRead",
            NOT_GREETED,
            "shouldAcceptAllOfAHandlersBurstToPeersOnItsLoopThatRead",
            NOT_GREETED,
            "shouldAccountForAllThatIsSentWhileItCloses",
            "a server that runs out of time loses what its layers hold, which counts as written; a kernel would still deliver it");

    /** Parts that are about other things than a connection's bytes: each runs over the socket itself. */
    private static final Set<String> OTHER_PARTS = Set.of(
            "BusyHandlers", "Dispatching", "End", "KeepAlive", "Lifecycle", "Log", "Plugins", "SlowCode", "ThirdParty");

    /** For JUnit. */
    public NotOverALayer() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String part = context.getTestClass().map(Class::getSimpleName).orElse("");
        if (OTHER_PARTS.contains(part)) {
            return ConditionEvaluationResult.disabled("no layer makes a difference to it");
        }
        String name = context.getTestMethod().map(Method::getName).orElse("");
        String reason = REASONS.get(name);
        return reason == null
                ? ConditionEvaluationResult.enabled("as over a socket")
                : ConditionEvaluationResult.disabled(reason);
    }
}
