import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tlsIssues } from '../../src/config.ts';
import type { RtmpServerEvent } from '../../src/core/rtmp/server.ts';
import { rtmpLimits } from '../../src/gates.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { TlsHandshakes } from '../../src/rtmp/tls.ts';
import { eventually } from '../support/eventually.ts';
import { runFfmpeg } from '../support/ffmpeg.ts';
import { gatesOf } from '../support/gates.ts';

const GOODBYE_MS = 2000;
let folder: string;
let clock: ManualClock;
let listener: RtmpListener;
let handshakes: TlsHandshakes;
let tlsPort: number;
let events: RtmpServerEvent[];
const sockets: Socket[] = [];

function certificateOf(name: string): { cert: string; key: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', ['req', ...kind, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert]);
  expect(made.status).toBe(0);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rtmps-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  clock = new ManualClock({ nowMs: 1000 });
  events = [];
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const where = { ip: '127.0.0.1', port: 0 };
  listener = await RtmpListener.listen(where, {
    clock,
    rng: seededRng('rtmps'),
    gate: gatesOf(clock).rtmp,
    log,
    open: async (request) => {
      request.accept();
      return { take: (event) => void events.push(event), ended: () => undefined };
    },
  });
  handshakes = new TlsHandshakes({ certificate: certificateOf('first'), log });
  tlsPort = await listener.listenTls(where, handshakes);
});
afterEach(async () => {
  const closed = listener.close('the test is over');
  clock.advance(GOODBYE_MS);
  for (const socket of sockets.splice(0)) socket.destroy();
  await closed;
  await eventually(() => expect([listener.connections, clock.pendingTimers]).toEqual([0, 0]));
  await listener.close('once more');
});
function plain(port = tlsPort): Socket {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  sockets.push(socket);
  return socket;
}
/** The socket may be reset. */
const closing = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.resume().once('close', resolve));
async function secured(): Promise<TLSSocket> {
  const socket = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

describe('a handshake', () => {
  it('that never begins is cut off', async () => {
    const socket = plain();
    const closed = closing(socket);
    await eventually(() => expect(listener.connections).toBe(1));
    clock.advance(rtmpLimits.proofMs - 1);
    expect(listener.connections).toBe(1);
    clock.advance(1);
    await closed;
    await eventually(() => expect(listener.connections).toBe(0));
  });
  it.each([
    ['garbage', Buffer.alloc(2000, 7)],
    ['RTMP', Buffer.alloc(1537, 3)],
    ['a TLS record without end', Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3])],
  ])('of %s ends its connection, without effect on other connections', async (_what, bytes) => {
    const socket = plain();
    const closed = closing(socket);
    await once(socket, 'connect');
    await new Promise((resolve) => socket.write(bytes, resolve));
    clock.advance(rtmpLimits.proofMs - 1);
    const other = await secured();
    clock.advance(1);
    await closed;
    await eventually(() => expect(listener.connections).toBe(1));
    expect(other.destroyed).toBe(false);
  });
  it('that breaks off is forgotten', async () => {
    const socket = plain();
    await once(socket, 'connect');
    await eventually(() => expect(listener.connections).toBe(1));
    socket.resetAndDestroy();
    await eventually(() => expect([listener.connections, clock.pendingTimers]).toEqual([0, 0]));
  });
  it('ends with the listener', async () => {
    const socket = plain();
    const closed = closing(socket);
    await eventually(() => expect(listener.connections).toBe(1));
    await listener.close('it ends');
    await closed;
  });
  it('uses a renewed certificate', async () => {
    expect((await secured()).getPeerCertificate().subject.CN).toBe('first');
    handshakes.setSecureContext(certificateOf('second'));
    expect((await secured()).getPeerCertificate().subject.CN).toBe('second');
  });
});

describe('a connection by TLS', () => {
  it('that falls silent after the handshake is ended like one without TLS', async () => {
    const socket = await secured();
    const ended = closing(socket);
    clock.advance(rtmpLimits.proofMs);
    await ended;
    await eventually(() => expect(listener.connections).toBe(0));
  });
  it('counts for its address from its first packet on, like one without TLS', async () => {
    const { perAddress } = rtmpLimits;
    const first = [plain(), await secured()];
    const isClosed = Promise.all(first.map(closing));
    for (let at = 0; at < perAddress; at += 1) plain(at % 2 === 0 ? tlsPort : listener.port);
    await isClosed;
    await eventually(() => expect(listener.connections).toBe(perAddress));
    await secured();
  });
  it('is usable by ffmpeg for publishing', async () => {
    const url = `rtmps://127.0.0.1:${tlsPort}/live/key`;
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=10', '-t', '2'];
    const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'];
    await runFfmpeg([...source, ...coding, '-f', 'flv', url]).done;
    await eventually(() => expect(events.filter(({ kind }) => kind === 'video').length).toBeGreaterThanOrEqual(20));
    await eventually(() => expect(listener.connections).toBe(0));
  });
});

describe('a configuration', () => {
  const listen = { ip: '127.0.0.1', port: 1936 };
  const tls = { tlsCertFile: 'cert.pem', tlsKeyFile: 'key.pem' };
  const rtmpsUrl = 'rtmps://host:1936';
  const issuesOf = (config: object): string[] =>
    tlsIssues({ httpTls: false, publicUrl: 'https://host', ...config }).map(({ key }) => key);
  it.each([
    ['a listener without a certificate', { rtmpsListen: listen, rtmpsUrl }, 'tlsCertFile'],
    ['a listener without its URL', { rtmpsListen: listen, ...tls }, 'rtmpsUrl'],
    ['a certificate without a listener', { ...tls, rtmpsUrl }, 'httpTls'],
    ['HTTP by TLS without a certificate', { httpTls: true }, 'tlsCertFile'],
    ['HTTP by TLS and a plain address', { httpTls: true, publicUrl: 'http://host', ...tls }, 'publicUrl'],
  ])('with %s is refused', (_what, config, key) => expect(issuesOf(config)).toEqual([key]));
  it.each([
    ['no TLS', {}],
    ['TLS for everything', { httpTls: true, rtmpsListen: listen, rtmpsUrl, ...tls }],
    ['RTMP by TLS alone', { publicUrl: 'http://host', rtmpsListen: listen, rtmpsUrl, ...tls }],
    ['HTTP by TLS alone', { httpTls: true, ...tls }],
    ['the URL of a server in front', { rtmpsUrl }],
  ])('with %s is valid', (_what, config) => expect(issuesOf(config)).toEqual([]));
});
