// Socket, timeouts and bounds of a connection to a foreign RTMP server, to publish or play. core/rtmp is the protocol.
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock, Rng, Timer } from '@meridian/runtime';
import { type EndCode, statusCodeOf } from '../core/cdn/redial.ts';
import type { RtmpTarget } from '../core/cdn/target.ts';
import { RtmpClientConnection, type RtmpClientEvent } from '../core/rtmp/client.ts';
import type { Drops } from '../core/rtmp/drops.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../core/rtmp/handshake.ts';
import { type RtmpMedia, withStreamId } from '../core/rtmp/media.ts';

/** Time from the first packet to an open socket, with TLS. */
export const CONNECT_MS = 5000;
/** A server that reads none of the waiting bytes for this time is gone. */
export const STALLED_MS = 30_000;
const TICK_MS = 1000;
/** Time for an ending socket to take its last bytes. */
const CLOSE_TIMEOUT_MS = 2000;
/** Above a viewer's bound (core/slow-viewer.ts). At this bound the server sends requests and reads no answers. */
const QUEUED_BYTES_MAX = 8 * 1024 * 1024;
/** Stream id in a programme's messages. */
const PROGRAMME_STREAM_ID = 1;

/** End of a connection. `reason` has no text of the server except its code. */
export interface DialEnd {
  /** Code of `endCodes`, or of the caller of `fail`. */
  readonly code: string;
  readonly reason: string;
}

export interface DialOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** PEM of authorities of RTMPS servers; default: the machine's. */
  readonly ca?: string;
  readonly target: RtmpTarget;
  /** Checked address; the name is not resolved again. */
  readonly address: string;
  readonly role: 'publish' | 'play';
  readonly drops?: Drops;
  onReady(): void;
  onMedia(media: RtmpMedia): void;
  /** Called once, except after `close`; asynchronously after `fail`. */
  onEnd(end: DialEnd): void;
}

export class RtmpDial {
  readonly #o: DialOptions;
  readonly #socket: Socket;
  readonly #timer: Timer;
  readonly #connectByMs: number;
  #connection: RtmpClientConnection | undefined;
  #streamId = PROGRAMME_STREAM_ID;
  #acceptedBytes = 0;
  #lastProgressMs: number;
  #end: DialEnd | undefined;
  #closeTimer: Timer | undefined;
  #isClosed = false;

  constructor(o: DialOptions) {
    const { clock, target, address } = o;
    this.#o = o;
    this.#lastProgressMs = clock.nowMs();
    this.#connectByMs = this.#lastProgressMs + CONNECT_MS;
    const socket = target.isTls ? dialTls(o) : connect({ host: address, port: target.port });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.once(target.isTls ? 'secureConnect' : 'connect', () => this.#connected());
    socket.on('data', (bytes) => this.#handle(this.#connection?.receive(bytes, clock.nowMs()) ?? []));
    socket.on('error', (error) => this.#onSocketError((error as NodeJS.ErrnoException).code ?? ''));
    socket.on('end', () => this.fail('ENDED' satisfies EndCode, ''));
    socket.once('close', () => this.#onSocketClosed());
    this.#timer = clock.every(TICK_MS, () => this.#tick());
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Writes a message of `encodeMedia` for stream 1; only after `onReady`. */
  write(message: Uint8Array): void {
    if (!this.#isOver)
      this.#socket.write(this.#streamId === PROGRAMME_STREAM_ID ? message : withStreamId(message, this.#streamId));
  }

  /** Notes that media of the server were usable: without them the connection ends with TIMED_OUT. */
  mediaTaken(): void {
    this.#connection?.mediaTaken(this.#o.clock.nowMs());
  }

  /** Cuts the connection; `onEnd` follows with the code and reason of the first call. */
  fail(code: string, reason: string): void {
    this.#end ??= { code, reason };
    this.#socket.destroy();
  }

  /** Ends the stream and the connection properly. No callback follows. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.cancel();
    if (this.#connection === undefined || this.#socket.destroyed) {
      this.#socket.destroy();
      return;
    }
    this.#connection.close();
    this.#flush();
    this.#socket.end();
    this.#closeTimer = this.#o.clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.destroy());
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#end !== undefined;
  }

  #connected(): void {
    if (this.#isClosed) return;
    const { clock, rng, role, target, drops } = this.#o;
    const random = rng.bytes(HANDSHAKE_RANDOM_BYTES);
    const nowMs = clock.nowMs();
    this.#connection = new RtmpClientConnection({ ...target, role, random, nowMs, ...(drops && { drops }) });
    this.#flush();
  }

  #handle(events: readonly RtmpClientEvent[]): void {
    if (this.#isOver) return;
    this.#flush();
    for (const event of events) {
      if (this.#isOver) return;
      if (event.kind === 'ready') {
        this.#streamId = event.streamId;
        this.#o.onReady();
      } else if (event.kind === 'refused') {
        this.fail('REFUSED' satisfies EndCode, statusCodeOf(event.code));
      } else if (event.kind === 'ended') {
        const { error } = event;
        const code = error === undefined ? 'ENDED' : error.code === 'TIMED_OUT' ? 'TIMED_OUT' : 'MALFORMED';
        this.fail(code satisfies EndCode, error?.message ?? '');
      } else if (event.kind !== 'metadata') this.#o.onMedia(event);
    }
    if (this.queuedBytes > QUEUED_BYTES_MAX) this.fail('TIMED_OUT' satisfies EndCode, 'the server reads nothing');
  }

  #flush(): void {
    for (const bytes of this.#connection?.takeOutput() ?? []) this.#socket.write(bytes);
  }

  #tick(): void {
    const nowMs = this.#o.clock.nowMs();
    if (this.#connection === undefined) {
      if (nowMs >= this.#connectByMs) this.fail('TIMED_OUT' satisfies EndCode, 'the server does not answer');
      return;
    }
    this.#handle(this.#connection.tick(nowMs));
    const takenBytes = this.#socket.bytesWritten - this.queuedBytes;
    if (this.queuedBytes === 0 || takenBytes > this.#acceptedBytes) this.#lastProgressMs = nowMs;
    this.#acceptedBytes = takenBytes;
    if (nowMs - this.#lastProgressMs >= STALLED_MS)
      this.fail('TIMED_OUT' satisfies EndCode, 'the server reads nothing');
  }

  #onSocketError(errno: string): void {
    const code: EndCode = this.#connection === undefined ? 'CONNECT_FAILED' : 'ENDED';
    this.fail(code, errno);
  }

  #onSocketClosed(): void {
    this.#timer.cancel();
    this.#closeTimer?.cancel();
    if (!this.#isClosed) this.#o.onEnd(this.#end ?? { code: 'ENDED' satisfies EndCode, reason: '' });
    this.#isClosed = true;
  }
}

/** The server's certificate must be for the name, or for the address where the URL has one. */
function dialTls({ target, address, ca }: DialOptions): Socket {
  return connectTls({
    host: address,
    port: target.port,
    ...(isIP(target.host) === 0 && { servername: target.host }),
    ...(ca !== undefined && { ca }),
  });
}
