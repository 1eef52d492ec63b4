import assert from "node:assert/strict";
import { test } from "node:test";
import { HongyanClient, retryAfterMillis, shouldReconnect } from "../../main/resources/META-INF/resources/hongyan/hongyan.js";
import { world } from "./world.mjs";

// ---- Life ----

test("connects, tells its states, hears text and binary", () => {
    const w = world({ protocols: ["chat"] });

    w.client.connect();
    assert.equal(w.client.state, "connecting");
    assert.deepEqual([w.socket.url, w.socket.protocols, w.socket.binaryType], ["ws://test/ws", ["chat"], "arraybuffer"]);
    w.socket.open();
    w.socket.message("hello");
    w.socket.message(new ArrayBuffer(3));

    assert.deepEqual(w.heard(), [
        "idle > connecting", "connecting > open", "open", "message hello", "message 3 bytes",
    ]);
});

test("connect does nothing while connecting or open", () => {
    const w = world();
    w.client.connect();
    w.client.connect();
    w.socket.open();
    w.client.connect();

    assert.equal(w.sockets.length, 1);
});

test("close is for good, also when the other side answers with a code to come back after", () => {
    const w = world();
    const socket = w.connected();

    w.client.close(3001, "enough");
    assert.deepEqual(socket.closedWith, { code: 3001, reason: "enough" });
    assert.equal(w.client.send("late"), "closed");
    socket.end(1001);
    w.clock.advance(100_000);

    assert.deepEqual(w.heard(), ["open > closing", "closing > closed", "close 1001 for good"]);
    assert.equal(w.sockets.length, 1);
    assert.equal(w.clock.pending, 0);
});

test("close does not wait for ever for an answer", () => {
    const w = world();
    const socket = w.connected();

    w.client.close();
    w.clock.advance(3_000);
    assert.deepEqual(w.heard(), ["open > closing", "closing > closed", "close 1006 for good"]);
    socket.end(1000);
    assert.deepEqual(w.heard(), []);
});

test("close ends an attempt and a wait", () => {
    const w = world();
    w.client.connect();
    w.client.close();
    assert.equal(w.socket.readyState, 2);
    w.socket.open();
    assert.deepEqual(w.heard(), ["idle > connecting", "connecting > closed", "close 1000 for good"]);

    w.client.connect();
    w.socket.end(1006);
    w.client.close();
    w.clock.advance(100_000);
    assert.equal(w.client.state, "closed");
    assert.equal(w.sockets.length, 2);
});

test("a code that may not be sent is an error and changes nothing", () => {
    const w = world();
    w.connected();

    assert.throws(() => w.client.close(1006), RangeError);
    assert.equal(w.client.state, "open");
    assert.equal(w.client.send("still here"), "accepted");
});

test("a closed client can be connected again", () => {
    const w = world();
    w.connected().end(1008, "POLICY no");
    assert.equal(w.client.state, "closed");

    w.client.connect();
    w.socket.open();
    assert.equal(w.client.state, "open");
});

test("an attempt that takes too long has failed", () => {
    const w = world();
    w.client.connect();
    w.clock.advance(9_999);
    assert.equal(w.client.state, "connecting");
    w.clock.advance(1);

    assert.equal(w.socket.readyState, 2);
    assert.deepEqual(w.heard(), ["idle > connecting", "connecting > waiting", "close 1006 reconnect in 250"]);
    w.sockets[0].open();
    assert.equal(w.client.state, "waiting");
});

test("an error that no close follows is an end", () => {
    const w = world();
    w.client.connect();
    w.socket.fail();
    w.clock.advance(100);

    assert.deepEqual(w.heard(), ["idle > connecting", "connecting > waiting", "close 1006 reconnect in 250"]);
    w.sockets[0].end(1006);
    assert.deepEqual(w.heard(), []);
    assert.equal(w.clock.pending, 1);
});

test("an error that a close follows is one end, with what the close says", () => {
    const w = world();
    const socket = w.connected();
    socket.fail();
    socket.fail();
    socket.end(1011);
    assert.deepEqual(w.heard(), ["open > waiting", "close 1011 reconnect in 250"]);
    w.clock.advance(250);
    w.socket.onerror({}); // and one of a socket that is not closed is none
    w.clock.advance(9_999);
    assert.deepEqual(w.heard(), ["waiting > connecting"]);
});

test("connect while closing connects when that is over", () => {
    const w = world();
    const socket = w.connected();
    w.client.close();
    w.client.connect();
    assert.equal(w.sockets.length, 1);
    socket.end(1000);

    assert.deepEqual(w.heard(), ["open > closing", "closing > closed", "close 1000 for good", "closed > connecting"]);
    w.socket.open();
    w.client.close();
    w.client.connect();
    w.client.close();
    w.clock.advance(3_000);
    assert.equal(w.client.state, "closed");
    assert.equal(w.sockets.length, 2);
});

test("an old socket is not listened to", () => {
    const w = world();
    const old = w.connected();
    old.end(1006);
    w.clock.advance(250);
    w.socket.open();
    w.heard();

    old.message("from the past");
    old.end(1008);
    assert.deepEqual(w.heard(), []);
    assert.equal(w.client.state, "open");
});

// ---- Which ends are final ----

for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 1010]) {
    test(`does not come back after ${code}`, () => {
        const w = world();
        w.connected().end(code);
        w.clock.advance(100_000);

        assert.deepEqual(w.heard(), ["open > closed", `close ${code} for good`]);
        assert.equal(w.sockets.length, 1);
        assert.equal(w.clock.pending, 0);
    });
}

for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4000]) {
    test(`comes back after ${code}`, () => {
        const w = world();
        w.connected().end(code);
        w.clock.advance(250);

        assert.deepEqual(w.heard(), ["open > waiting", `close ${code} reconnect in 250`, "waiting > connecting"]);
    });
}

/** Of the next ends: how they are told. */
function endsOf(w) {
    const ends = [];
    w.client.addEventListener("close", ({ code, wasClean, lost, reconnect }) => ends.push({ code, wasClean, lost, reconnect }));
    return ends;
}

test("tells an end that was agreed upon from a connection that was lost", () => {
    const w = world();
    const ends = endsOf(w);
    w.connected().end(1011);
    w.clock.advance(250);
    w.socket.open();
    w.socket.end(1000, "", false); // the Close has come, the end of the stream was a reset
    w.client.connect();
    w.socket.open();
    w.socket.end(1006);
    w.clock.advance(250);
    w.socket.end(1006); // no connection could be made

    assert.deepEqual(ends, [
        { code: 1011, wasClean: true, lost: false, reconnect: true },
        { code: 1000, wasClean: false, lost: false, reconnect: false },
        { code: 1006, wasClean: false, lost: true, reconnect: true },
        { code: 1006, wasClean: false, lost: true, reconnect: true },
    ]);
});

test("does not come back from a connection that is lost after its own close", () => {
    const w = world();
    const ends = endsOf(w);
    const socket = w.connected();
    w.client.close();
    socket.end(1006);
    w.clock.advance(100_000);
    w.connected();
    w.client.close();
    w.clock.advance(3_000);
    w.client.connect();
    w.client.close();

    assert.deepEqual(ends, [
        { code: 1006, wasClean: false, lost: true, reconnect: false },
        { code: 1006, wasClean: false, lost: true, reconnect: false },
        { code: 1000, wasClean: true, lost: false, reconnect: false },
    ]);
    assert.equal(w.clock.pending, 0);
});

const DEFLATE = "deflate: a compressed message cannot be inflated; come back with deflate=off in the query";

for (const [url, plain] of [
    ["ws://test/ws", "ws://test/ws?deflate=off"],
    ["ws://test/ws?token=a", "ws://test/ws?token=a&deflate=off"],
    ["ws://test", "ws://test?deflate=off"],
]) {
    test(`comes back to ${url} without compression where the browser cannot compress, and stays so`, () => {
        const w = world({}, url);
        w.connected().end(4001, DEFLATE);
        assert.deepEqual(w.heard(), ["open > waiting", "close 4001 reconnect in 250"]);
        w.clock.advance(250);
        assert.equal(w.socket.url, plain);
        w.socket.open();
        w.socket.end(1006);
        w.clock.advance(500);
        assert.equal(w.socket.url, plain);
        w.socket.open();
        w.heard();
        w.socket.end(4001, DEFLATE);
        w.clock.advance(100_000);

        assert.deepEqual(w.heard(), ["open > closed", "close 4001 for good"]);
        assert.equal(w.sockets.length, 3);
    });
}

test("takes 4001 for the host's own where its reason is another", () => {
    const w = world();
    w.connected().end(4001, "something else");
    w.clock.advance(250);
    assert.equal(w.socket.url, "ws://test/ws");
    assert.equal(shouldReconnect(4001, "something else"), true);
    assert.equal(shouldReconnect(4001, DEFLATE), false);
});

test("does not come back without compression where the end was its own wish", () => {
    const w = world();
    const socket = w.connected();
    w.client.close();
    socket.end(4001, DEFLATE);
    assert.equal(w.client.state, "closed");
    w.client.connect();
    assert.equal(w.socket.url, "ws://test/ws");
});

test("a missed deadline is told from broken rules by the first word of the reason", () => {
    assert.equal(shouldReconnect(1008, "timeout: no answer to a ping for 10 s (pongTimeout)"), true);
    assert.equal(shouldReconnect(1008, "no timeout: a rule"), false);
    assert.equal(shouldReconnect(1008), false);
});

test("comes back when the server says, and its own wait later", () => {
    const w = world();
    w.randoms.push(0.5);
    w.connected().end(1001, "the server is shutting down; retry-after=4000ms");
    assert.deepEqual(w.heard(), ["open > waiting", "close 1001 reconnect in 4250"]);
    w.clock.advance(4249);
    assert.equal(w.sockets.length, 1);
    w.clock.advance(1);
    assert.equal(w.sockets.length, 2);
});

test("comes back after an end that is for good where the server says when", () => {
    assert.equal(shouldReconnect(1008, "be quiet for a while; retry-after=600000ms"), true);
    assert.equal(shouldReconnect(1008, "; retry-after=600000ms is what I was told"), false);
    assert.equal(retryAfterMillis("be quiet for a while; retry-after=600000ms"), 600_000);
    assert.equal(retryAfterMillis("bye"), 0);
    assert.equal(retryAfterMillis("; retry-after=-1ms"), 0);
});

test("the host can judge for itself", () => {
    const w = world({ shouldReconnect: (code, reason) => code === 4001 && reason === "token renewed" });
    w.connected().end(1006);
    assert.equal(w.client.state, "closed");
    w.client.connect();
    w.socket.open();
    w.socket.end(4001, "token renewed");
    assert.equal(w.client.state, "waiting");
});

// ---- R3: full jitter, a cap, a reset only after a stable session ----

const BOUNDS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];

test("waits between nothing and a bound that doubles up to the cap", () => {
    for (let failures = 0; failures < BOUNDS.length; failures++) {
        for (const random of [0, 0.25, 0.999]) {
            const w = world();
            w.client.connect();
            for (let i = 0; i < failures; i++) {
                w.randoms.push(0);
                w.socket.end(1006);
                w.clock.advance(0);
            }
            w.randoms.push(random);
            w.socket.end(1006);
            const delay = random * BOUNDS[failures];
            assert.equal(w.heard().at(-1), `close 1006 reconnect in ${delay}`);

            if (delay > 0) {
                w.clock.advance(delay - 1);
                assert.equal(w.sockets.length, failures + 1);
            }
            w.clock.advance(1);
            assert.equal(w.sockets.length, failures + 2);
        }
    }
});

test("never waits longer than the cap, however often it fails", () => {
    const w = world({ maxDelayMillis: 2_000 });
    w.client.connect();
    for (let i = 0; i < 5_000; i++) {
        w.randoms.push(0.9999);
        w.socket.end(1006);
        const delay = Number(w.heard().find((line) => line.startsWith("close")).split(" ").at(-1));
        assert.ok(delay >= 0 && delay < 2_000, `${delay}`);
        w.clock.advance(2_000);
    }
});

test("a session that was not stable does not make the waits small again", () => {
    const w = world();
    w.client.connect();
    const delays = [];
    for (let i = 0; i < 4; i++) {
        w.socket.open();
        w.clock.advance(4_999);
        w.heard();
        w.socket.end(1006);
        delays.push(Number(w.heard().at(-1).split(" ").at(-1)));
        w.clock.advance(delays.at(-1));
    }
    assert.deepEqual(delays, [250, 500, 1_000, 2_000]);

    w.socket.open();
    w.clock.advance(5_000);
    w.heard();
    w.socket.end(1006);
    assert.equal(w.heard().at(-1), "close 1006 reconnect in 250");
});

test("2,000 clients cut at once spread evenly", () => {
    const times = [];
    let seed = 42;
    const random = () => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return seed / 2 ** 32;
    };
    for (let i = 0; i < 2_000; i++) {
        const w = world({ random });
        w.connected().end(1001);
        times.push(Number(w.heard().at(-1).split(" ").at(-1)));
    }

    for (let tenth = 0; tenth < 10; tenth++) {
        const share = times.filter((t) => t >= tenth * 50 && t < (tenth + 1) * 50).length;
        assert.ok(share > 130 && share < 270, `${share} of 2,000 in a tenth of the time`);
    }
});

test("connect cuts a wait short, and the waits go on growing", () => {
    const w = world();
    w.client.connect();
    w.socket.end(1006);
    w.client.connect();
    assert.equal(w.sockets.length, 2);
    w.heard();
    w.socket.end(1006);
    assert.equal(w.heard().at(-1), "close 1006 reconnect in 500");
    assert.equal(w.clock.pending, 1);
});

// ---- Sending ----

test("sends at once what an open connection can take", () => {
    const w = world();
    const socket = w.connected();
    const bytes = new ArrayBuffer(2);

    assert.equal(w.client.send("text"), "accepted");
    assert.equal(w.client.send(bytes), "accepted");
    assert.deepEqual(socket.sent, ["text", bytes]);
    assert.throws(() => w.client.send(/** @type {any} */ (7)), TypeError);
    assert.throws(() => w.client.send(/** @type {any} */ (new Uint8Array(1))), TypeError);
});

test("sends nothing before connect", () => {
    assert.equal(world().client.send("early"), "closed");
});

test("keeps what is said while there is no connection, in order, behind what open's listeners send", () => {
    const w = world();
    w.client.addEventListener("open", () => {
        w.client.send("my name");
        w.client.send("my rooms");
    });
    w.client.connect();
    w.client.send("one");
    w.socket.end(1006);
    w.client.send("two");
    w.clock.advance(250);
    w.client.send("three");
    assert.equal(w.client.queuedMessages, 3);
    w.heard();
    w.socket.open();

    assert.deepEqual(w.socket.sent, ["my name", "my rooms", "one", "two", "three"]);
    assert.equal(w.client.queuedMessages, 0);
    assert.deepEqual(w.heard(), ["connecting > open", "open", "drain"]);
});

test("says so when the queue is full, and loses nothing of it", () => {
    const w = world({ maxQueueMessages: 2 });
    w.client.connect();

    assert.deepEqual(["a", "b", "c"].map((text) => w.client.send(text)), ["accepted", "accepted", "overflow"]);
    w.socket.open();
    assert.deepEqual(w.socket.sent, ["a", "b"]);
    assert.equal(w.client.send("c"), "accepted");
});

test("counts the queue in bytes, too", () => {
    const w = world({ maxQueueBytes: 8 });
    w.client.connect();

    assert.equal(w.client.send("鸿雁"), "accepted");
    assert.equal(w.client.bufferedAmount, 6);
    assert.equal(w.client.send(new ArrayBuffer(3)), "overflow");
    assert.equal(w.client.send(new ArrayBuffer(2)), "accepted");
    assert.equal(w.client.send(""), "accepted");
});

test("does not fill the browser's buffer over the high mark", () => {
    const w = world({ highWaterBytes: 100 });
    const socket = w.connected();
    socket.bufferedAmount = 101;

    assert.equal(w.client.send("a"), "accepted");
    assert.equal(w.client.send("b"), "accepted");
    w.clock.advance(1_000);
    assert.deepEqual(socket.sent, []);
    assert.equal(w.client.bufferedAmount, 103);
    socket.bufferedAmount = 100;
    w.clock.advance(50);

    assert.deepEqual(socket.sent, ["a", "b"]);
    assert.deepEqual(w.heard(), ["drain"]);
    w.clock.advance(5_000);
    assert.equal(w.clock.pending, 0);
});

test("does not overtake what waits", () => {
    const w = world({ highWaterBytes: 100 });
    const socket = w.connected();
    socket.bufferedAmount = 101;
    w.client.send("a");
    socket.bufferedAmount = 0;
    w.client.send("b");
    w.clock.advance(50);

    assert.deepEqual(socket.sent, ["a", "b"]);
});

test("gives nothing to a socket that closes already, and sends it over the next", () => {
    const w = world();
    const socket = w.connected();
    socket.readyState = 2;

    assert.equal(w.client.send("kept"), "accepted");
    w.clock.advance(200);
    assert.deepEqual(socket.sent, []);
    socket.end(1001);
    w.clock.advance(250);
    w.socket.open();
    assert.deepEqual(w.socket.sent, ["kept"]);
});

test("keeps the queue over an end for good", () => {
    const w = world();
    w.client.connect();
    w.client.send("waits");
    w.socket.end(1008);
    assert.equal(w.client.queuedMessages, 1);
    assert.equal(w.client.send("more"), "closed");
    w.client.connect();
    w.socket.open();
    assert.deepEqual(w.socket.sent, ["waits"]);
});

test("a listener may close in the middle of anything", () => {
    for (const type of ["state", "open", "message", "gap"]) {
        const w = world();
        w.client.addEventListener(type, () => w.client.state === "open" && w.client.close());
        w.client.connect();
        w.client.send("queued");
        w.socket.open();
        w.socket.message("text");
        w.socket.message("!missed 1");
        w.socket.end(1000);

        assert.equal(w.client.state, "closed", type);
        assert.equal(w.clock.pending, 0, type);
    }
});

test("a listener that closes or connects at once makes no second end of one", () => {
    for (const [method, end, state] of [
        ["close", "close 1006 for good", "closed"],
        ["connect", "close 1006 reconnect in 0", "connecting"],
    ]) {
        const w = world();
        const socket = w.connected();
        w.client.addEventListener("state", (e) => e.state === "waiting" && w.client[method]());
        socket.end(1006);

        assert.deepEqual(w.heard().filter((line) => line.startsWith("close ")), [end]);
        assert.equal(w.client.state, state);
        assert.equal(w.clock.pending, state === "closed" ? 0 : 1);
    }
});

// ---- Gaps ----

test("a gap is an event of its own", () => {
    const w = world();
    const socket = w.connected();
    for (const text of ["!missed 12", "!missed 0", "!missed", "!missed 1 2", " !missed 1", "!missed 1\n", "x"]) {
        socket.message(text);
    }

    assert.deepEqual(w.heard(), [
        "gap 12", "message !missed 0", "message !missed", "message !missed 1 2", "message  !missed 1",
        "message !missed 1\n", "message x",
    ]);
});

// ---- Any order of anything ----

test("whatever happens in whatever order: one socket at most, order kept, nothing lost in silence", () => {
    let seed = 7;
    const below = (n) => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((seed / 2 ** 32) * n);
    };
    for (let run = 0; run < 500; run++) {
        const w = world({ maxQueueMessages: 5, highWaterBytes: 10, random: () => below(1000) / 1000 });
        const taken = [];
        let next = 0;
        for (let step = 0; step < 60; step++) {
            const socket = w.socket;
            const live = socket && socket.readyState < 3 && w.client.state !== "waiting" && w.client.state !== "closed";
            switch (below(7)) {
                case 0: w.client.connect(); break;
                case 1: if (live && socket.readyState === 0) socket.open(); break;
                case 2: if (live) socket.end([1001, 1006, 1008, 1013][below(4)]); break;
                case 3: w.clock.advance(below(3) * 700); break;
                case 4: if (below(4) === 0) w.client.close(); break;
                case 5: if (socket) socket.bufferedAmount = below(20); break;
                default: if (w.client.send(`${next}`) === "accepted") taken.push(next); next++;
            }
            assert.ok(w.sockets.filter((s) => s.readyState < 2).length <= 1);
        }
        const sent = w.sockets.flatMap((s) => s.sent).map(Number);
        assert.deepEqual(sent, taken.slice(0, sent.length));
        assert.equal(sent.length + w.client.queuedMessages, taken.length);
    }
});

// ---- A real server, where there is one: HONGYAN_ECHO_URL, and a node that has WebSocket ----

const echo = process.env.HONGYAN_ECHO_URL;
const skip = !echo ? "HONGYAN_ECHO_URL is not set" : !globalThis.WebSocket ? "this node has no WebSocket" : false;

test("speaks with a Hongyan server", { skip, timeout: 20_000 }, async () => {
    const client = new HongyanClient(/** @type {string} */ (echo));
    const heard = [];
    const done = new Promise((resolve) => {
        client.addEventListener("message", (event) => {
            heard.push(typeof event.data === "string" ? event.data : new Uint8Array(event.data).join());
            if (heard.length === 3) {
                client.close();
            }
        });
        client.addEventListener("close", resolve);
    });
    client.connect();
    client.send("hello 鸿雁 🪿");
    client.send(new Uint8Array([0, 255, 10]).buffer);
    client.send("x".repeat(60_000));

    const end = await done;
    assert.deepEqual(heard, ["hello 鸿雁 🪿", "0,255,10", "x".repeat(60_000)]);
    assert.deepEqual([end.code, end.reconnect, client.state], [1000, false, "closed"]);
});
