// Calls between participants, over the room's data messages: the caller waits for an acknowledgement, then for the
// result; the called participant runs the method that its app has registered. One per room.
import { MeridianClientError, report } from '@meridian/client';
import { isRpc, type RpcMessage, rpcMessageOf, rpcTopicOf } from '@meridian/protocol';
import { RpcError, RpcErrorCode } from './rpc-error.ts';

export interface PerformRpcParams {
  readonly destinationIdentity: string;
  /** At most 64 bytes. */
  readonly method: string;
  /** At most 15 KiB of UTF-8. */
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
  sessionOf(identity: string): string | undefined;
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
const responseTimeoutMsMax = 600_000;
const methodBytesMax = 64;
/** LiveKit's limit, below that of a data message. */
const payloadBytesMax = 15 * 1024;
const errorMessageBytesMax = 256;
/** Limit with which an error and its message fit into a data message. */
const errorDataBytesMax = 14 * 1024;
/** Limit on calls that wait for an answer, and on running methods. */
const callsMax = 512;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const bytesOf = (text: string): number => encoder.encode(text).byteLength;

export class Rpc {
  readonly #ports: RpcPorts;
  readonly #methods = new Map<string, RpcHandler>();
  readonly #calls = new Map<string, Call>();
  #runningCount = 0;

  constructor(ports: RpcPorts) {
    this.#ports = ports;
  }

  /** Replaces a method of that name. Throws ARGUMENT_INVALID. */
  register(method: string, handler: RpcHandler): void {
    if (method === '' || bytesOf(method) > methodBytesMax)
      throw new MeridianClientError('ARGUMENT_INVALID', `method: 1 to ${methodBytesMax} bytes`);
    this.#methods.set(method, handler);
  }

  unregister(method: string): void {
    this.#methods.delete(method);
  }

  /** Rejects with RpcError or ARGUMENT_INVALID. */
  async perform({ destinationIdentity, method, payload, responseTimeoutMs }: PerformRpcParams): Promise<string> {
    const timeoutMs = Math.round(responseTimeoutMs ?? responseTimeoutMsDefault);
    if (method === '' || bytesOf(method) > methodBytesMax)
      throw new MeridianClientError('ARGUMENT_INVALID', `method: 1 to ${methodBytesMax} bytes`);
    if (!(timeoutMs > 0 && timeoutMs <= responseTimeoutMsMax))
      throw new MeridianClientError('ARGUMENT_INVALID', `responseTimeoutMs: 1 to ${responseTimeoutMsMax}`);
    const bytes = encoder.encode(payload);
    if (bytes.byteLength > payloadBytesMax) throw new RpcError(RpcErrorCode.RequestPayloadTooLarge);
    const sessionId = this.#ports.sessionOf(destinationIdentity);
    if (sessionId === undefined) throw new RpcError(RpcErrorCode.RecipientNotFound);
    if (this.#calls.size >= callsMax) throw new RpcError(RpcErrorCode.SendFailed, 'too many calls wait for an answer');
    return await this.#call(sessionId, method, bytes, timeoutMs);
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
    if (message.type === 'call') this.#onCall(sessionId, identity, message, payload);
    else if (message.type === 'foreign') this.#refuse(sessionId, message.id, RpcErrorCode.UnsupportedVersion);
    else this.#onAnswer(sessionId, message, payload);
    return true;
  }

  participantLeft(sessionId: string): void {
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
    this.#ports
      .send(sessionId, rpcTopicOf({ type: 'call', id, timeoutMs, method }), payload)
      .catch((cause: unknown) => reject(new RpcError(RpcErrorCode.SendFailed, undefined, { cause })));
    return promise.finally(() => {
      clearTimeout(ackTimer);
      clearTimeout(timer);
      this.#calls.delete(id);
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

  #onCall(
    sessionId: string,
    callerIdentity: string,
    { id, method, timeoutMs }: Extract<RpcMessage, { type: 'call' }>,
    payload: Uint8Array,
  ): void {
    // A refused call is acknowledged as well, because callers in LiveKit's native SDKs ignore an answer without it.
    this.#answer(sessionId, rpcTopicOf({ type: 'ack', id }), new Uint8Array());
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
    const data = { requestId: id, callerIdentity, payload: decoder.decode(payload), responseTimeoutMs: timeoutMs };
    this.#run(handler, data)
      .then(
        (result) => this.#answer(sessionId, rpcTopicOf({ type: 'result', id }), result),
        (error: unknown) => this.#refuseWithError(sessionId, id, error),
      )
      .finally(() => {
        this.#runningCount -= 1;
      });
  }

  async #run(handler: RpcHandler, data: RpcInvocationData): Promise<Uint8Array> {
    const result: unknown = await handler(data);
    if (typeof result !== 'string')
      throw new RpcError(RpcErrorCode.ApplicationError, 'the method did not return a string');
    const bytes = encoder.encode(result);
    if (bytes.byteLength > payloadBytesMax) throw new RpcError(RpcErrorCode.ResponsePayloadTooLarge);
    return bytes;
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
