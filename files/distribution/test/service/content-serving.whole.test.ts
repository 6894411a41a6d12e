// Serving contents of a folder over HTTP: permissions, ranges, and silent clients.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK_BYTES } from '@meridian/protocol';
import { createLogger, systemClock } from '@meridian/runtime';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openContentFolder } from '../../src/content/folder.ts';
import { type ServeOptions, serveContents } from '../../src/content/serve.ts';
import type { ContentFolder } from '../../src/content/types.ts';
import { Holder, hashesOf, hexOf } from '../support/holder.ts';

/** More bytes than the sockets of both sides buffer. */
const film = randomBytes(3 * BLOCK_BYTES);
const hashes = hashesOf(film, BLOCK_BYTES);
const wanted = { tenant: 'acme', bytes: film.length, sha256: hexOf(film), blocksSha256: hexOf(hashes) };
const PATH = '/given/contents/up_film/file';
let root: string;
let folder: ContentFolder;
let app: FastifyInstance;
/** Sockets of the server. */
let sockets: Socket[];
let mayRead: ServeOptions['mayRead'];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'meridian-given-'));
  const log = createLogger({ name: 'content', level: 'silent' });
  folder = await openContentFolder({ folder: root, bytesMax: 1e9, parallel: 2, clock: systemClock(), log });
  const holder = await Holder.of(film, BLOCK_BYTES);
  const supply = { token: 'token', pass: 'pass', sources: async () => [holder.source] };
  await folder.fetch(Object.assign({ content: 'up_film' }, wanted), supply, { signal: new AbortController().signal });
  await folder.register(Object.assign({ content: 'up_half' }, wanted), hashes);
  await holder.close();
});
afterAll(async () => {
  await folder.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  mayRead = async () => 204;
  app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  const may: ServeOptions['mayRead'] = (request, content) => mayRead(request, content);
  sockets = [];
  app.server.on('connection', (socket: Socket) => void sockets.push(socket));
  serveContents(app, { folder, prefix: '/given', streamsMax: 1, mayRead: may });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

const ask = (path: string, o: { method?: string; range?: string } = {}): Promise<Response> => {
  const { port } = app.server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: o.method ?? 'GET',
    headers: o.range === undefined ? {} : { range: o.range },
  });
};
/** Connects a client that requests the whole content and reads nothing. */
async function silent(): Promise<Socket> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause();
  await once(socket, 'connect');
  socket.write(`GET ${PATH} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return socket;
}

describe('a served content', () => {
  it.each([
    ['bytes=0-4', 206, film.subarray(0, 5), `bytes 0-4/${film.length}`],
    ['bytes=-3', 206, film.subarray(-3), `bytes ${film.length - 3}-${film.length - 1}/${film.length}`],
    [`bytes=${film.length}-`, 416, Buffer.alloc(0), `bytes */${film.length}`],
    [`bytes=${BLOCK_BYTES - 2}-${BLOCK_BYTES + 1}`, 206, film.subarray(BLOCK_BYTES - 2, BLOCK_BYTES + 2), undefined],
    [undefined, 200, film, null],
  ])('is answered for the range %s with %i', async (range, status, bytes, contentRange) => {
    const answer = await ask(PATH, range === undefined ? {} : { range });
    expect(answer.status).toBe(status);
    if (contentRange !== undefined) expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it.each([401, 403, 404] as const)('is refused with %i without permission', async (status) => {
    mayRead = async () => status;
    expect((await ask(PATH)).status).toBe(status);
    expect((await ask('/given/contents/up_film/blocks')).status).toBe(status);
  });
});

describe('places', () => {
  it('are bounded, and a client that reads nothing loses its place', async () => {
    const socket = await silent();
    await expect.poll(async () => (await ask(PATH, { range: 'bytes=0-4' })).status).toBe(503);
    expect((await ask(PATH, { range: 'bytes=0-4' })).headers.get('retry-after')).toBe('2');
    const silentSocket = sockets.find(({ remotePort }) => remotePort === socket.localPort);
    expect(silentSocket?.timeout).toBe(60_000);
    silentSocket?.emit('timeout');
    await expect.poll(async () => (await ask(PATH, { range: 'bytes=0-4' })).status).toBe(206);
    socket.destroy();
  });
});
