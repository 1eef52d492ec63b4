package io.hongyan.im.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A room that batches by hand: the lines that one turn of a loop brings become one buffer, which is written and flushed once to each
 * member. A task put to a loop from that loop runs when all that was ready has been read: there a turn ends.
 *
 * <p>A member is written to from its own handler's place in the pipeline, with no group and no promise between.
 */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyBatchedRoom extends SimpleChannelInboundHandler<ByteBuf> {
    private final Map<EventExecutor, Turn> turns = new ConcurrentHashMap<>();

    @Override
    public void channelActive(ChannelHandlerContext context) {
        turns.computeIfAbsent(context.executor(), Turn::new).members.add(context);
        context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), Workload.GREETING + "\n"), context.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        turn(context).members.remove(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        turn(context).add(line, context.alloc());
    }

    private Turn turn(ChannelHandlerContext context) {
        Turn turn = turns.get(context.executor());
        if (turn == null) {
            throw new IllegalStateException("a channel is not active and is read");
        }
        return turn;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** What one loop has to send at the end of its turn, and its members. That loop only. */
    private final class Turn implements Runnable {
        private static final int FIRST_BYTES = 16 * 1024;

        private final EventExecutor loop;
        private final List<ChannelHandlerContext> members = new ArrayList<>();
        private @Nullable ByteBuf lines;

        Turn(EventExecutor loop) {
            this.loop = loop;
        }

        void add(ByteBuf line, ByteBufAllocator allocator) {
            if (lines == null) {
                lines = allocator.directBuffer(FIRST_BYTES);
                loop.execute(this);
            }
            lines.writeBytes(line);
        }

        /** The end of the turn. Another loop gets all of it as one task. */
        @Override
        public void run() {
            ByteBuf whole = lines;
            if (whole == null) {
                return;
            }
            lines = null;
            turns.forEach((other, turn) -> {
                ByteBuf shared = whole.retainedDuplicate();
                if (other == loop) {
                    turn.send(shared);
                } else {
                    other.execute(() -> turn.send(shared));
                }
            });
            whole.release();
        }

        private void send(ByteBuf shared) {
            for (int i = members.size() - 1; i >= 0; i--) {
                ChannelHandlerContext member = members.get(i);
                member.writeAndFlush(shared.retainedDuplicate(), member.voidPromise());
            }
            shared.release();
        }
    }
}
