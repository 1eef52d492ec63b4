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

    static NettyServer epoll(Workload workload, int loops) throws InterruptedException {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException(
                    "Netty's native epoll is unavailable here; take netty-nio: " + Epoll.unavailabilityCause());
        }
        return start(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, workload, loops);
    }

    static NettyServer nio(Workload workload, int loops) throws InterruptedException {
        return start(NioIoHandler.newFactory(), NioServerSocketChannel.class, workload, loops);
    }

    private static NettyServer start(
            IoHandlerFactory factory, Class<? extends ServerChannel> type, Workload workload, int number)
            throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(number, factory);
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(pipeline(workload))
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        String version = Objects.requireNonNull(Version.identify().get("netty-common"), "no version of netty-common")
                .artifactVersion();
        return new NettyServer(loops, listener, "Netty " + version + ", " + type.getSimpleName());
    }

    private static ChannelInitializer<Channel> pipeline(Workload workload) {
        NettyRoom room = new NettyRoom();
        NettyEcho echo = new NettyEcho();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                LineBasedFrameDecoder lines = new LineBasedFrameDecoder(MAX_LINE_BYTES, false, true);
                switch (workload) {
                    case ECHO -> channel.pipeline().addLast(lines, echo);
                    case ROOM ->
                        channel.pipeline()
                                .addLast(
                                        new FlushConsolidationHandler(
                                                FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true),
                                        lines,
                                        room);
                }
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
