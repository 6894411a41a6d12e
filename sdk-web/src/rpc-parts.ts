// Payloads of calls and results that arrive in parts (base/protocol/src/rpc-wire.ts), until they are complete. The
// sender is not trusted: bytes, payloads and time have bounds, and parts count only in order.
import { limits, type RpcMessage } from '@meridian/protocol';

/** Most incomplete payloads at a time, of one sender and of all senders. */
export const partsPerSenderMax = 8;
export const partsMax = 64;

type Beginning = Extract<RpcMessage, { type: 'callBegins' | 'resultBegins' }>;

interface Payload {
  readonly beginning: Beginning;
  readonly sessionId: string;
  readonly decoder: TextDecoder;
  readonly timer: ReturnType<typeof setTimeout>;
  text: string;
  bytes: number;
  count: number;
}

export type PartOutcome = 'more' | 'tooLarge' | 'broken';

export class RpcParts {
  readonly #payloads = new Map<string, Payload>();

  get size(): number {
    return this.#payloads.size;
  }

  /** Begins a payload, dropped after `timeoutMs`. Returns false when it is known, or too many are incomplete. */
  begin(key: string, sessionId: string, o: { beginning: Beginning; timeoutMs: number }): boolean {
    const ofSender = [...this.#payloads.values()].filter((one) => one.sessionId === sessionId).length;
    if (this.#payloads.has(key) || this.#payloads.size >= partsMax || ofSender >= partsPerSenderMax) return false;
    const timer = setTimeout(() => this.drop(key), o.timeoutMs);
    const decoder = new TextDecoder();
    this.#payloads.set(key, { sessionId, beginning: o.beginning, decoder, timer, text: '', bytes: 0, count: 0 });
    return true;
  }

  /** Adds a part. Returns undefined for an unknown payload, 'tooLarge' or 'broken' for one that it has dropped. */
  add(key: string, number: number, part: Uint8Array): PartOutcome | undefined {
    const payload = this.#payloads.get(key);
    if (payload === undefined || number < payload.count) return undefined;
    payload.bytes += part.byteLength;
    const isTooLarge = payload.bytes > limits.rpcPayloadBytesMax;
    if (isTooLarge || number > payload.count) {
      this.drop(key);
      return isTooLarge ? 'tooLarge' : 'broken';
    }
    payload.count += 1;
    payload.text += payload.decoder.decode(part, { stream: true });
    return 'more';
  }

  /** Removes a payload and returns it; undefined when it is unknown, 'broken' when it has not `count` parts. */
  end(key: string, count: number): { beginning: Beginning; text: string } | 'broken' | undefined {
    const payload = this.#payloads.get(key);
    if (payload === undefined) return undefined;
    this.drop(key);
    const text = payload.text + payload.decoder.decode();
    return payload.count === count ? { beginning: payload.beginning, text } : 'broken';
  }

  /** Returns whether the payload was known. */
  drop(key: string): boolean {
    clearTimeout(this.#payloads.get(key)?.timer);
    return this.#payloads.delete(key);
  }

  participantLeft(sessionId: string): void {
    for (const [key, payload] of [...this.#payloads]) if (payload.sessionId === sessionId) this.drop(key);
  }
}
