// A socket to a signaling node: frames in and out, requests with ids and deadlines, ping and pong. It owns its timers
// and pending requests; `close` is idempotent and fails all pending requests.
import { decodeServerFrame, encodeClientFrame, type ServerBody, type wire } from '@meridian/protocol';
import { asClientError, errorFromWire, MeridianClientError } from '../errors.ts';
import { closeCode, type SocketPort } from './socket-port.ts';

export type ServerFrame = wire.ServerFrame & { body: ServerBody };
export type Body = Omit<wire.ClientFrame.$Properties, 'requestId'>;

export interface SocketEvents {
  frame(frame: ServerFrame): void;
  /** Called once when the socket is gone without our close. */
  lost(error: MeridianClientError): void;
}

const requestsMax = 512; // unanswered requests; a page with more is in a loop (REQUEST_LIMIT)
const pingMissesMax = 2;
// fits a round trip around the world over a bad network; giving up too early costs a resume, but no media
const checkMs = 2500;
/** Queued bytes above which lossy messages are dropped: newer messages are worth more than late ones. */
const lossyBufferedBytesMax = 64 * 1024;

interface Pending {
  readonly resolve: (frame: ServerFrame) => void;
  readonly reject: (error: MeridianClientError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class SignalSocket {
  readonly #socket: SocketPort;
  readonly #pending = new Map<number, Pending>();
  #events: SocketEvents | undefined;
  #nextId = 1;
  #closed = false;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #pingsUnanswered = 0;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #rttMs = 0;
  #requestsSent = 0;

  constructor(socket: SocketPort) {
    this.#socket = socket;
    socket.listen({
      message: (bytes) => this.#receive(bytes),
      closed: (code, reason) => this.#lose(new MeridianClientError('SOCKET_LOST', `closed with ${code} ${reason}`)),
    });
  }

  listen(events: SocketEvents): void {
    this.#events = events;
  }

  /** Round trip of the last answered ping; 0 before the first. */
  get rttMs(): number {
    return this.#rttMs;
  }

  get requestsSent(): number {
    return this.#requestsSent;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends a request. Rejects with the service's error, REQUEST_TIMEOUT, REQUEST_LIMIT or SOCKET_LOST. */
  request(body: Body, deadlineMs: number): Promise<ServerFrame> {
    if (this.#closed) return Promise.reject(new MeridianClientError('SOCKET_LOST'));
    if (this.#pending.size >= requestsMax) return Promise.reject(new MeridianClientError('REQUEST_LIMIT'));
    const requestId = this.#nextId;
    this.#nextId = (this.#nextId % 0xffff_fffe) + 1;
    this.#requestsSent += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(requestId);
        reject(new MeridianClientError('REQUEST_TIMEOUT'));
      }, deadlineMs);
      this.#pending.set(requestId, { resolve, reject, timer });
      this.#socket.send(encodeClientFrame({ requestId, ...body }));
    });
  }

  /** Lifts the deadlines of pending requests, because people decide on the answers. */
  waitForAnswers(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
  }

  post(body: Body): boolean {
    if (this.#closed) return false;
    this.#socket.send(encodeClientFrame({ requestId: 0, ...body }));
    return true;
  }

  postLossy(body: Body): boolean {
    return this.#socket.bufferedBytes <= lossyBufferedBytesMax && this.post(body);
  }

  /** Pings every `intervalMs` unless the transport is watched; after two unanswered pings the socket counts as lost. */
  startPing(intervalMs: number): void {
    clearInterval(this.#pingTimer);
    this.#pingsUnanswered = 0;
    if (this.#socket.watched || this.#closed) return;
    this.#pingTimer = setInterval(() => {
      if (this.#pingsUnanswered >= pingMissesMax) {
        this.#lose(new MeridianClientError('SOCKET_LOST', `no answer to ${pingMissesMax} pings`));
        return;
      }
      this.#pingsUnanswered += 1;
      this.post({ ping: { sentMs: performance.now(), rttMs: this.#rttMs } });
    }, intervalMs);
  }

  /** Checks the socket after a change of the network: without any frame soon, it counts as lost. */
  check(): void {
    if (this.#closed || this.#checkTimer !== undefined) return;
    this.#checkTimer = setTimeout(
      () => this.#lose(new MeridianClientError('SOCKET_LOST', `nothing received within ${checkMs} ms`)),
      checkMs,
    );
    this.post({ ping: { sentMs: performance.now(), rttMs: this.#rttMs } });
  }

  /** Closes without informing `events`. Pending requests reject with `error`. */
  close(code: number, error: MeridianClientError): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#pingTimer);
    clearTimeout(this.#checkTimer);
    this.#socket.close(code);
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    this.#pending.clear();
  }

  #lose(error: MeridianClientError): void {
    if (this.#closed) return;
    const events = this.#events;
    this.close(closeCode.lost, error);
    events?.lost(error);
  }

  #receive(bytes: Uint8Array): void {
    clearTimeout(this.#checkTimer);
    this.#checkTimer = undefined;
    let frame: ServerFrame;
    try {
      frame = decodeServerFrame(bytes);
    } catch (error) {
      // A frame of a later version is ignored; invalid bytes mean that the other side is not our service.
      if ((error as { code?: unknown }).code !== 'FRAME_UNKNOWN') this.#lose(asClientError(error, 'FRAME_MALFORMED'));
      return;
    }
    if (frame.pong != null) this.#pong(frame.pong.sentMs ?? 0);
    if (frame.replyTo > 0) this.#answer(frame);
    else if (frame.pong == null) this.#events?.frame(frame);
  }

  #pong(sentMs: number): void {
    this.#pingsUnanswered = 0;
    const rttMs = performance.now() - sentMs;
    if (rttMs >= 0 && rttMs < 60_000) this.#rttMs = rttMs;
  }

  #answer(frame: ServerFrame): void {
    const pending = this.#pending.get(frame.replyTo);
    if (pending === undefined) return; // its deadline has passed
    this.#pending.delete(frame.replyTo);
    clearTimeout(pending.timer);
    if (frame.error != null) pending.reject(errorFromWire(frame.error));
    else pending.resolve(frame);
  }
}
