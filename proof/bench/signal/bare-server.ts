// The server without a service, on the same library: it answers each message of a client with bytes of a given size,
// and sends a prepared buffer to the whole group as often as the signaling node does. Its groups are paths.
import { WebSocket, WebSocketServer } from 'ws';

/** Sends of the server for each message. `fanOuts`: sends to the whole group; the rest adds up. */
export interface BareSpec {
  readonly answerBytes: number;
  readonly fanOuts: number;
  readonly fanOutBytes: number;
}

/** First byte of answers, as of frames with `reply_to`. */
const ANSWER_TAG = 0x08;

const groups = new Map<string, { readonly sockets: Set<WebSocket>; due: number }>();
let fanOuts = 0;
let answer = Buffer.alloc(1, ANSWER_TAG);
let news = Buffer.alloc(0);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket, { url = '' }) => {
  const group = groups.get(url) ?? { sockets: new Set<WebSocket>(), due: 0 };
  groups.set(url, group);
  group.sockets.add(socket);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => group.sockets.delete(socket));
  socket.on('message', (data, isBinary) => {
    if (!isBinary) {
      const spec = JSON.parse(String(data)) as BareSpec;
      fanOuts = spec.fanOuts;
      answer = Buffer.alloc(Math.round(spec.answerBytes), ANSWER_TAG);
      news = Buffer.alloc(Math.round(spec.fanOutBytes));
      return;
    }
    if (answer.length > 0) socket.send(answer);
    for (group.due += fanOuts; group.due >= 1; group.due -= 1)
      for (const member of group.sockets) if (member.readyState === WebSocket.OPEN) member.send(news);
  });
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`port ${address?.port}\n`);
});
