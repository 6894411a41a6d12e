import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Identity } from '../pki/identity.ts';
import { LinkError } from './errors.ts';
import { decodeFrame, encodeFrame, type Frame, isDelay, isErrorCode, isFrameType } from './frame.ts';
import { PendingRequests } from './pending.ts';
import { ServedRequests } from './served.ts';
import type { Link, LinkLimits, MessageHandler, RequestHandler } from './types.ts';

const DEADLINE_MS_DEFAULT = 5_000;
/** No request between our services waits longer, and a remote must not hold a timer here for weeks. */
const DEADLINE_MS_MAX = 600_000;
const CLOSE_GRACE_MS = 1_000;
/** A WebSocket frame holds a close reason of at most 123 bytes. */
const CLOSE_REASON_CHARS_MAX = 120;
/** Limit of close handlers: a link has a handful of owners, and requests must not add handlers. */
const CLOSE_HANDLERS_MAX = 256;

export interface SocketLinkOptions {
  socket: WebSocket;
  connection: Pick<Duplex, 'cork' | 'uncork'>;
  remote: Identity;
  remoteNotAfterMs?: number;
  localAddress: string;
  remoteAddress: string;
  limits: LinkLimits;
  /**
   * True on the side that dialled. The dialler pings in every period, which shows its life to the other side; the other
   * side pings only after a period without input.
   */
  isDialer: boolean;
  clock: Clock;
  log: Logger;
  /** Called once, after the close handlers, when the socket is gone. */
  onGone(): void;
}

/** A Link on an open WebSocket. It listens from construction on, so handlers attached in the same turn miss nothing. */
export class SocketLink implements Link {
  readonly remote: Identity;
  readonly remoteNotAfterMs?: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #connection: Pick<Duplex, 'cork' | 'uncork'>;
  readonly #limits: LinkLimits;
  readonly #isDialer: boolean;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #pending: PendingRequests;
  readonly #served: ServedRequests;
  readonly #requestHandlers = new Map<number, RequestHandler>();
  readonly #messageHandlers = new Map<number, MessageHandler>();
  readonly #closeHandlers: ((cause: string) => void)[] = [];
  readonly #pingTimer: Timer;
  #graceTimer: Timer | undefined;
  #isGathering = false;
  #receivedAtMs: number;
  #checkedMs: number;
  #closeCause: string | undefined;

  constructor(o: SocketLinkOptions) {
    this.remote = o.remote;
    if (o.remoteNotAfterMs !== undefined) this.remoteNotAfterMs = o.remoteNotAfterMs;
    this.localAddress = o.localAddress;
    this.remoteAddress = o.remoteAddress;
    this.#socket = o.socket;
    this.#connection = o.connection;
    this.#limits = o.limits;
    this.#isDialer = o.isDialer;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#pending = new PendingRequests({ clock: o.clock, max: o.limits.maxPendingRequests });
    this.#served = new ServedRequests({ clock: o.clock, max: o.limits.maxPendingRequests });
    this.#receivedAtMs = this.#checkedMs = o.clock.nowMs();
    this.#pingTimer = o.clock.every(o.limits.pingIntervalMs, () => this.#checkAlive());
    this.#listen(o.onGone);
  }

  get closed(): boolean {
    return this.#closeCause !== undefined;
  }

  async request(type: number, payload: Uint8Array, o: { deadlineMs?: number } = {}): Promise<Uint8Array> {
    const deadlineMs = Math.ceil(o.deadlineMs ?? DEADLINE_MS_DEFAULT);
    if (!(deadlineMs >= 1 && deadlineMs <= DEADLINE_MS_MAX))
      throw new LinkError('LINK_DEADLINE', `deadline ${o.deadlineMs} ms is outside 1 … ${DEADLINE_MS_MAX}`);
    this.#checkSendable(type, payload);
    if (this.closed) throw new LinkError('LINK_CLOSED', `link is closed: ${this.#closeCause}`);
    if (!this.#hasRoomFor(payload.length))
      throw new LinkError('LINK_BACKPRESSURE', `${this.#socket.bufferedAmount} bytes are waiting to be sent`);
    const { requestId, answer } = this.#pending.open(deadlineMs);
    this.#write({ kind: 'request', requestId, type, deadlineMs, payload });
    return answer;
  }

  send(type: number, payload: Uint8Array): boolean {
    this.#checkSendable(type, payload);
    if (this.closed || !this.#hasRoomFor(payload.length)) return false;
    this.#write({ kind: 'message', type, payload });
    return true;
  }

  onRequest(type: number, handler: RequestHandler): void {
    attach(this.#requestHandlers, type, handler);
  }

  onMessage(type: number, handler: MessageHandler): void {
    attach(this.#messageHandlers, type, handler);
  }

  onClose(handler: (cause: string) => void): void {
    if (this.#closeCause !== undefined) handler(this.#closeCause);
    else if (this.#closeHandlers.length < CLOSE_HANDLERS_MAX) this.#closeHandlers.push(handler);
    else throw new RangeError(`a link has at most ${CLOSE_HANDLERS_MAX} close handlers`);
  }

  close(cause: string): void {
    this.#end(cause, 'politely');
  }

  #listen(onGone: () => void): void {
    const socket = this.#socket;
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('pong', () => this.#noteReceived());
    socket.on('ping', () => {
      this.#noteReceived();
      // The socket writes pongs itself; a remote that pings without reading would pile them up.
      if (socket.bufferedAmount > 2 * this.#limits.maxBufferedBytes)
        this.#end('LINK_BACKPRESSURE: pings are not read', 'abruptly');
    });
    socket.on('error', (error: Error & { code?: string }) => {
      const isOversize = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      this.#log.warn({ remote: this.remote, err: error }, 'link failed');
      // The socket has written the close frame with the reason; the grace time lets the sender read it.
      this.#end(
        isOversize ? 'LINK_TOO_LARGE: the other side sent too large a frame' : `socket error: ${error.message}`,
        'politely',
      );
    });
    socket.once('close', (code, reason) => {
      this.#end(`the other side closed (${code}) ${printable(reason.toString('utf8'))}`.trimEnd(), 'abruptly');
      this.#graceTimer?.cancel();
      onGone();
    });
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.closed) return;
    this.#noteReceived();
    const frame = isBinary ? decodeFrame(data) : 'text frame';
    if (typeof frame === 'string') {
      this.#log.warn(
        { remote: this.remote, remoteAddress: this.remoteAddress, reason: frame },
        'malformed frame; closing the link',
      );
      this.#end(`malformed frame: ${frame}`, 'politely');
    } else if (frame.kind === 'message') this.#deliver(frame.type, frame.payload);
    else if (frame.kind === 'request') this.#serve(frame);
    else if (frame.kind === 'response') this.#pending.resolve(frame.requestId, frame.payload);
    else this.#pending.reject(frame.requestId, LinkError.of(frame));
  }

  #deliver(type: number, payload: Uint8Array): void {
    const handler = this.#messageHandlers.get(type);
    if (handler === undefined) {
      this.#log.debug({ remote: this.remote, type }, 'message without handler dropped');
      return;
    }
    try {
      handler(payload, this);
    } catch (error) {
      this.#log.error({ remote: this.remote, type, err: error }, 'message handler failed');
    }
  }

  #serve(request: Extract<Frame, { kind: 'request' }>): void {
    const { requestId, type } = request;
    const handler = this.#requestHandlers.get(type);
    if (handler === undefined) {
      this.#refuse(requestId, type, 'LINK_NO_HANDLER', `no handler for type ${type}`);
      return;
    }
    const hasBegun = this.#served.begin({
      deadlineMs: Math.min(request.deadlineMs, DEADLINE_MS_MAX),
      handle: () => handler(request.payload, this),
      end: (outcome) => {
        if ('payload' in outcome) this.#answer(requestId, type, outcome.payload);
        else this.#answerFailure(requestId, type, outcome.error);
      },
    });
    if (!hasBegun) this.#refuse(requestId, type, 'LINK_BACKPRESSURE', 'too many requests are being handled');
  }

  #answer(requestId: number, type: number, payload: Uint8Array): void {
    if (payload.length > this.#limits.maxPayloadBytes) {
      this.#refuse(requestId, type, 'LINK_TOO_LARGE', `the answer has ${payload.length} bytes`);
    } else if (!this.#hasRoomFor(payload.length)) {
      this.#refuse(requestId, type, 'LINK_BACKPRESSURE', 'the answer has no room to wait in');
    } else this.#write({ kind: 'response', requestId, type, payload });
  }

  #answerFailure(requestId: number, type: number, error: unknown): void {
    const code = (error as { code?: unknown } | null | undefined)?.code;
    const message = error instanceof Error ? error.message : String(error);
    const { retryAfterMs } = (error ?? {}) as { retryAfterMs?: unknown };
    if (!isErrorCode(code)) this.#log.error({ remote: this.remote, type, err: error }, 'request handler failed');
    this.#refuse(requestId, type, isErrorCode(code) ? code : 'LINK_HANDLER_FAILED', message, retryAfterMs);
  }

  /** Refusals are small and may use the second half of the buffer; beyond that the other side is not reading. */
  #refuse(requestId: number, type: number, code: string, message: string, retryAfterMs?: unknown): void {
    if (this.closed) return;
    if (this.#socket.bufferedAmount > 2 * this.#limits.maxBufferedBytes)
      this.#end('LINK_BACKPRESSURE: answers are not read', 'abruptly');
    else
      this.#write(
        Object.assign(
          { kind: 'error' as const, requestId, type, code, message },
          isDelay(retryAfterMs) && { retryAfterMs },
        ),
      );
  }

  #checkSendable(type: number, payload: Uint8Array): void {
    if (!isFrameType(type)) throw new LinkError('LINK_NO_HANDLER', `type ${type} is not in 0 … 65535`);
    if (payload.length > this.#limits.maxPayloadBytes) {
      throw new LinkError(
        'LINK_TOO_LARGE',
        `payload has ${payload.length} bytes, at most ${this.#limits.maxPayloadBytes} are allowed`,
      );
    }
  }

  #hasRoomFor(byteLength: number): boolean {
    return this.#socket.bufferedAmount + byteLength <= this.#limits.maxBufferedBytes;
  }

  #write(frame: Frame): void {
    if (this.closed) return;
    this.#gather();
    this.#socket.send(encodeFrame(frame), { binary: true });
  }

  /** Collects the frames of an event-loop turn, so that they are encrypted and handed to the kernel together. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#connection.cork();
    setImmediate(() => {
      this.#isGathering = false;
      this.#connection.uncork();
    });
  }

  #noteReceived(): void {
    this.#receivedAtMs = this.#clock.nowMs();
  }

  #checkAlive(): void {
    const nowMs = this.#clock.nowMs();
    const { pingIntervalMs, pongTimeoutMs } = this.#limits;
    // A check that is more than a period late means that this process stood still: the other side's bytes are still in
    // the kernel, so the silence starts anew.
    if (nowMs - this.#checkedMs > 2 * pingIntervalMs) this.#receivedAtMs = nowMs;
    this.#checkedMs = nowMs;
    if (nowMs - this.#receivedAtMs >= pongTimeoutMs)
      this.#end(`nothing received for ${Math.round(nowMs - this.#receivedAtMs)} ms`, 'abruptly');
    else if (this.#isDialer || nowMs - this.#receivedAtMs >= pingIntervalMs) this.#socket.ping();
  }

  #end(cause: string, manner: 'politely' | 'abruptly'): void {
    if (this.#closeCause !== undefined) return;
    this.#closeCause = cause;
    this.#pingTimer.cancel();
    this.#served.forgetAll();
    this.#requestHandlers.clear();
    this.#messageHandlers.clear();
    if (manner === 'abruptly') this.#socket.terminate();
    else {
      this.#socket.close(1000, printable(cause));
      this.#graceTimer = this.#clock.after(CLOSE_GRACE_MS, () => this.#socket.terminate());
    }
    this.#pending.rejectAll(new LinkError('LINK_CLOSED', `link closed: ${cause}`));
    for (const handler of this.#closeHandlers.splice(0)) this.#callCloseHandler(handler, cause);
  }

  #callCloseHandler(handler: (cause: string) => void, cause: string): void {
    try {
      handler(cause);
    } catch (error) {
      this.#log.error({ remote: this.remote, err: error }, 'close handler failed');
    }
  }
}

function attach<H>(handlers: Map<number, H>, type: number, handler: H): void {
  if (!isFrameType(type)) throw new RangeError(`type ${type} is not in 0 … 65535`);
  if (handlers.has(type)) throw new RangeError(`type ${type} has a handler already`);
  handlers.set(type, handler);
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, CLOSE_REASON_CHARS_MAX);
}
