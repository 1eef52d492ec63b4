package io.hongyan.im.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends each line to everyone: one buffer, shared by duplicates that only count references. The members are kept by loop, so that a line
 * crosses to another loop as one task and not as one for each member there.
 */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyRoom extends SimpleChannelInboundHandler<ByteBuf> {
    private final Map<EventExecutor, ChannelGroup> members = new ConcurrentHashMap<>();

    @Override
    public void channelActive(ChannelHandlerContext context) {
        members.computeIfAbsent(context.executor(), DefaultChannelGroup::new).add(context.channel());
        context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), Workload.GREETING + "\n"), context.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        members.forEach((loop, group) -> {
            ByteBuf shared = line.retainedDuplicate();
            if (loop.inEventLoop()) {
                send(group, shared);
            } else {
                loop.execute(() -> send(group, shared));
            }
        });
    }

    /** Without promises: the group would make one for each member and a map of them. */
    private static void send(ChannelGroup group, ByteBuf shared) {
        group.writeAndFlush(shared, ChannelMatchers.all(), true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
