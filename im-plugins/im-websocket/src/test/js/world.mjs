/** What the tests of hongyan.js run in: a clock that stands still until it is moved, and sockets that do as they are told. */

import { HongyanClient } from "../../main/resources/META-INF/resources/hongyan/hongyan.js";

export class SimulatedClock {
    now = 0;
    #timers = [];
    #next = 1;

    setTimeout = (callback, millis) => {
        const timer = { at: this.now + millis, order: this.#next++, callback };
        this.#timers.push(timer);
        return timer;
    };

    clearTimeout = (timer) => {
        this.#timers = this.#timers.filter((other) => other !== timer);
    };

    get pending() {
        return this.#timers.length;
    }

    /** Moves on, and runs what falls due on the way, in its order. */
    advance(millis) {
        const end = this.now + millis;
        for (;;) {
            const due = this.#timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
            if (!due) {
                break;
            }
            this.clearTimeout(due);
            this.now = due.at;
            due.callback();
        }
        this.now = end;
    }
}

export class ScriptedSocket {
    readyState = 0;
    bufferedAmount = 0;
    binaryType = "blob";
    sent = [];
    closedWith = null;
    onopen = null;
    onmessage = null;
    onclose = null;
    onerror = null;

    constructor(url, protocols) {
        this.url = url;
        this.protocols = protocols;
    }

    send(data) {
        if (this.readyState !== 1) {
            throw new Error(`sent to a socket in readyState ${this.readyState}`);
        }
        this.sent.push(data);
    }

    close(code, reason) {
        if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
            throw new RangeError(`close code ${code}`);
        }
        this.readyState = 2;
        this.closedWith = { code, reason };
    }

    // ---- What the other side does ----

    open() {
        this.readyState = 1;
        this.onopen?.({});
    }

    message(data) {
        this.onmessage?.({ data });
    }

    /** As Chromium does for a port or a policy that forbids it: the socket is closed, and no `close` says so. */
    fail() {
        this.readyState = 3;
        this.onerror?.({});
    }

    end(code = 1006, reason = "", wasClean = code !== 1006) {
        this.readyState = 3;
        this.onclose?.({ code, reason, wasClean });
    }
}

/** A client in its world: its sockets as they were made, and its events as lines of text. */
export function world(options = {}, url = "ws://test/ws") {
    const clock = new SimulatedClock();
    const sockets = [];
    const events = [];
    const randoms = [];
    const client = new HongyanClient(url, {
        clock,
        random: () => randoms.shift() ?? 0.5,
        WebSocket: class extends ScriptedSocket {
            constructor(url, protocols) {
                super(url, protocols);
                sockets.push(this);
            }
        },
        ...options,
    });
    client.addEventListener("state", (e) => events.push(`${e.previous} > ${e.state}`));
    client.addEventListener("open", (e) => events.push(e.reconnected ? "open again" : "open"));
    client.addEventListener("message", (e) => events.push(`message ${describe(e.data)}`));
    client.addEventListener("gap", (e) => events.push(`gap ${e.missed}`));
    client.addEventListener("close", (e) => {
        events.push(`close ${e.code} ${e.reconnect ? `reconnect in ${e.delayMillis}` : "for good"}`);
    });
    client.addEventListener("drain", () => events.push("drain"));
    return {
        client,
        clock,
        sockets,
        events,
        randoms,
        get socket() {
            return sockets.at(-1);
        },
        /** The events since the last call. */
        heard: () => events.splice(0),
        /** Connects, and forgets how. */
        connected() {
            client.connect();
            sockets.at(-1).open();
            events.length = 0;
            return sockets.at(-1);
        },
    };
}

function describe(data) {
    return typeof data === "string" ? data : `${data.byteLength} bytes`;
}
