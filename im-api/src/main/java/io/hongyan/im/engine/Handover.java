package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * How a server's listening sockets come from its predecessor and go to its successor, see {@link
 * io.hongyan.im.ImServer.Builder#handover}: a transport's, which also lets {@link Transport#bind} take what has come. From {@link #serve}
 * on the accepting loop is the only one to call it.
 */
public interface Handover {
    /** The server, as a handover sees it. On the accepting loop. */
    interface Host {
        /**
         * Has the loop tell of input, until that is ended.
         *
         * @return what ends it, and closes what is watched
         */
        Runnable watch(Pollable what, Ready ready) throws IOException;

        /** Closes the listening sockets; the sessions go on. */
        void stopAccepting();

        /** The successor has all that it needs: this server is to end. */
        void handedOver();

        /** Writes a line about the server's life. */
        void log(Level level, String line);
    }

    /** Told of input, or of its end. */
    interface Ready {
        /**
         * There is some.
         *
         * @throws IOException if it cannot be taken now; it is tried again a little later
         */
        void onReady() throws IOException;
    }

    /**
     * Asks the predecessor for its sockets, if there is one. On the thread that starts the server, before anything is bound; may wait.
     *
     * @throws IOException if there is one that does not answer, or the place cannot be used; nothing is left open
     */
    void begin() throws IOException;

    /**
     * This server accepts: the predecessor is to accept no more, and whoever comes next is to ask here.
     *
     * @param settled to be run once that is so, or when this is closed
     */
    void serve(Host host, Runnable settled);

    /** Ends it; whatever state it is in. Idempotent. */
    void close();
}
