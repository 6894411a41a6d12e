import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { ManualClock, seededRng } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseTarget } from '../../src/core/cdn/target.ts';
import type { RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../src/core/rtmp/commands.ts';
import { RtmpLink } from '../../src/core/rtmp/link.ts';
import { encodeMedia, isMediaMessage } from '../../src/core/rtmp/media.ts';
import { RtmpDial } from '../../src/rtmp/dialer.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';

const STREAM = 5;
const ends: (() => unknown)[] = [];
let folder: string;
let pem: { key: Buffer; cert: Buffer };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-dialer-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=foreign server', '-addext', 'subjectAltName=DNS:cdn.example'];
  const made = spawnSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert]);
  expect(made.status).toBe(0);
  pem = { key: readFileSync(key), cert: readFileSync(cert) };
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(o: { tls?: boolean }) {
  const heard: RtmpMessage[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    const link = new RtmpLink('server', handshakeRandom);
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      for (const message of link.receive(bytes)) {
        heard.push(message);
        if (isCommandMessage(message)) answer(link, readCommand(message));
      }
      for (const output of link.takeOutput()) socket.write(output);
    });
  };
  const server: Server = o.tls === true ? createTlsServer(pem, take) : createServer(take);
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const calls = () => heard.filter(isCommandMessage).map((message) => readCommand(message).name);
  return { port: typeof address === 'object' && address ? address.port : 0, heard, calls, sockets };
}
function answer(link: RtmpLink, { name, transactionId }: { name: string; transactionId: number }): void {
  const say = (what: string, number: number, value: Parameters<typeof commandMessage>[0]['values'][number]): void =>
    link.send(commandMessage({ name: what, transactionId: number, streamId: 0, values: [null, value] }), 3);
  if (name === 'connect') say('_result', transactionId, new Map());
  else if (name === 'createStream') say('_result', transactionId, STREAM);
  else if (name === 'publish')
    say('onStatus', 0, new Map(Object.entries({ level: 'status', code: 'NetStream.Publish.Start' })));
}
function dial(url: string, o: { ca?: string } = {}) {
  const clock = new ManualClock({ nowMs: 1 });
  const [onReady, onMedia, onEnd] = [vi.fn(), vi.fn(), vi.fn<(end: { code: string; reason: string }) => void>()];
  const one = new RtmpDial({
    clock,
    rng: seededRng('dial'),
    target: parseTarget(url),
    address: '127.0.0.1',
    role: 'publish',
    ...o,
    onReady,
    onMedia,
    onEnd,
  });
  ends.push(async () => {
    one.close();
    clock.advance(2000);
    await eventually(() => expect(clock.pendingTimers).toBe(0));
  });
  return { one, clock, onReady, onEnd };
}

describe('a certificate', () => {
  it.each([
    ['of an unknown authority', 'cdn.example', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['for another name', 'other.example', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['for a name, where the URL has an address', '127.0.0.1', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('%s is refused', async (_what, host, isTrusted, reason) => {
    const { port, heard } = await serve({ tls: true });
    const { onEnd } = dial(`rtmps://${host}:${port}/live/key`, isTrusted ? { ca: pem.cert.toString() } : {});
    await eventually(() => expect(onEnd).toHaveBeenCalledExactlyOnceWith({ code: 'CONNECT_FAILED', reason }));
    expect(heard).toEqual([]);
  });
  it('for the name of the URL is accepted', async () => {
    const { port } = await serve({ tls: true });
    const { onReady } = dial(`rtmps://cdn.example:${port}/live/key`, { ca: pem.cert.toString() });
    await eventually(() => expect(onReady).toHaveBeenCalledOnce());
  });
});

it('messages go to the stream that the server created, which is ended properly', async () => {
  const { port, heard, calls, sockets } = await serve({});
  const { one, onReady, onEnd } = dial(`rtmp://cdn.example:${port}/live/key`);
  await eventually(() => expect(onReady).toHaveBeenCalledOnce());
  one.write(encodeMedia({ kind: 'audio', streamId: 1, timestampMs: 40, body: Uint8Array.of(0xaf, 1, 2) }));
  await eventually(() => expect(heard.filter(isMediaMessage)).toMatchObject([{ streamId: STREAM, timestampMs: 40 }]));
  one.close();
  one.close();
  await eventually(() => expect(calls().slice(-2)).toEqual(['FCUnpublish', 'deleteStream']));
  await eventually(() => expect(sockets.size).toBe(0));
  expect(onEnd).not.toHaveBeenCalled();
});

it('the first reason of an end counts, and is reported asynchronously', async () => {
  const { port } = await serve({});
  const { one, onReady, onEnd } = dial(`rtmp://cdn.example:${port}/live/key`);
  await eventually(() => expect(onReady).toHaveBeenCalledOnce());
  one.fail('TOO_SLOW', 'first');
  one.fail('ENDED', 'second');
  expect(onEnd).not.toHaveBeenCalled();
  await eventually(() => expect(onEnd).toHaveBeenCalledExactlyOnceWith({ code: 'TOO_SLOW', reason: 'first' }));
});
