/**
 * A client of Hongyan for browsers: one WebSocket after another to the same URL, so that a page sees one connection that
 * is sometimes away. It has no dependency and needs no build.
 *
 * ```js
 * import { HongyanClient } from "./hongyan.js";
 *
 * const client = new HongyanClient("wss://chat.example/ws");
 * client.addEventListener("open", () => client.send("hello"));
 * client.addEventListener("message", (event) => console.log(event.data));
 * client.connect();
 * ```
 *
 * The states:
 *
 * ```text
 *  idle ──connect()──> connecting ──────────> open ──close()──> closing ──> closed
 *                       ^    │ fails           │                              ^
 *                       │    v                 v lost                         │
 *                       └── waiting <──────────┴── or for good: see "close" ──┘
 * ```
 *
 * What it tells, it tells by events (it is an `EventTarget`); there are no callback properties:
 *
 * | event     | when                                                      | carries                                      |
 * | --------- | --------------------------------------------------------- | -------------------------------------------- |
 * | `state`   | the state has changed                                     | `state`, `previous`                          |
 * | `open`    | a connection stands; what its listeners send goes first,  | `reconnected`                                |
 * |           | before what was queued                                    |                                              |
 * | `message` | a message has come                                        | `data`: a string or an `ArrayBuffer`         |
 * | `gap`     | the server says that messages are missing at this place   | `missed`: how many                           |
 * | `close`   | a connection has ended, or could not be made              | `code`, `reason`, `wasClean`, `lost`,        |
 * |           |                                                           | `reconnect`, `delayMillis`                   |
 * | `drain`   | the queue is empty again after a message had to wait      |                                              |
 *
 * An end was agreed upon where the server has said it, by a Close frame with its code, or this side has before there was a
 * connection. Otherwise the connection is `lost`: it broke, it could not be made, or the server did not answer `close()`; so
 * what was sent last may not have come. A lost connection is made again, unless it was lost after `close()`. `wasClean` is
 * the browser's word: it is false also where all was agreed upon and the network ended the connection in its own way.
 *
 * A server may say when to come back, for the end of a restart or of a time-out that it has set: its reason then ends with
 * `; retry-after=` and milliseconds. The client stays away for so long, and for its own wait on top of it.
 *
 * Some browsers cannot do the compression that they agree upon. A server with `deflate` closes them with 4001 and a reason
 * that begins with "deflate:"; the client then comes back once, with `deflate=off` in the query of its URL, and keeps to that.
 *
 * @module hongyan
 */

/** @typedef {"idle" | "connecting" | "open" | "waiting" | "closing" | "closed"} State */

/** @typedef {"accepted" | "overflow" | "closed"} SendResult */

/**
 * Time, so that a test can be its master.
 *
 * @typedef {object} Clock
 * @property {(callback: () => void, millis: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

/**
 * @typedef {object} HongyanOptions
 * @property {string[]} [protocols] subprotocols to offer; none by default
 * @property {number} [baseDelayMillis] the first wait before a reconnect is at most this long; 500
 * @property {number} [maxDelayMillis] no wait is longer, but for what the server asks for; 30,000
 * @property {number} [stableMillis] a connection that held this long counts as a success: waits begin small again; 5,000
 * @property {number} [connectTimeoutMillis] a connection that takes longer to be made has failed; 10,000
 * @property {number} [closeTimeoutMillis] how long `close()` waits for the server's answer; 3,000
 * @property {number} [maxQueueMessages] messages that may wait while there is no connection; 1,000
 * @property {number} [maxQueueBytes] the same in bytes; 1,048,576
 * @property {number} [highWaterBytes] with more than this in the browser's own buffer, messages wait in the queue; 65,536
 * @property {(code: number, reason: string) => boolean} [shouldReconnect] in place of `shouldReconnect` of this module; not
 *     asked where the end is this side's wish, nor where the client comes back without compression
 * @property {any} [WebSocket] the constructor; the browser's
 * @property {Clock} [clock] the browser's
 * @property {() => number} [random] 0 (included) to 1 (excluded); `Math.random`
 */

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** How often the browser's buffer is looked at while messages wait for it: no event tells that it has room again. */
const BUFFER_POLL_MILLIS = 50;

/** After an `error` of a socket, its `close` has so long to come: for one that may not connect, Chromium sends none for long. */
const ERROR_GRACE_MILLIS = 100;

/** RFC 6455, 7.4.1: what a browser reports for a connection that ended without a Close frame. */
const LOST = 1006;

/** A connection without TLS that it should have had; said by nobody, as `LOST` is. */
const NO_TLS = 1015;

/** What this browser compressed, the server cannot inflate; for hosts of other servers it may mean anything. */
const CANNOT_INFLATE = 4001;
const OF_DEFLATE = /^deflate:/;
const WITHOUT_DEFLATE = "deflate=off";

/** How a server says when to come back; whoever is told that may come back. */
const RETRY_AFTER = /; retry-after=(\d{1,9})ms$/;

/** The ends after which the same client would meet the same end again; of io.hongyan.im.CloseReason.Code. */
const FINAL_CODES = new Set([
    1000, // NORMAL, PEER_CLOSED
    1002, // PROTOCOL_ERROR
    1003, // not this kind of data
    1007, // INVALID_TEXT
    1008, // POLICY
    1009, // MESSAGE_TOO_BIG
    1010, // an extension is missing
]);

const GAP = /^!missed ([1-9]\d{0,15})$/;

/**
 * Whether a client that reconnects unchanged may hope for a better end. A missed deadline (a laptop that slept) has
 * status 1008 as broken rules have, and is told from them by its reason, which begins with "timeout:". A reason that says
 * when to come back says that one may.
 *
 * @param {number} code the status of the Close frame, or 1006
 * @param {string} [reason] its reason
 * @returns {boolean}
 */
export function shouldReconnect(code, reason = "") {
    if (isOfDeflate(code, reason)) {
        return false;
    }
    return !FINAL_CODES.has(code) || (code === 1008 && /^timeout:/.test(reason)) || RETRY_AFTER.test(reason);
}

/**
 * How long the server wants the client to stay away, at least.
 *
 * @param {string} reason of the Close frame
 * @returns {number} milliseconds; 0 where it did not say
 */
export function retryAfterMillis(reason) {
    return Number(RETRY_AFTER.exec(reason)?.[1] ?? 0);
}

/**
 * @param {number} code
 * @param {string} reason
 */
function isOfDeflate(code, reason) {
    return code === CANNOT_INFLATE && OF_DEFLATE.test(reason);
}

/** An event with some properties of its own. */
class HongyanEvent extends Event {
    /**
     * @param {string} type
     * @param {object} [details]
     */
    constructor(type, details = {}) {
        super(type);
        Object.assign(this, details);
    }
}

/** What waits for a connection, or for room in the browser's buffer: first in, first out, bounded. */
class Queue {
    #maxMessages;
    #maxBytes;
    /** @type {{data: string | ArrayBuffer, bytes: number}[]} */
    #items = [];
    #bytes = 0;

    /**
     * @param {number} maxMessages
     * @param {number} maxBytes
     */
    constructor(maxMessages, maxBytes) {
        this.#maxMessages = maxMessages;
        this.#maxBytes = maxBytes;
    }

    get length() {
        return this.#items.length;
    }

    get bytes() {
        return this.#bytes;
    }

    /**
     * @param {string | ArrayBuffer} data
     * @returns {boolean} false if it is full; then nothing has changed
     */
    offer(data) {
        const bytes = byteLength(data);
        if (this.#items.length >= this.#maxMessages || this.#bytes + bytes > this.#maxBytes) {
            return false;
        }
        this.#items.push({ data, bytes });
        this.#bytes += bytes;
        return true;
    }

    /** @returns {string | ArrayBuffer} */
    take() {
        const { data, bytes } = /** @type {{data: string | ArrayBuffer, bytes: number}} */ (this.#items.shift());
        this.#bytes -= bytes;
        return data;
    }
}

export class HongyanClient extends EventTarget {
    #url;
    #options;
    /** @type {Queue} */
    #queue;
    /** @type {State} */
    #state = "idle";
    /** @type {any} the socket of the present attempt; what an older one says is not listened to */
    #socket = null;
    #failures = 0;
    #opened = false;
    #waited = false;
    #opening = false;
    /** While the listeners of `state` hear of a wait and have not heard of the end that it follows. */
    #ending = false;
    /** Whether it has come back without compression. */
    #plain = false;
    /** Whether `connect()` was called while closing. */
    #again = false;
    /** @type {Map<string, unknown>} the timers that run, by what they are for */
    #timers = new Map();

    /**
     * @param {string | URL} url `ws:` or `wss:`
     * @param {HongyanOptions} [options]
     */
    constructor(url, options = {}) {
        super();
        this.#url = String(url);
        this.#options = {
            protocols: [],
            baseDelayMillis: 500,
            maxDelayMillis: 30_000,
            stableMillis: 5_000,
            connectTimeoutMillis: 10_000,
            closeTimeoutMillis: 3_000,
            maxQueueMessages: 1_000,
            maxQueueBytes: 1_048_576,
            highWaterBytes: 65_536,
            shouldReconnect,
            WebSocket: globalThis.WebSocket,
            clock: {
                setTimeout: (callback, millis) => setTimeout(callback, millis),
                clearTimeout: (timer) => clearTimeout(timer),
            },
            random: Math.random,
            ...options,
        };
        this.#queue = new Queue(this.#options.maxQueueMessages, this.#options.maxQueueBytes);
    }

    /** @returns {State} */
    get state() {
        return this.#state;
    }

    /** Messages that wait in this client: for a connection, or for room in the browser's buffer. */
    get queuedMessages() {
        return this.#queue.length;
    }

    /** Bytes handed to `send` that have not left for the network yet, the browser's buffer included. */
    get bufferedAmount() {
        return this.#queue.bytes + (this.#socket?.bufferedAmount ?? 0);
    }

    /**
     * Begins to connect, or does at once what it waits to do. While closing, it connects as soon as that is over. Nothing
     * happens where a connection stands or is being made.
     */
    connect() {
        this.#again = this.#state === "closing";
        if (this.#state === "idle" || this.#state === "closed" || this.#state === "waiting") {
            if (this.#state !== "waiting") {
                this.#failures = 0;
            }
            this.#attempt();
        }
    }

    /**
     * Sends a message now, or puts it in the queue while there is no connection or the browser's buffer is over its high
     * mark. Order is kept.
     *
     * @param {string | ArrayBuffer} data a string goes as text, an `ArrayBuffer` as binary
     * @returns {SendResult} `accepted`: sent or queued, not necessarily received; `overflow`: the queue is full, nothing was
     *     done; `closed`: there is no connection and will be none until `connect()`, nothing was done
     */
    send(data) {
        if (typeof data !== "string" && !(data instanceof ArrayBuffer)) {
            throw new TypeError("data must be a string or an ArrayBuffer");
        }
        if (this.#state === "idle" || this.#state === "closing" || this.#state === "closed") {
            return "closed";
        }
        if (this.#state === "open" && (this.#opening ? this.#isOpen() : this.#queue.length === 0 && this.#hasRoom())) {
            this.#socket.send(data);
            return "accepted";
        }
        if (!this.#queue.offer(data)) {
            return "overflow";
        }
        this.#waited = true;
        if (this.#state === "open" && !this.#opening) {
            this.#pollBuffer();
        }
        return "accepted";
    }

    /**
     * Ends the connection for good, until `connect()`. What waits in the queue stays there and goes out after the next
     * `connect()`. Each end has one `close` event: where a listener of `state` calls this at `waiting`, the event of the end
     * that led there says that there will be no reconnect.
     *
     * @param {number} [code] 1000, or 3000 to 4999
     * @param {string} [reason] at most 123 bytes
     */
    close(code = 1000, reason = "") {
        const { closeTimeoutMillis } = this.#options;
        this.#again = false;
        if (this.#state === "open") {
            this.#socket.close(code, reason); // throws if the code or the reason is not allowed; then nothing has changed
            this.#cancelAll();
            this.#timer("close", closeTimeoutMillis, () => this.#ended(LOST, "the server did not answer the close", false, false));
            this.#become("closing");
        } else if (this.#ending) {
            this.#cancelAll();
            this.#become("closed");
        } else if (this.#state === "connecting" || this.#state === "waiting") {
            this.#abandonSocket();
            this.#ended(code, reason, true, false);
        }
    }

    // ---- One attempt, from its beginning to its end ----

    #attempt() {
        const { WebSocket, protocols, connectTimeoutMillis } = this.#options;
        this.#cancelAll();
        this.#ending = false;
        const socket = new WebSocket(this.#plain ? withoutDeflate(this.#url) : this.#url, protocols);
        this.#socket = socket;
        socket.binaryType = "arraybuffer";
        const ours = (/** @type {(event: any) => void} */ listener) => (/** @type {any} */ event) => {
            if (this.#socket === socket) {
                listener(event);
            }
        };
        socket.onopen = ours(() => this.#onOpen());
        socket.onmessage = ours((event) => this.#onMessage(event.data));
        socket.onclose = ours((event) => {
            this.#ended(event.code, event.reason, event.wasClean, this.#state !== "closing");
        });
        socket.onerror = ours(() => this.#onError());
        this.#timer("connect", connectTimeoutMillis, () => {
            this.#abandonSocket();
            this.#ended(LOST, `no connection within ${connectTimeoutMillis} ms`, false, true);
        });
        this.#become("connecting");
    }

    #onOpen() {
        this.#cancelAll();
        this.#timer("stable", this.#options.stableMillis, () => {
            this.#failures = 0;
        });
        const reconnected = this.#opened;
        this.#opened = true;
        this.#opening = true;
        this.#become("open");
        if (this.#state === "open") {
            this.dispatchEvent(new HongyanEvent("open", { reconnected }));
        }
        this.#opening = false;
        this.#flush();
    }

    /** @param {string | ArrayBuffer} data */
    #onMessage(data) {
        const gap = typeof data === "string" ? GAP.exec(data) : null;
        if (gap) {
            this.dispatchEvent(new HongyanEvent("gap", { missed: Number(gap[1]) }));
        } else {
            this.dispatchEvent(new HongyanEvent("message", { data }));
        }
    }

    #onError() {
        if (!this.#timers.has("error")) {
            this.#timer("error", ERROR_GRACE_MILLIS, () => {
                if (this.#socket.readyState === CLOSED) {
                    this.#ended(LOST, "the connection failed; the browser does not say why", false, this.#state !== "closing");
                }
            });
        }
    }

    /**
     * @param {number} code
     * @param {string} reason
     * @param {boolean} wasClean
     * @param {boolean} wanted false if the end is this side's wish
     */
    #ended(code, reason, wasClean, wanted) {
        const plain = wanted && !this.#plain && isOfDeflate(code, reason);
        this.#plain ||= plain;
        const reconnect = plain || (wanted && this.#options.shouldReconnect(code, reason));
        const lost = code === LOST || code === NO_TLS;
        const delayMillis = reconnect ? retryAfterMillis(reason) + this.#nextDelay() : 0;
        this.#socket = null;
        this.#cancelAll();
        if (reconnect) {
            this.#timer("reconnect", delayMillis, () => this.#attempt());
        }
        this.#ending = reconnect;
        this.#become(reconnect ? "waiting" : "closed");
        this.#ending = false;
        this.#tellEnd({ code, reason, wasClean, lost, reconnect, delayMillis });
        if (this.#again) {
            this.connect();
        }
    }

    /**
     * A listener of `state` may have closed or connected meanwhile: then that counts.
     *
     * @param {{code: number, reason: string, wasClean: boolean, lost: boolean, reconnect: boolean, delayMillis: number}} end
     */
    #tellEnd(end) {
        const reconnect = end.reconnect && this.#state !== "closed";
        const delayMillis = this.#state === "waiting" ? end.delayMillis : 0;
        this.dispatchEvent(new HongyanEvent("close", { ...end, reconnect, delayMillis }));
    }

    /** Full jitter: anything from nothing to a bound that doubles, so that clients cut at once do not come back at once. */
    #nextDelay() {
        const { baseDelayMillis, maxDelayMillis, random } = this.#options;
        const bound = Math.min(maxDelayMillis, baseDelayMillis * 2 ** this.#failures);
        this.#failures = Math.min(this.#failures + 1, 32);
        return random() * bound;
    }

    #abandonSocket() {
        const socket = this.#socket;
        this.#socket = null;
        if (socket && (socket.readyState === CONNECTING || socket.readyState === OPEN)) {
            socket.close();
        }
    }

    // ---- Output ----

    /** False already while the socket closes, before it says so: what it is given then, it drops without a word. */
    #isOpen() {
        return this.#socket.readyState === OPEN;
    }

    #hasRoom() {
        return this.#isOpen() && this.#socket.bufferedAmount <= this.#options.highWaterBytes;
    }

    #flush() {
        while (this.#state === "open" && this.#queue.length > 0 && this.#hasRoom()) {
            this.#socket.send(this.#queue.take());
        }
        if (this.#state !== "open") {
            return;
        }
        if (this.#queue.length > 0) {
            this.#pollBuffer();
        } else if (this.#waited) {
            this.#waited = false;
            this.dispatchEvent(new HongyanEvent("drain"));
        }
    }

    #pollBuffer() {
        if (!this.#timers.has("buffer")) {
            this.#timer("buffer", BUFFER_POLL_MILLIS, () => this.#flush());
        }
    }

    // ---- State and time ----

    /** @param {State} state */
    #become(state) {
        const previous = this.#state;
        if (state !== previous) {
            this.#state = state;
            this.dispatchEvent(new HongyanEvent("state", { state, previous }));
        }
    }

    /**
     * @param {string} purpose
     * @param {number} millis
     * @param {() => void} action
     */
    #timer(purpose, millis, action) {
        const timer = this.#options.clock.setTimeout(() => {
            this.#timers.delete(purpose);
            action();
        }, millis);
        this.#timers.set(purpose, timer);
    }

    #cancelAll() {
        for (const timer of this.#timers.values()) {
            this.#options.clock.clearTimeout(timer);
        }
        this.#timers.clear();
    }
}

/** @param {string} url */
function withoutDeflate(url) {
    return url + (url.includes("?") ? "&" : "?") + WITHOUT_DEFLATE;
}

const UTF8 = new TextEncoder();

/** @param {string | ArrayBuffer} data */
function byteLength(data) {
    return typeof data === "string" ? UTF8.encode(data).length : data.byteLength;
}
