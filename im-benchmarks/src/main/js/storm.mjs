/**
 * Very many clients of hongyan.js in one process: `node storm.mjs URL NUMBER`. A client is in when its first message has come back.
 * Whenever all are in that were not, a line tells how many had been out and for how many seconds, since the first of them was:
 *
 *     in 2000 1.234
 *
 * A line that begins with `error` tells what must not happen: a client that gives up, or hears what it has not said.
 */
import { HongyanClient } from "../../../../im-plugins/im-websocket/src/main/resources/META-INF/resources/hongyan/hongyan.js";

const [url, number] = process.argv.slice(2);
const clients = Number(number);
const out = new Set();
/** All that have been out since all were in. */
const gone = new Set();
let since = performance.now();

function isOut(client) {
  if (out.size === 0) {
    since = performance.now();
    gone.clear();
  }
  out.add(client);
  gone.add(client);
}

function isIn(client) {
  if (out.delete(client) && out.size === 0) {
    console.log(`in ${gone.size} ${((performance.now() - since) / 1000).toFixed(3)}`);
  }
}

function start(i) {
  const client = new HongyanClient(url);
  const word = `client ${i}`;
  isOut(client);
  client.addEventListener("open", () => client.send(word));
  client.addEventListener("message", ({ data }) => {
    if (data === word) {
      isIn(client);
    } else {
      console.log(`error ${word} hears "${data}"`);
    }
  });
  client.addEventListener("close", ({ code, reason, reconnect }) => {
    isOut(client);
    if (!reconnect) {
      console.log(`error ${word} gives up: ${code} ${reason}`);
    }
  });
  client.connect();
}

for (let i = 0; i < clients; i++) {
  start(i);
}
process.stdin.on("end", () => process.exit(0)).resume();
