// Traffic of a connection: outgoing frames, answers and refusals by request number, the rate of requests.
import {
  type Bucket,
  type ErrorCode,
  encodeServerFrame,
  errorCodes,
  limits,
  MeridianError,
  takeTokens,
} from '@meridian/protocol';
import { closeCodeOf } from '../core/index.ts';
import { infoForClient, textForClient } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { ClientSocket, ServerMessage } from '../ports.ts';
import type { ClientContext } from './context.ts';
import { ReliableChannel } from './reliable-channel.ts';

/** Reason for a connection's end, for the last frame and the room. */
export interface Ending {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

const requestLimits = { perSecond: limits.clientRequestsPerSecond, burst: limits.clientRequestBurst };
/** Rate at which refusals for the rate are answered; a client beyond it is disconnected. */
const patienceLimits = { perSecond: bounds.refusalsPerSecond, burst: bounds.refusalsBurst };
const dataMessageLimits = { perSecond: limits.dataMessagesPerSecond, burst: limits.dataMessagesBurst };
const dataSentLimits = { perSecond: limits.dataBytesPerSecond, burst: limits.dataBurstBytes };
const dataDeliveredLimits = { perSecond: limits.dataDeliveredBytesPerSecond, burst: limits.dataDeliveredBurstBytes };
const reactionLimits = { perSecond: limits.reactionsPerSecond, burst: limits.reactionsPerSecond };

export class Talk {
  readonly #context: ClientContext;
  readonly #socket: ClientSocket;
  #requests: Bucket | undefined;
  #patience: Bucket | undefined;
  #dataMessages: Bucket | undefined;
  #dataSent: Bucket | undefined;
  #dataDelivered: Bucket | undefined;
  #reactions: Bucket | undefined;
  readonly #onSlow: () => void;
  /** Undefined until another participant's first reliable data. */
  #reliableData: ReliableChannel | undefined;

  /** `onSlow`: too much reliable data waits for the client; its session must end, as a gap would be a silent loss. */
  constructor(context: ClientContext, socket: ClientSocket, onSlow: () => void) {
    this.#context = context;
    this.#socket = socket;
    this.#onSlow = onSlow;
  }

  /** Counts a request and decides: serve it, refuse it, or end the client. */
  judgeRate({
    isData,
  }: {
    readonly isData: boolean;
  }): { verdict: 'serve' | 'end' } | { verdict: 'refuse'; retryAfterMs: number } {
    const nowMs = this.#context.clock.nowMs();
    const request = isData
      ? takeTokens(this.#dataMessages, dataMessageLimits, nowMs)
      : takeTokens(this.#requests, requestLimits, nowMs);
    if (isData) this.#dataMessages = request.bucket;
    else this.#requests = request.bucket;
    if (request.ok) return { verdict: 'serve' };
    const patience = takeTokens(this.#patience, patienceLimits, nowMs);
    this.#patience = patience.bucket;
    return patience.ok ? { verdict: 'refuse', retryAfterMs: request.retryAfterMs } : { verdict: 'end' };
  }

  /** Sends a frame that other clients may get too. The socket cuts a client that reads too slowly. */
  send(frame: Uint8Array): void {
    if (!this.#socket.send(frame)) this.#context.counters.error('BACKPRESSURE');
  }

  /**
   * Sends another participant's data message. While the client reads too slowly, a lossy message is dropped and a
   * reliable one waits, behind which the room's own messages do not wait.
   */
  sendData(frame: Uint8Array, { lossy }: { lossy: boolean }): void {
    const isSent = lossy ? this.#socket.sendData(frame, { lossy }) : this.#reliable.send(frame);
    if (!isSent) this.#context.counters.dataDropped(lossy ? 'lossy' : 'reliable');
  }

  /** Drops waiting data of a socket that has ended. */
  dropWaiting(): void {
    this.#reliableData?.close();
  }

  get #reliable(): ReliableChannel {
    const { clock, waitingBytes } = this.#context;
    this.#reliableData ??= new ReliableChannel({
      clock,
      waitingBytes,
      bytesMax: bounds.dataHeldBytesMax,
      send: (frame) => this.#socket.sendData(frame, { lossy: false }),
      onFull: this.#onSlow,
    });
    return this.#reliableData;
  }

  /** Counts a data message: returns 0, or the wait in whole milliseconds. A refused message costs nothing. */
  takeData(bytes: number, receivers: number): number {
    const nowMs = this.#context.clock.nowMs();
    const sent = takeTokens(this.#dataSent, dataSentLimits, nowMs, bytes);
    const delivered = takeTokens(this.#dataDelivered, dataDeliveredLimits, nowMs, bytes * receivers);
    if (!sent.ok || !delivered.ok) return Math.max(sent.retryAfterMs, delivered.retryAfterMs);
    this.#dataSent = sent.bucket;
    this.#dataDelivered = delivered.bucket;
    return 0;
  }

  /** Returns the reactions that the client may count now; the rest is left out. */
  takeReactions(counts: Readonly<Record<string, number>>): Record<string, number> {
    const nowMs = this.#context.clock.nowMs();
    const taken: Record<string, number> = {};
    for (const [name, count] of Object.entries(counts)) {
      const { tokens } = takeTokens(this.#reactions, reactionLimits, nowMs, 0).bucket;
      const some = Math.min(count, Math.floor(tokens));
      if (some === 0) break;
      this.#reactions = takeTokens(this.#reactions, reactionLimits, nowMs, some).bucket;
      taken[name] = some;
    }
    return taken;
  }

  /** True for a LiveKit SDK, whose data comes over data channels. */
  get hasChannels(): boolean {
    return this.#socket.takeChannel !== undefined;
  }

  /** Passes on a message of a data channel; a socket without data channels ignores it. */
  takeChannel(label: string, payload: Uint8Array): void {
    this.#socket.takeChannel?.(label, payload);
  }

  message(message: ServerMessage): void {
    for (const body of Object.keys(message)) this.#context.counters.frame('out', body);
    this.send(encodeServerFrame(message));
  }

  /** Answers a request; a request without a number gets no answer. */
  answer(requestId: number, message: ServerMessage): void {
    if (requestId === 0) return;
    for (const body of Object.keys(message)) this.#context.counters.frame('out', body);
    this.send(encodeServerFrame({ replyTo: requestId, ...message }));
  }

  /** Answers with an error; our own mistakes are logged, and the client only gets INTERNAL. */
  refuse(requestId: number, error: unknown): void {
    const info = infoForClient(error, this.#context.development);
    if (info.code === 'INTERNAL') this.#context.log.error({ err: error }, 'a request failed unexpectedly');
    this.#context.counters.error(info.code);
    this.send(encodeServerFrame({ replyTo: requestId, error: info }));
  }

  refuseWith(requestId: number, code: ErrorCode, message?: string, retryAfterMs = 0): void {
    this.refuse(requestId, new MeridianError(code, message, { retryAfterMs }));
  }

  disconnect({ code, message, retryAfterMs = 0 }: Ending): void {
    const text = textForClient(code, message, this.#context.development);
    const reconnect = errorCodes[code][1];
    this.#socket.send(encodeServerFrame({ disconnect: { code, message: text, reconnect, retryAfterMs } }));
    this.#socket.close(closeCodeOf(code), code);
  }

  close(): void {
    this.#socket.close(1000, 'left');
  }

  drop(): void {
    this.#socket.terminate();
  }
}
