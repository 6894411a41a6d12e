// A process of bare viewers, for `Viewers`: each is a TCP socket that speaks as much WebSocket as it needs, with an
// address of its own (loopback), because a node bounds what one address may open.
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { decodeServerFrame, encodeClientFrame, encodeServerFrame, limits } from '@meridian/protocol';
import { type Asked, type JoinAsked, monotonicMs, type Said } from './viewers.ts';

const OPCODE = { binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Of an address in 127/8; what other programs of this machine listen on lies below. */
const addressOf = (at: number): string => `127.${10 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
/** Delays of so many ms or more count as one. */
const DELAYS_MAX = 30_000;
const headOf = (frame: Uint8Array, bytes: number): Buffer => Buffer.from(frame.subarray(0, bytes));
const roomEventsHead = headOf(encodeServerFrame({ roomEvents: {} }), 1);
const joinRequest = 1;

/** A client's frame. Its mask is zero, which leaves the bytes as they are. */
function framed(opcode: number, payload: Uint8Array): Buffer {
  const isLong = payload.byteLength > 125;
  const head = Buffer.alloc(isLong ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (isLong ? 126 : payload.byteLength);
  if (isLong) head.writeUInt16BE(payload.byteLength, 2);
  return Buffer.concat([head, payload]);
}
const ping = framed(OPCODE.binary, encodeClientFrame({ ping: { sentMs: 1 } }));

const say = (said: Said): void => void process.send?.(said);
const sockets = new Set<Socket>();
/** Receipts since `listen`: of each viewer in turn, so of the first broadcast, then of the second. */
let receivedMs: number[][] = [];
let heard = 0;

class Viewer {
  readonly #socket: Socket;
  readonly #onJoined: () => void;
  #rest: Buffer | undefined;
  #isOpen = false;
  turn = 0;

  constructor(o: JoinAsked, at: number, onJoined: () => void) {
    this.#onJoined = onJoined;
    const { host, port } = o;
    this.#socket = connect({ host, port, localAddress: addressOf(o.first + at), noDelay: true });
    sockets.add(this.#socket);
    const join = { protocolVersion: limits.protocolVersion, token: o.tokens[at] ?? '', sdk: 'bench', crowd: true };
    const key = Buffer.alloc(16, at).toString('base64');
    const lines = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
    ];
    this.#socket.write(`GET /v1/rtc HTTP/1.1\r\nHost: ${host}:${port}\r\n${lines.join('\r\n')}\r\n\r\n`);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#rest = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
      if (!this.#isOpen) this.#opened(framed(OPCODE.binary, encodeClientFrame({ requestId: joinRequest, join })));
      if (this.#isOpen) this.#read();
    });
    const over = (error?: Error): void => say({ failed: `a viewer's socket: ${error?.message ?? 'closed'}` });
    this.#socket.on('error', over);
    this.#socket.on('close', () => over());
  }

  #opened(join: Buffer): void {
    const rest = this.#rest ?? Buffer.alloc(0);
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const status = rest.subarray(0, rest.indexOf('\r\n')).toString();
    if (!status.includes(' 101 ')) say({ failed: `a viewer: ${status}` });
    this.#isOpen = true;
    this.#rest = rest.subarray(end + 4);
    this.#socket.write(join);
  }

  /** All frames that have come whole. */
  #read(): void {
    let rest = this.#rest ?? Buffer.alloc(0);
    for (;;) {
      const [first = 0, second = 0] = rest;
      const extra = second === 126 ? 2 : second === 127 ? 8 : 0;
      if (rest.byteLength < 2 + extra) break;
      const length = extra === 0 ? second : extra === 2 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
      const end = 2 + extra + length;
      if (rest.byteLength < end) break;
      this.#take(first & 15, rest.subarray(2 + extra, end));
      rest = rest.subarray(end);
    }
    this.#rest = rest.byteLength === 0 ? undefined : rest;
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.#socket.write(framed(OPCODE.pong, payload));
    else if (opcode === OPCODE.close) say({ failed: `a viewer was ended: ${payload.subarray(2).toString()}` });
    else if (payload[0] === roomEventsHead[0]) this.#hear();
    else if (payload[0] === 8 && payload[1] === joinRequest) this.#joined(payload);
  }

  #joined(payload: Buffer): void {
    const { joined, error } = decodeServerFrame(payload);
    if (joined?.isCrowd !== true) say({ failed: `not joined: ${error?.code ?? 'to the stage'}` });
    setInterval(() => this.#socket.write(ping), limits.pingIntervalMs);
    this.#onJoined();
  }

  #hear(): void {
    const turn = this.turn++;
    receivedMs[turn] ??= [];
    receivedMs[turn].push(monotonicMs());
    heard += 1;
    if (heard % sockets.size === 0) say({ heard: heard / sockets.size });
  }
}

const viewers: Viewer[] = [];

/** So many at once; each next one when another has joined. */
function join(asked: JoinAsked): void {
  const joinMs: number[] = [];
  let next = 0;
  const begin = (): void => {
    if (next >= asked.tokens.length) return;
    const fromMs = monotonicMs();
    viewers.push(
      new Viewer(asked, next++, () => {
        joinMs.push(monotonicMs() - fromMs);
        if (joinMs.length === asked.tokens.length) say({ joinMs });
        else begin();
      }),
    );
  };
  for (let at = 0; at < asked.atOnce; at += 1) begin();
}

function report({ begunMs }: { readonly begunMs: readonly number[] }): void {
  const delays = new Array<number>(DELAYS_MAX + 1).fill(0);
  begunMs.forEach((fromMs, turn) => {
    for (const atMs of receivedMs[turn] ?? []) {
      const ms = Math.min(DELAYS_MAX, Math.max(0, Math.round(atMs - fromMs)));
      delays[ms] = (delays[ms] ?? 0) + 1;
    }
  });
  say({ delays });
}

process.on('message', (asked: Asked) => {
  if ('join' in asked) join(asked.join);
  else if ('report' in asked) report(asked.report);
  else {
    receivedMs = [];
    heard = 0;
    for (const viewer of viewers) viewer.turn = 0;
    say({ listening: true });
  }
});
process.on('disconnect', () => process.exit());
