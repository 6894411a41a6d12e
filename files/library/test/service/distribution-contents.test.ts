// Contents served from a node's folder to clients that leave or read nothing.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { ContentFolder, Described } from '@meridian/distribution';
import { FixedKeys, Tokens } from '@meridian/node-shell';
import type { Streams } from '@meridian/object-store';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentRoutes } from '../../src/distribution/contents.ts';
import type { Surroundings } from '../../src/distribution/surroundings.ts';
import { secrets, tokenOf } from '../support/library.ts';

/** Bound of concurrent answers. */
const PLACES = 500;
const bytes = Buffer.from('a film');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const described = { content: 'up_film', tenant: 'acme', bytes: bytes.length, sha256, blocks: '', origins: [] };
const keys = new FixedKeys([{ key: 'acme', secret: secrets.acme, tenant: 'acme' }]);
const PATH = '/library/distribution/contents/up_film/file';
const authorization = `Bearer ${tokenOf({ content: 'up_film', may: 'download' })}`;
let app: FastifyInstance;
/** Sockets of the server. */
let sockets: Socket[];
let describe: () => Promise<Described>;
let read: () => Readable;

beforeEach(async () => {
  sockets = [];
  describe = async () => described as unknown as Described;
  read = () => Readable.from([bytes]);
  app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  contentRoutes(app, {
    tokens: new Tokens(
      keys,
      () => Date.now(),
      () => false,
    ),
    store: { head: async () => undefined },
    streams: {} as Streams,
    folder: { find: () => ({}), read: async () => read() } as unknown as ContentFolder,
    surroundings: { described: () => describe() } as unknown as Surroundings,
    onBytes: () => undefined,
  });
  app.server.on('connection', (socket: Socket) => void sockets.push(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

const port = (): number => (app.server.address() as AddressInfo).port;
const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${port()}${PATH}`, { headers: { authorization } });
/** Opens connections of clients that do not read. */
async function silent(count = 1): Promise<Socket> {
  const socket = connect(port(), '127.0.0.1').pause();
  await once(socket, 'connect');
  socket.write(`GET ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`.repeat(count));
  return socket;
}
/** Resolves when the first clients are closed; connections of `ask` stay open. */
const closed = (count: number): Promise<unknown> =>
  Promise.all(sockets.slice(0, count).map(async (socket) => socket.destroyed || (await once(socket, 'close'))));

it('contents keep no place for clients that left before the content was described', async () => {
  const known = Promise.withResolvers<Described>();
  let waiting = 0;
  describe = () => {
    waiting += 1;
    return known.promise;
  };
  const clients = await Promise.all(Array.from({ length: PLACES }, () => silent()));
  await expect.poll(() => waiting).toBe(PLACES);
  for (const client of clients) client.destroy();
  await closed(PLACES);
  known.resolve(described as unknown as Described);
  expect(await (await ask()).text()).toBe('a film');
});

it('contents give no place to an answer that waits behind another on its connection', async () => {
  let asked = 0;
  describe = async () => {
    asked += 1;
    return described as unknown as Described;
  };
  read = () => new Readable({ read: () => undefined });
  const client = await silent(PLACES);
  await expect.poll(() => asked).toBe(PLACES);
  client.destroy();
  await closed(1);
  read = () => Readable.from([bytes]);
  expect(await (await ask()).text()).toBe('a film');
});

it('contents are not held for long for a client that reads nothing', async () => {
  const ended = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  read = () => {
    begun.resolve();
    return new Readable({ read: () => undefined }).once('close', ended.resolve);
  };
  const client = await silent();
  await begun.promise;
  await expect.poll(() => sockets[0]?.timeout).toBe(60_000);
  sockets[0]?.emit('timeout');
  await ended.promise;
  client.destroy();
});
