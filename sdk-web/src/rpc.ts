// Calls between participants, over the room's data messages: the caller waits for an acknowledgement, then for the
// result; the called participant runs the method that its app has registered. One per room.
import { MeridianClientError, report } from '@meridian/client';
import {
  clientProtocols,
  isRpc,
  limits,
  type RpcMessage,
  type RpcWhole,
  rpcMessageOf,
  rpcTopicOf,
} from '@meridian/protocol';
import { RpcError, RpcErrorCode } from './rpc-error.ts';
import { RpcParts } from './rpc-parts.ts';

export interface PerformRpcParams {
  readonly destinationIdentity: string;
  /** At most 64 bytes (`limits.rpcMethodBytesMax`). */
  readonly method: string;
  /** At most 1 MiB of UTF-8; 15 KiB to a participant whose SDK takes no calls in parts. */
  readonly payload: string;
  /** Default 15 s. */
  readonly responseTimeoutMs?: number;
}
export interface RpcInvocationData {
  readonly requestId: string;
  readonly callerIdentity: string;
  readonly payload: string;
  /** Time after which the caller gives up. */
  readonly responseTimeoutMs: number;
}
export type RpcHandler = (data: RpcInvocationData) => string | Promise<string>;

export interface RpcPorts {
  /** Rejects like LocalParticipant.publishData. */
  send(sessionId: string, topic: string, payload: Uint8Array): Promise<void>;
  /** Returns another participant; undefined: not in the room. */
  participant(identity: string): { readonly sessionId: string; readonly clientProtocol: number } | undefined;
}

interface Call {
  readonly sessionId: string;
  readonly resolve: (payload: string) => void;
  readonly reject: (error: RpcError) => void;
  acked(): void;
}

/** LiveKit's limit on a round trip. */
const ackTimeoutMs = 7000;
const responseTimeoutMsDefault = 15_000;
const timeoutMsMax = 600_000;
const errorMessageBytesMax = 256;
/** Limit with which an error and its message fit into a data message. */
const errorDataBytesMax = 14 * 1024;
/** Limit on calls that wait for an answer, and on running methods. */
const callsMax = 512;
/** Wait before a part is sent again that was refused for its rate without a time. */
const retryMsDefault = 500;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const bytesOf = (text: string): number => encoder.encode(text).byteLength;

export class Rpc {
  readonly #ports: RpcPorts;
  readonly #methods = new Map<string, RpcHandler>();
  readonly #calls = new Map<string, Call>();
  readonly #parts = new RpcParts();
  #runningCount = 0;

  constructor(ports: RpcPorts) {
    this.#ports = ports;
  }

  /** Replaces a method of that name. Throws ARGUMENT_INVALID. */
  register(method: string, handler: RpcHandler): void {
    if (method === '' || bytesOf(method) > limits.rpcMethodBytesMax)
      throw new MeridianClientError('ARGUMENT_INVALID', `method: 1 to ${limits.rpcMethodBytesMax} bytes`);
    this.#methods.set(method, handler);
  }

  unregister(method: string): void {
    this.#methods.delete(method);
  }

  /** Calls and results that are not complete. */
  get incompleteCount(): number {
    return this.#parts.size;
  }

  /** Rejects with RpcError or ARGUMENT_INVALID. */
  async perform({ destinationIdentity, method, payload, responseTimeoutMs }: PerformRpcParams): Promise<string> {
    const timeoutMs = Math.round(responseTimeoutMs ?? responseTimeoutMsDefault);
    if (method === '' || bytesOf(method) > limits.rpcMethodBytesMax)
      throw new MeridianClientError('ARGUMENT_INVALID', `method: 1 to ${limits.rpcMethodBytesMax} bytes`);
    if (!(timeoutMs > 0 && timeoutMs <= timeoutMsMax))
      throw new MeridianClientError('ARGUMENT_INVALID', `responseTimeoutMs: 1 to ${timeoutMsMax}`);
    const bytes = encoder.encode(payload);
    const to = this.#ports.participant(destinationIdentity);
    if (bytes.byteLength > payloadBytesMaxFor(to)) throw new RpcError(RpcErrorCode.RequestPayloadTooLarge);
    if (to === undefined) throw new RpcError(RpcErrorCode.RecipientNotFound);
    if (this.#calls.size >= callsMax) throw new RpcError(RpcErrorCode.SendFailed, 'too many calls wait for an answer');
    return await this.#call(to.sessionId, method, bytes, timeoutMs);
  }

  /**
   * Handles a message about calls; returns false for other messages. `identity` undefined: the sender is not in the
   * room.
   */
  onMessage(
    { sessionId, topic, payload }: { readonly sessionId: string; readonly topic: string; readonly payload: Uint8Array },
    identity: string | undefined,
  ): boolean {
    if (!isRpc(topic)) return false;
    const message = rpcMessageOf(topic);
    if (message === undefined || identity === undefined) return true;
    const sender = { sessionId, identity };
    if (message.type === 'call') this.#onCall(sender, message, decoder.decode(payload));
    else if (message.type === 'callBegins') this.#onCallBegins(sender, message);
    else if (message.type === 'resultBegins') this.#onResultBegins(sender, message);
    else if (message.type === 'part' || message.type === 'end' || message.type === 'cut')
      this.#onPart(sender, message, payload);
    else if (message.type === 'foreign') this.#refuse(sessionId, message.id, RpcErrorCode.UnsupportedVersion);
    else this.#onAnswer(sessionId, message, payload);
    return true;
  }

  participantLeft(sessionId: string): void {
    this.#parts.participantLeft(sessionId);
    for (const call of [...this.#calls.values()])
      if (call.sessionId === sessionId) call.reject(new RpcError(RpcErrorCode.RecipientDisconnected));
  }

  #call(sessionId: string, method: string, payload: Uint8Array, timeoutMs: number): Promise<string> {
    const id = crypto.randomUUID().slice(0, 18);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const fail = (code: RpcErrorCode) => () => reject(new RpcError(code));
    const ackTimer = setTimeout(fail(RpcErrorCode.ConnectionTimeout), Math.min(ackTimeoutMs, timeoutMs));
    const timer = setTimeout(fail(RpcErrorCode.ResponseTimeout), timeoutMs);
    this.#calls.set(id, { sessionId, resolve, reject, acked: () => clearTimeout(ackTimer) });
    const sending =
      payload.byteLength <= limits.rpcMessageBytesMax
        ? this.#ports.send(sessionId, rpcTopicOf({ type: 'call', id, timeoutMs, method }), payload)
        : this.#sendParts(sessionId, { type: 'callBegins', id, timeoutMs, method }, payload, () => this.#calls.has(id));
    sending.catch((cause: unknown) => reject(new RpcError(RpcErrorCode.SendFailed, undefined, { cause })));
    return promise.finally(() => {
      clearTimeout(ackTimer);
      clearTimeout(timer);
      this.#calls.delete(id);
      this.#parts.drop(keyOf(sessionId, 'result', id));
    });
  }

  /** Handles an answer. Ignores answers from others than the called participant. */
  #onAnswer(
    sessionId: string,
    message: Extract<RpcMessage, { type: 'ack' | 'result' | 'error' }>,
    payload: Uint8Array,
  ): void {
    const call = this.#calls.get(message.id);
    if (call?.sessionId !== sessionId) return;
    if (message.type === 'ack') call.acked();
    else if (message.type === 'result') call.resolve(decoder.decode(payload));
    else call.reject(errorOf(message.code, payload));
  }

  /** Acknowledges a call and keeps the bytes that follow, if its method is registered. */
  #onCallBegins({ sessionId }: Sender, message: Extract<RpcMessage, { type: 'callBegins' }>): void {
    const { id, method, timeoutMs } = message;
    const key = keyOf(sessionId, 'call', id);
    this.#answer(sessionId, rpcTopicOf({ type: 'ack', id }), new Uint8Array());
    if (!this.#methods.has(method)) this.#refuse(sessionId, id, RpcErrorCode.UnsupportedMethod);
    else if (!this.#parts.begin(key, sessionId, { beginning: message, timeoutMs: Math.min(timeoutMs, timeoutMsMax) }))
      this.#refuse(sessionId, id, RpcErrorCode.ApplicationError, 'too many calls are incomplete');
  }

  /** Ignores results of others than the called participant. */
  #onResultBegins({ sessionId }: Sender, beginning: Extract<RpcMessage, { type: 'resultBegins' }>): void {
    const { id } = beginning;
    const call = this.#calls.get(id);
    if (call?.sessionId !== sessionId) return;
    if (!this.#parts.begin(keyOf(sessionId, 'result', id), sessionId, { beginning, timeoutMs: timeoutMsMax }))
      call.reject(new RpcError(RpcErrorCode.ApplicationError, 'too many results are incomplete'));
  }

  #onPart(sender: Sender, message: Extract<RpcMessage, { type: 'part' | 'end' | 'cut' }>, payload: Uint8Array): void {
    const { whole, id } = message;
    const key = keyOf(sender.sessionId, whole, id);
    if (message.type === 'part') {
      const outcome = this.#parts.add(key, message.number, payload);
      if (outcome === 'tooLarge' || outcome === 'broken') this.#fail(sender, whole, id, outcome);
    } else if (message.type === 'cut') {
      if (this.#parts.drop(key)) this.#fail(sender, whole, id, 'broken');
    } else {
      const complete = this.#parts.end(key, message.number);
      if (complete === 'broken') this.#fail(sender, whole, id, complete);
      else if (complete?.beginning.type === 'resultBegins') this.#calls.get(id)?.resolve(complete.text);
      else if (complete?.beginning.type === 'callBegins') this.#run(sender, complete.beginning, complete.text);
    }
  }

  #fail({ sessionId }: Sender, whole: RpcWhole, id: string, why: 'tooLarge' | 'broken'): void {
    const code =
      why === 'broken'
        ? RpcErrorCode.ApplicationError
        : whole === 'call'
          ? RpcErrorCode.RequestPayloadTooLarge
          : RpcErrorCode.ResponsePayloadTooLarge;
    const message = why === 'broken' ? 'The payload did not arrive completely' : undefined;
    if (whole === 'call') this.#refuse(sessionId, id, code, message);
    else this.#calls.get(id)?.reject(new RpcError(code, message));
  }

  #onCall(sender: Sender, message: Extract<RpcMessage, { type: 'call' }>, payload: string): void {
    // A refused call is acknowledged as well, because callers in LiveKit's native SDKs ignore an answer without it.
    this.#answer(sender.sessionId, rpcTopicOf({ type: 'ack', id: message.id }), new Uint8Array());
    this.#run(sender, message, payload);
  }

  #run(
    { sessionId, identity }: Sender,
    { id, method, timeoutMs }: Pick<Extract<RpcMessage, { type: 'call' }>, 'id' | 'method' | 'timeoutMs'>,
    payload: string,
  ): void {
    const handler = this.#methods.get(method);
    if (handler === undefined) {
      this.#refuse(sessionId, id, RpcErrorCode.UnsupportedMethod);
      return;
    }
    if (this.#runningCount >= callsMax) {
      this.#refuse(sessionId, id, RpcErrorCode.ApplicationError, 'too many calls are running');
      return;
    }
    this.#runningCount += 1;
    const data = { requestId: id, callerIdentity: identity, payload, responseTimeoutMs: timeoutMs };
    const bytesMax = payloadBytesMaxFor(this.#ports.participant(identity));
    this.#resultOf(handler, data, bytesMax)
      .then(
        (result) => this.#sendResult(sessionId, id, result),
        (error: unknown) => this.#refuseWithError(sessionId, id, error),
      )
      .finally(() => {
        this.#runningCount -= 1;
      });
  }

  async #resultOf(handler: RpcHandler, data: RpcInvocationData, bytesMax: number): Promise<Uint8Array> {
    const result: unknown = await handler(data);
    if (typeof result !== 'string')
      throw new RpcError(RpcErrorCode.ApplicationError, 'the method did not return a string');
    const bytes = encoder.encode(result);
    if (bytes.byteLength > bytesMax) throw new RpcError(RpcErrorCode.ResponsePayloadTooLarge);
    return bytes;
  }

  #sendResult(sessionId: string, id: string, result: Uint8Array): void {
    if (result.byteLength <= limits.rpcMessageBytesMax)
      this.#answer(sessionId, rpcTopicOf({ type: 'result', id }), result);
    else
      this.#sendParts(sessionId, { type: 'resultBegins', id }, result, () => true).catch((error: unknown) => {
        this.#refuse(sessionId, id, RpcErrorCode.ApplicationError, 'The result could not be sent');
        if (!(error instanceof MeridianClientError)) report(error);
      });
  }

  /**
   * Sends a payload in parts, each after the service has accepted the one before it, while `isWanted`. A part that is
   * refused for its rate is sent again. Rejects like `send`; the receiver then gets a cut.
   */
  async #sendParts(
    sessionId: string,
    begin: Extract<RpcMessage, { type: 'callBegins' | 'resultBegins' }>,
    payload: Uint8Array,
    isWanted: () => boolean,
  ): Promise<void> {
    const { id } = begin;
    const whole = begin.type === 'callBegins' ? 'call' : 'result';
    const parts = partsOf(payload);
    try {
      await this.#sendPaced(sessionId, rpcTopicOf(begin), nothing, isWanted);
      for (const [number, part] of parts.entries())
        await this.#sendPaced(sessionId, rpcTopicOf({ type: 'part', whole, id, number }), part, isWanted);
      await this.#sendPaced(sessionId, rpcTopicOf({ type: 'end', whole, id, number: parts.length }), nothing, isWanted);
    } catch (error) {
      this.#answer(sessionId, rpcTopicOf({ type: 'cut', whole, id }), nothing);
      throw error;
    }
  }

  async #sendPaced(sessionId: string, topic: string, payload: Uint8Array, isWanted: () => boolean): Promise<void> {
    for (;;) {
      if (!isWanted()) throw new MeridianClientError('CONNECTION_CLOSED', 'the call has ended');
      try {
        await this.#ports.send(sessionId, topic, payload);
        return;
      } catch (error) {
        const code = error instanceof MeridianClientError ? error.code : '';
        if (code !== 'RATE_LIMITED' && code !== 'BACKPRESSURE') throw error;
        const waitMs = (error as MeridianClientError).retryAfterMs || retryMsDefault;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** Reports a method's error to the page. The caller gets its details only from an RpcError. */
  #refuseWithError(sessionId: string, id: string, error: unknown): void {
    if (error instanceof RpcError) this.#refuse(sessionId, id, error.code, error.message, error.data);
    else this.#refuse(sessionId, id, RpcErrorCode.ApplicationError);
    if (!(error instanceof RpcError)) report(error);
  }

  #refuse(sessionId: string, id: string, code: number, message = new RpcError(code).message, data = ''): void {
    const failure = { message: truncate(message, errorMessageBytesMax), data: truncate(data, errorDataBytesMax) };
    this.#answer(sessionId, rpcTopicOf({ type: 'error', id, code }), encoder.encode(JSON.stringify(failure)));
  }

  /** Sends an answer. If that fails, the caller waits until its timeout. */
  #answer(sessionId: string, topic: string, payload: Uint8Array): void {
    this.#ports.send(sessionId, topic, payload).catch((error: unknown) => {
      if (!(error instanceof MeridianClientError)) report(error);
    });
  }
}

interface Sender {
  readonly sessionId: string;
  readonly identity: string;
}

const nothing = new Uint8Array();
const keyOf = (sessionId: string, whole: RpcWhole, id: string): string => `${sessionId} ${whole} ${id}`;

const payloadBytesMaxFor = (to: { readonly clientProtocol: number } | undefined): number =>
  (to?.clientProtocol ?? 0) >= clientProtocols.callsInParts ? limits.rpcPayloadBytesMax : limits.rpcMessageBytesMax;

/** Splits UTF-8 into parts of whole characters, since LiveKit's SDKs decode each part by itself. */
function partsOf(payload: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < payload.byteLength; ) {
    let to = Math.min(from + limits.rpcPartBytesMax, payload.byteLength);
    while (to < payload.byteLength && ((payload[to] ?? 0) & 0xc0) === 0x80) to -= 1;
    parts.push(payload.subarray(from, to));
    from = to;
  }
  return parts;
}

function errorOf(code: number, payload: Uint8Array): RpcError {
  try {
    const { message, data } = JSON.parse(decoder.decode(payload)) as Record<string, unknown>;
    return new RpcError(code, typeof message === 'string' ? message : undefined, {
      data: typeof data === 'string' ? data : '',
    });
  } catch (cause) {
    return new RpcError(code, undefined, { cause });
  }
}

/** Truncates to `bytesMax` at a character boundary. */
function truncate(text: string, bytesMax: number): string {
  const { read } = encoder.encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}
