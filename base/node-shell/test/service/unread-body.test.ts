import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { closeUnread } from '../../src/index.ts';

/** Starts a server that refuses every request as soon as its head is there. */
async function refusing() {
  const server = createServer((request, response) =>
    setImmediate(() => {
      closeUnread(request, response);
      response.writeHead(401).end('no');
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const openSocket = async (text: string): Promise<Socket> => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  const connections = (): Promise<number> => promisify(server.getConnections.bind(server))();
  return { open: openSocket, connections };
}
const post = (bytes: number): string => `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes}\r\n\r\n`;

it('a sender that reads nothing before it has sent all gets the answer, not a reset connection', async () => {
  const { open } = await refusing();
  for (let index = 0; index < 20; index += 1) {
    const socket = await open(post(5_000_000));
    socket.pause();
    for (let sent = 0; sent < 5_000_000; sent += 500_000)
      if (!socket.write(Buffer.alloc(500_000))) await once(socket, 'drain');
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1.1 401 (.|\s)*connection: close/i);
  }
});

it('a sender that falls silent loses its connection', async () => {
  const { open, connections } = await refusing();
  const socket = await open(`${post(5000)}x`);
  socket.resume();
  await once(socket, 'end'); // with the answer
  await expect.poll(connections, { timeout: 10_000 }).toBe(0);
});

it('a request that has come whole keeps its connection', async () => {
  const { open } = await refusing();
  const socket = await open(`${post(1)}x${post(1)}x`);
  let text = '';
  socket.on('data', (part) => {
    text += String(part);
  });
  await expect.poll(() => text.match(/HTTP\/1.1 401/g)?.length, { timeout: 10_000 }).toBe(2);
});
