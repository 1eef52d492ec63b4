/**
 * EndingsMain by npm's ws: what a client reports of this server too is the client's. `node server.mjs TRANSPORT...`, the transports
 * being no more than names here; prints its ports and serves until its standard input ends.
 */
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

const HOST = "127.0.0.1";
const SILENCE_MS = 200;
const CODES = {
  NORMAL: 1000, POLICY: 1008, GOING_AWAY: 1001, TIMEOUT: 1008, SLOW_CONSUMER: 1013, INTERNAL_ERROR: 1011, THROW: 1011,
};
const BROKEN_RULES = [1002, 1007, 1009];
const REASON = "as the client wants it";

function message(number, size) {
  let text = `${number} `;
  let random = BigInt(number + 1);
  while (text.length < size) {
    random = BigInt.asUintN(64, random * 6364136223846793005n + 1442695040888963407n);
    text += String.fromCharCode(48 + Number(random >> 58n));
  }
  return text;
}

function sendAll(socket, count, size) {
  for (let number = 0; number < count; number++) {
    socket.send(message(number, size));
  }
}

function serve(deflate, port, serveSocket) {
  const http = createServer((_, answer) => answer.end("a page of this origin"));
  const server = new WebSocketServer({
    server: http,
    perMessageDeflate: deflate,
    maxPayload: 65536,
    verifyClient: ({ origin, req }, decide) =>
      decide(!origin || new URL(origin).hostname === req.headers.host.split(":")[0], 403),
  });
  server.on("connection", (socket, request) => {
    socket.on("error", () => {});
    // Where a rule was broken it closes by itself, without a reason.
    socket.close = (code, reason) =>
      WebSocket.prototype.close.call(socket, code, BROKEN_RULES.includes(code) ? REASON : reason);
    serveSocket(socket, request);
  });
  return new Promise((resolve) => http.listen(port, HOST, () => resolve({ http, port: http.address().port })));
}

function main(socket) {
  socket.on("message", (data) => {
    const [count, size, end] = data.toString().split(" ");
    if (end === "ANSWER") {
      socket.send(message(+count, +size));
      return;
    }
    sendAll(socket, +count, +size);
    if (end !== "STAY") {
      socket.close(CODES[end], REASON);
    }
  });
}

function silent(socket, request) {
  const query = request.url.split("?")[1];
  if (query) {
    sendAll(socket, ...query.split("-").map(Number));
  }
  setTimeout(() => socket.close(CODES.TIMEOUT, REASON), SILENCE_MS);
}

async function closing(deflate, port) {
  const here = new Map();
  const listening = await serve(deflate, port, (socket) => {
    socket.on("close", () => here.delete(socket));
    socket.on("message", (data) => {
      const [count, size, all] = data.toString().split(" ").map(Number);
      here.set(socket, [count, size]);
      if (here.size === all) {
        for (const [one, said] of here) {
          sendAll(one, ...said);
          one.close(CODES.GOING_AWAY, REASON);
        }
        listening.http.close(() => closing(deflate, listening.port));
      }
    });
  });
  return listening;
}

for (const transport of process.argv.slice(2)) {
  for (const deflate of [false, true]) {
    const doors = {
      main: await serve(deflate, 0, main),
      silent: await serve(deflate, 0, silent),
      "closing-direct": await closing(deflate, 0),
      "closing-nginx": await closing(deflate, 0),
      "closing-haproxy": await closing(deflate, 0),
    };
    for (const [door, { port }] of Object.entries(doors)) {
      console.log(`${transport} ${deflate ? "deflate" : "plain"} ${door} ${port}`);
    }
  }
}
console.log("ready");
process.stdin.on("end", () => process.exit(0)).resume();
