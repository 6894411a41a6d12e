// The media worker as the client of DTLS sends media before the server's Finished has come. The server is OpenSSL's
// own; between the two, the test plays the client's ICE and decides what passes.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes, X509Certificate } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';
import { createWorker, type types } from 'mediasoup';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-false-start-'));
const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
const closers: (() => unknown)[] = [];
let fingerprint: types.DtlsFingerprint;

beforeAll(() => {
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, '-subj', '/CN=peer', '-keyout', key, '-out', certificate], {
    stdio: 'pipe',
  });
  const { raw } = new X509Certificate(readFileSync(certificate));
  const hex = createHash('sha256').update(raw).digest('hex').toUpperCase();
  fingerprint = { algorithm: 'sha-256', value: hex.match(/../g)?.join(':') ?? '' };
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function boundSocket(): Promise<Socket> {
  const made = createSocket('udp4');
  made.bind(0, '127.0.0.1');
  await once(made, 'listening');
  closers.push(() => made.close());
  return made;
}
const portOf = (socket: Socket): number => (socket.address() as AddressInfo).port;

function endProcess(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  return ended;
}

/** Returns a check that nominates its pair (RFC 8445), with a digest by the password of the worker's side. */
function checkOf({ usernameFragment, password }: types.IceParameters): Buffer {
  const attribute = (type: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  const attributes = Buffer.concat([
    attribute(0x0006, Buffer.from(`${usernameFragment}:peer`)),
    attribute(0x0024, Buffer.from([0x6e, 0x7f, 0x1e, 0xff])), // PRIORITY
    attribute(0x802a, randomBytes(8)), // ICE-CONTROLLING
    attribute(0x0025, Buffer.alloc(0)), // USE-CANDIDATE
  ]);
  const head = Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), randomBytes(12)]);
  head.writeUInt16BE(attributes.length + 24, 2);
  const digest = createHmac('sha1', password).update(head).update(attributes).digest();
  const check = Buffer.concat([head, attributes, attribute(0x0008, digest)]);
  check.writeUInt16BE(check.length - 20 + 8, 2);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc32(check) ^ 0x5354554e) >>> 0, 0);
  return Buffer.concat([check, attribute(0x8028, sum)]);
}

const contentType = (datagram: Buffer): number => datagram[0] ?? 0;
const isDtls = (datagram: Buffer): boolean => contentType(datagram) >= 20 && contentType(datagram) < 64;
/** ChangeCipherSpec begins the server's last flight, which ends with its Finished. */
const isLastFlight = (datagram: Buffer): boolean => contentType(datagram) === 20 || datagram.readUInt16BE(3) > 0;

/** Connects a transport of the worker to the server through the test. `pass` gets the server's last flight. */
async function world(o: {
  pass: (datagram: Buffer) => Buffer | undefined;
  env?: Record<string, string>;
  announced?: types.DtlsFingerprint;
}) {
  const before = { ...process.env };
  Object.assign(process.env, o.env);
  const making = createWorker({ logLevel: 'none' });
  for (const name of Object.keys(o.env ?? {})) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  const worker = await making;
  const closed = once(worker, 'subprocessclose');
  closers.push(() => closed);
  closers.push(() => worker.close());
  const router = await worker.createRouter();
  const transport = await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  const states: types.DtlsState[] = [];
  transport.on('dtlsstatechange', (state) => states.push(state));

  const [outside, inside] = [await boundSocket(), await boundSocket()];
  const reserved = await boundSocket();
  const serverPort = portOf(reserved);
  closers.splice(closers.length - 1, 1);
  reserved.close();
  await once(reserved, 'close');
  const suite = ['-dtls1_2', '-use_srtp', 'SRTP_AEAD_AES_128_GCM', '-verify', '1'];
  const listen = ['-accept', `127.0.0.1:${serverPort}`, '-cert', certificate, '-key', key];
  const server = spawn('openssl', ['s_server', ...suite, ...listen], { stdio: ['pipe', 'pipe', 'ignore'] });
  closers.push(() => endProcess(server));
  let output = '';
  server.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  await until('the server listens', () => output.includes('ACCEPT'));

  const [candidate] = transport.iceCandidates;
  let lastFlights = 0;
  outside.on('message', (datagram) => {
    if (isDtls(datagram)) inside.send(datagram, serverPort, '127.0.0.1');
  });
  inside.on('message', (datagram) => {
    const passed = isLastFlight(datagram) ? o.pass(datagram) : datagram;
    if (isLastFlight(datagram)) lastFlights += 1;
    if (passed !== undefined) outside.send(passed, candidate?.port, candidate?.address);
  });
  await transport.connect({ dtlsParameters: { role: 'server', fingerprints: [o.announced ?? fingerprint] } });
  outside.send(checkOf(transport.iceParameters), candidate?.port, candidate?.address);
  return { transport, states, lastFlights: () => lastFlights };
}

test('a transport that began DTLS sends while the Finished of the server is on its way, and goes on after it', async () => {
  let isHeld = true;
  const { states, lastFlights } = await world({ pass: (datagram) => (isHeld ? undefined : datagram) });
  await until('it sends', () => states.includes('connected'));
  await until('the server repeats its Finished', () => lastFlights() >= 2);
  isHeld = false;
  const before = lastFlights();
  await until('it comes', () => lastFlights() > before);
  expect(states).toEqual(['connecting', 'connected']);
});

test('without the patch it waits for the Finished', async () => {
  let isHeld = true;
  const { states, lastFlights } = await world({
    env: { MERIDIAN_WORKER_OFF: 'dtls-false-start' },
    pass: (datagram) => (isHeld ? undefined : datagram),
  });
  await until('the server repeats its Finished', () => lastFlights() >= 2);
  expect(states).toEqual(['connecting']);
  isHeld = false;
  await until('it sends', () => states.includes('connected'));
});

test('a server with another certificate gets nothing', async () => {
  const announced = { ...fingerprint, value: Array.from({ length: 32 }, () => '00').join(':') };
  const { states } = await world({ announced, pass: () => undefined });
  await until('it fails', () => states.includes('failed'));
  expect(states).not.toContain('connected');
});
