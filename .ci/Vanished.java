import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;

/** The server of .ci/vanished: tells its port, then why each session has ended, and how long after its last message. */
public final class Vanished implements MessageHandler {
    private final Timer timer = new Timer(true);
    private volatile long said;

    /** Arguments: the transport, the address to listen on, and keepAliveTimeout in seconds. */
    public static void main(String[] arguments) throws Exception {
        ImServer server = ImServer.builder()
                .transport(arguments[0])
                .host(arguments[1])
                .port(0)
                .protocols("line")
                .discoverPlugins(false)
                .limits(Limits.defaults().withIdle(Duration.ZERO, Duration.ofSeconds(Long.parseLong(arguments[2]))))
                .handler(new Vanished())
                .start();
        System.out.println(server.port());
        server.closeFuture().toCompletableFuture().join();
    }

    /** Whoever says "talk" is told something again and again. */
    @Override
    public void onMessage(ClientSession session, Message message) {
        said = System.nanoTime();
        session.send(message);
        if (message.text().equals("talk")) {
            TimerTask talk = new TimerTask() {
                @Override
                public void run() {
                    session.send(message);
                }
            };
            timer.schedule(talk, 200, 200);
        }
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) {
        System.out.printf(Locale.ROOT, "%s %.1f%n", reason.code(), (System.nanoTime() - said) / 1e9);
    }
}
