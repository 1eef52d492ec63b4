package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.Readiness;
import io.hongyan.im.test.client.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a {@link Connection} must do. A transport runs it by a class in its tests that extends this one. */
public abstract class ConnectionContract extends PortTest {
    private static final long KEY = 1;

    private RawClient client;
    private Connection connection;

    /** For subclasses. */
    protected ConnectionContract() {}

    @BeforeEach
    final void connectOne() throws IOException {
        Acceptor acceptor = bind();
        client = connect(acceptor);
        connection = accept(acceptor);
        poller().register(connection, KEY, Readiness.READ);
    }

    @Test
    void shouldKnowThePeerWhenAccepted() {
        assertEquals(client.localAddress(), connection.remoteAddress());
    }

    @Test
    void shouldStillKnowThePeerWhenClosed() throws IOException {
        connection.close();

        assertEquals(client.localAddress(), connection.remoteAddress());
    }

    @Test
    void shouldReadNothingWhenNothingCame() throws IOException {
        assertEquals(0, connection.read(ByteBuffer.allocateDirect(10)));
    }

    @Test
    void shouldReadIntoWhatIsFreeWhenTheBufferIsPartlyFull() throws IOException {
        client.sendBytes(new byte[] {1, 2, 3});
        awaitReady(KEY, Readiness.READ);
        ByteBuffer target = ByteBuffer.allocateDirect(10).position(4).limit(6);

        int read = connection.read(target);

        assertEquals(2, read);
        assertEquals(6, target.position());
        assertEquals(0x0102, target.getShort(4));
        assertEquals(1, connection.read(target.clear()));
        assertEquals(3, target.get(0));
    }

    @Test
    void shouldReadMinusOneAfterTheRestWhenThePeerEndsItsOutput() throws IOException {
        client.sendBytes(new byte[] {1});
        client.halfClose();
        ByteBuffer target = ByteBuffer.allocateDirect(10);

        awaitReady(KEY, Readiness.READ);
        assertEquals(1, connection.read(target));
        awaitReady(KEY, Readiness.READ);

        assertEquals(-1, connection.read(target));
        assertEquals(-1, connection.read(target));
    }

    @Test
    void shouldWriteFromPositionToLimitWhenThereIsRoom() throws IOException {
        ByteBuffer source =
                ByteBuffer.allocateDirect(10).putInt(2, 0x01020304).position(3).limit(5);

        int written = connection.write(source);

        assertEquals(2, written);
        assertEquals(5, source.position());
        assertArrayEquals(new byte[] {2, 3}, client.readBytes(2));
    }

    @Test
    void shouldUseEachBufferWhenTheyTakeTurns() throws IOException {
        ByteBuffer one = ByteBuffer.allocateDirect(4).putInt(0, 1);
        ByteBuffer other = ByteBuffer.allocateDirect(8).position(4).slice().putInt(0, 2);

        for (int i = 0; i < 3; i++) {
            connection.write(one.rewind());
            connection.write(other.rewind());
        }

        for (int i = 0; i < 3; i++) {
            assertArrayEquals(new byte[] {0, 0, 0, 1, 0, 0, 0, 2}, client.readBytes(8));
        }
    }

    @Test
    void shouldWriteNothingUntilThereIsRoomWhenTheKernelIsFull() throws IOException {
        ByteBuffer source = ByteBuffer.allocateDirect(1 << 20);
        long written = 0;
        int taken;
        do {
            taken = connection.write(source.clear());
            assertEquals(taken, source.position());
            written += taken;
        } while (taken > 0);

        connection.interest(Readiness.WRITE);
        client.readBytes((int) written);

        awaitReady(KEY, Readiness.WRITE);
        assertTrue(connection.write(source) > 0, "writable, yet nothing was taken");
    }

    @Test
    void shouldEndOutputBehindWhatWasWrittenWhenShutDown() throws IOException {
        connection.write(ByteBuffer.allocateDirect(1));
        connection.shutdownOutput();
        connection.shutdownOutput();

        assertArrayEquals(new byte[1], client.readBytes(1));
        client.sendBytes(new byte[] {1});
        awaitReady(KEY, Readiness.READ);
        assertEquals(1, connection.read(ByteBuffer.allocateDirect(10)));
        client.expectEnd();
    }

    @Test
    void shouldThrowAndLiveOnWhenThePeerHasReset() throws IOException {
        client.reset();
        awaitReady(KEY, Readiness.READ);

        assertThrows(IOException.class, () -> connection.read(ByteBuffer.allocateDirect(10)));
        // No SIGPIPE: the process would be gone.
        assertThrows(IOException.class, () -> connection.write(ByteBuffer.allocateDirect(10)));
        connection.close();
    }

    @Test
    void shouldEndForThePeerOnceWhenClosed() throws IOException {
        connection.close();
        connection.close();

        client.expectEnd();
    }

    @Test
    @Tag("X4")
    void shouldMakeNoCallWhenClosed() {
        connection.close();

        assertThrows(IOException.class, () -> connection.read(ByteBuffer.allocateDirect(10)));
        assertThrows(IOException.class, () -> connection.write(ByteBuffer.allocateDirect(10)));
        assertThrows(IOException.class, () -> connection.shutdownOutput());
        assertThrows(IOException.class, () -> connection.interest(Readiness.WRITE));
    }

    @Test
    void shouldCloseWhenNeverRegistered() throws IOException {
        Acceptor acceptor = bind();
        RawClient other = connect(acceptor);

        accept(acceptor).close();

        other.expectEnd();
    }
}
