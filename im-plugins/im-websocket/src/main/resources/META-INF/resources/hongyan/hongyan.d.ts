/** A client of Hongyan for browsers; what everything means stands in hongyan.js. */

export type State = "idle" | "connecting" | "open" | "waiting" | "closing" | "closed";

export type SendResult = "accepted" | "overflow" | "closed";

export interface Clock {
    setTimeout(callback: () => void, millis: number): unknown;
    clearTimeout(timer: any): void;
}

/** As much of the browser's WebSocket as the client uses. */
export interface Socket {
    binaryType: string;
    readonly readyState: number;
    readonly bufferedAmount: number;
    onopen: ((event: any) => any) | null;
    onmessage: ((event: any) => any) | null;
    onclose: ((event: any) => any) | null;
    onerror: ((event: any) => any) | null;
    send(data: string | ArrayBuffer): void;
    close(code?: number, reason?: string): void;
}

export interface HongyanOptions {
    /** Subprotocols to offer; none by default. */
    protocols?: string[];
    /** The first wait before a reconnect is at most this long; 500. */
    baseDelayMillis?: number;
    /** No wait is longer; 30,000. */
    maxDelayMillis?: number;
    /** A connection that held this long counts as a success: waits begin small again; 5,000. */
    stableMillis?: number;
    /** A connection that takes longer to be made has failed; 10,000. */
    connectTimeoutMillis?: number;
    /** How long `close()` waits for the server's answer; 3,000. */
    closeTimeoutMillis?: number;
    /** Messages that may wait while there is no connection; 1,000. */
    maxQueueMessages?: number;
    /** The same in bytes; 1,048,576. */
    maxQueueBytes?: number;
    /** With more than this in the browser's own buffer, messages wait in the queue; 65,536. */
    highWaterBytes?: number;
    /** In place of `shouldReconnect` of this module; not asked where the end is this side's wish. */
    shouldReconnect?: (code: number, reason: string) => boolean;
    /** The constructor; the browser's by default. */
    WebSocket?: new (url: string, protocols?: string[]) => Socket;
    /** The browser's by default. */
    clock?: Clock;
    /** 0 (included) to 1 (excluded); `Math.random` by default. */
    random?: () => number;
}

export interface StateEvent extends Event {
    readonly state: State;
    readonly previous: State;
}

export interface OpenEvent extends Event {
    /** Whether an earlier connection of this client had stood. */
    readonly reconnected: boolean;
}

export interface DataEvent extends Event {
    readonly data: string | ArrayBuffer;
}

export interface GapEvent extends Event {
    /** How many messages are missing at this place. */
    readonly missed: number;
}

export interface EndEvent extends Event {
    readonly code: number;
    readonly reason: string;
    readonly wasClean: boolean;
    /** Whether the connection broke, or was not made, without a word of the server's: what was sent last may not have come. */
    readonly lost: boolean;
    /** Whether the client comes back by itself, after `delayMillis`. */
    readonly reconnect: boolean;
    readonly delayMillis: number;
}

export interface HongyanEvents {
    state: StateEvent;
    open: OpenEvent;
    message: DataEvent;
    gap: GapEvent;
    close: EndEvent;
    drain: Event;
}

export declare class HongyanClient extends EventTarget {
    constructor(url: string | URL, options?: HongyanOptions);

    readonly state: State;
    /** Messages that wait in this client: for a connection, or for room in the browser's buffer. */
    readonly queuedMessages: number;
    /** Bytes handed to `send` that have not left for the network yet, the browser's buffer included. */
    readonly bufferedAmount: number;

    /** Begins to connect, or does at once what it waits to do; while closing, as soon as that is over. */
    connect(): void;
    /** Never blocks, never drops in silence: `overflow` and `closed` mean that nothing was done. */
    send(data: string | ArrayBuffer): SendResult;
    /** Ends the connection for good, until `connect()`. */
    close(code?: number, reason?: string): void;

    addEventListener<K extends keyof HongyanEvents>(
        type: K,
        listener: (this: HongyanClient, event: HongyanEvents[K]) => any,
        options?: boolean | AddEventListenerOptions,
    ): void;
    addEventListener(
        type: string,
        listener: EventListenerOrEventListenerObject | null,
        options?: boolean | AddEventListenerOptions,
    ): void;
    removeEventListener<K extends keyof HongyanEvents>(
        type: K,
        listener: (this: HongyanClient, event: HongyanEvents[K]) => any,
        options?: boolean | EventListenerOptions,
    ): void;
    removeEventListener(
        type: string,
        listener: EventListenerOrEventListenerObject | null,
        options?: boolean | EventListenerOptions,
    ): void;
}

/** Whether a client that reconnects unchanged may hope for a better end than this one. */
export declare function shouldReconnect(code: number, reason?: string): boolean;

/** How many milliseconds the server wants the client to stay away, at least; 0 where it did not say. */
export declare function retryAfterMillis(reason: string): number;
