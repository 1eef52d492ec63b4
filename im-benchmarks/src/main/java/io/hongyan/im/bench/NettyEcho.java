package io.hongyan.im.bench;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sends each line back as the slice it came in; one flush for all that one read brought. What fails goes to the pipeline. */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyEcho extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), Workload.GREETING + "\n"), context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object line) {
        context.write(line, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
