package io.hongyan.im.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.Version;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Netty 4.2 as its own people would use it for this: one group of loops, pooled buffers, lines as slices of what was read (neither
 * copied nor decoded to text, nor validated as UTF-8, which Hongyan does), and flushes consolidated.
 */
final class NettyServer implements ServerUnderTest {
    /** As Hongyan's default for a message. */
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final EventLoopGroup loops;
    private final Channel listener;
    private final String description;

    private NettyServer(EventLoopGroup loops, Channel listener, String description) {
        this.loops = loops;
        this.listener = listener;
        this.description = description;
    }

    static NettyServer epoll(Workload workload, int loops, boolean batching) throws InterruptedException {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException(
                    "Netty's native epoll is unavailable here; take netty-nio: " + Epoll.unavailabilityCause());
        }
        return start(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, workload, loops, batching);
    }

    static NettyServer nio(Workload workload, int loops, boolean batching) throws InterruptedException {
        return start(NioIoHandler.newFactory(), NioServerSocketChannel.class, workload, loops, batching);
    }

    private static NettyServer start(
            IoHandlerFactory factory,
            Class<? extends ServerChannel> type,
            Workload workload,
            int number,
            boolean batching)
            throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(number, factory);
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(pipeline(workload, batching))
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        String version = Objects.requireNonNull(Version.identify().get("netty-common"), "no version of netty-common")
                .artifactVersion();
        String how = batching ? ", batching by hand" : "";
        return new NettyServer(loops, listener, "Netty " + version + ", " + type.getSimpleName() + how);
    }

    /** Batching is for a room: an echo flushes once for all that one read brought, as it is. */
    private static ChannelInitializer<Channel> pipeline(Workload workload, boolean batching) {
        return switch (workload) {
            case ECHO -> {
                NettyEcho echo = new NettyEcho();
                yield initializer(channel -> channel.pipeline().addLast(lines(), echo));
            }
            case ROOM -> batching ? batchedRoom() : room();
        };
    }

    private static ChannelInitializer<Channel> room() {
        NettyRoom room = new NettyRoom();
        return initializer(channel -> channel.pipeline()
                .addLast(
                        new FlushConsolidationHandler(
                                FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true),
                        lines(),
                        room));
    }

    private static ChannelInitializer<Channel> batchedRoom() {
        NettyBatchedRoom room = new NettyBatchedRoom();
        return initializer(channel -> channel.pipeline().addLast(lines(), room));
    }

    private static LineBasedFrameDecoder lines() {
        return new LineBasedFrameDecoder(MAX_LINE_BYTES, false, true);
    }

    private static ChannelInitializer<Channel> initializer(Consumer<Channel> initialize) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                initialize.accept(channel);
            }
        };
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully().syncUninterruptibly();
    }
}
