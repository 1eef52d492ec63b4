/**
 * What the clients of JavaScript share: reads the cells of the matrix, runs each, and says what went otherwise than wanted.
 * README.md says what a cell is. Runs in Node.js and in a browser.
 */

const PATIENCE_MS = 60_000;
const REST_MS = 300;
const AGAIN_MS = 20;
const TOO_BIG = 70_000;
const NORMAL = 1000;

/** A frame as no client may send it, masked with zeros. */
const BROKEN = {
  text: Uint8Array.of(0x81, 0x81, 0, 0, 0, 0, 0xff),
  frame: Uint8Array.of(0x83, 0x80, 0, 0, 0, 0),
};

function parse(line) {
  const [label, chain, url, say, count, size, act, runs, parallel, want] = line.split("\t");
  return { label, chain, url, say, count: +count, size: +size, act, runs: +runs, parallel: +parallel, want };
}

/**
 * Runs all cells; those of one chain one after the other.
 *
 * @param text the cells, a line each
 * @param connect begins a connection: takes a URL and what to call, answers what the client can do
 * @param print takes each line of the report
 */
export async function runAll(text, connect, print) {
  const chains = new Map();
  for (const cell of text.split("\n").filter((line) => line).map(parse)) {
    chains.set(cell.chain, [...(chains.get(cell.chain) ?? []), cell]);
  }
  await Promise.all([...chains.values()].map(async (cells) => {
    for (const cell of cells) {
      await runCell(cell, connect, print);
    }
  }));
  print("done");
}

async function runCell(cell, connect, print) {
  let failed = 0;
  for (let done = 0; done < cell.runs; done += cell.parallel) {
    const batch = { rested: false };
    const runs = Array.from({ length: Math.min(cell.parallel, cell.runs - done) }, () => run(cell, batch, connect));
    for (const outcome of await Promise.all(runs)) {
      if (outcome !== cell.want) {
        failed++;
        print(`failed\t${cell.label}\t${outcome}`);
      }
    }
  }
  print(`ran\t${cell.label}\t${cell.runs}\t${failed}`);
}

/** One connection, to its end. */
function run(cell, batch, connect) {
  return new Promise((resolve) => {
    let messages = 0;
    let wrong = "";
    const patience = setTimeout(() => resolve(`${messages} messages${wrong}, no end`), PATIENCE_MS);
    const done = (outcome) => {
      clearTimeout(patience);
      resolve(outcome);
    };
    const begin = () => {
      const client = connect(cell.url, {
        opened() {
          if (cell.say) {
            client.send(cell.say);
          }
          if (cell.act === "answer") {
            for (let i = 0; i < cell.count; i++) {
              client.send(`${i} ${cell.size} ANSWER`);
            }
            client.close(NORMAL);
          } else if (cell.act.startsWith("early-")) {
            breakRule(cell.act.slice("early-".length), client);
          }
        },
        message(text) {
          if (text.length !== cell.size || !text.startsWith(`${messages} `)) {
            wrong = ", wrong messages";
          }
          messages++;
          act(cell, messages, client, batch);
        },
        closed(extension, code, clean, reason) {
          const how = `${code} ${clean ? "clean" : "unclean"}${reason ? "" : ", no reason"}`;
          done(`${messages} messages${wrong}, ${extension}, ${how}`);
        },
        failed(why) {
          if (cell.act === "again") {
            setTimeout(begin, AGAIN_MS);
          } else {
            done(`not opened: ${why}`);
          }
        },
      });
    };
    begin();
  });
}

function act(cell, messages, client, batch) {
  const first = messages === 1;
  const last = messages === cell.count;
  if (cell.act === "slow" && first) {
    rest(client, batch);
  } else if (cell.act === "close" && first) {
    client.close(NORMAL);
  } else if (last) {
    breakRule(cell.act, client);
  }
}

function breakRule(rule, client) {
  if (rule === "big") {
    client.send("x".repeat(TOO_BIG));
  } else if (rule in BROKEN) {
    client.write(BROKEN[rule]);
  }
}

/** Stops reading, or, where a client cannot, stops everything, once for all clients that rest then. */
function rest(client, batch) {
  if (client.pause) {
    client.pause();
    setTimeout(() => client.resume(), REST_MS);
  } else if (!batch.rested) {
    batch.rested = true;
    const until = performance.now() + REST_MS;
    while (performance.now() < until) {
      // a handler that takes its time
    }
  }
}

/** The same with so many handshakes at once at most: a browser delays more, by seconds. */
export function fewAtOnce(most, connect) {
  const waiting = [];
  let under = 0;
  const next = () => {
    if (under < most && waiting.length > 0) {
      under++;
      waiting.shift()();
    }
  };
  const over = (event) => (...values) => {
    under--;
    event(...values);
    next();
  };
  return (url, events) => {
    const client = {};
    waiting.push(() => Object.assign(client, connect(url, {
      ...events, opened: over(events.opened), failed: over(events.failed),
    })));
    next();
    return client;
  };
}

/** How to connect by what is made like a browser's WebSocket. */
export function webSocketOf(Class, abilities = () => ({})) {
  return (url, events) => {
    const socket = new Class(url);
    let state = "new";
    let extension = "plain";
    const fail = (why) => {
      if (state === "new") {
        state = "failed";
        events.failed(why);
      }
    };
    socket.addEventListener("open", () => {
      state = "open";
      extension = socket.extensions.includes("permessage-deflate") ? "deflate" : "plain";
      events.opened();
    });
    socket.addEventListener("message", (event) => events.message(event.data));
    socket.addEventListener("close", (event) => {
      if (state === "open") {
        events.closed(extension, event.code, event.wasClean, event.reason);
      } else {
        fail(event.code);
      }
    });
    // Where nobody listens, the one of Node.js says no more than this.
    socket.addEventListener("error", () => fail("error"));
    return { send: (text) => socket.send(text), close: (code) => socket.close(code), ...abilities(socket) };
  };
}
