/** The clients of Node.js: `node node.mjs undici|ws|websocket`, with the cells on the standard input. */
import { text } from "node:stream/consumers";
import websocket from "websocket";
import { WebSocket as Ws } from "ws";
import { runAll, webSocketOf } from "./runs.mjs";

const LOST = 1006;

function connectWebsocket(url, events) {
  const client = new websocket.client();
  const peer = {};
  client.on("connectFailed", (failure) => events.failed(failure.message.split("\n")[0]));
  client.on("connect", (connection) => {
    let own = false;
    Object.assign(peer, {
      send: (said) => connection.sendUTF(said),
      close: (code) => {
        own = true;
        connection.close(code);
      },
      write: (bytes) => connection.socket.write(bytes),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
    });
    connection.on("message", (message) => events.message(message.utf8Data));
    connection.on("error", () => {});
    connection.on("close", (code, reason) => events.closed("plain", code, code !== LOST, own ? "" : reason));
    events.opened();
  });
  client.connect(url);
  return peer;
}

const CLIENTS = {
  undici: webSocketOf(globalThis.WebSocket),
  ws: webSocketOf(Ws, (socket) => ({
    write: (bytes) => socket._socket.write(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  })),
  websocket: connectWebsocket,
};

await runAll(await text(process.stdin), CLIENTS[process.argv[2]], console.log);
process.exit(0);
