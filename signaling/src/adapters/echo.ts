// Echo socket of a signaling node (GET /v1/echo): a client and the node each measure their round trip.
//
// 1. The client sends its token; the node answers with a nonce.
// 2. The client returns the nonce at once, padded to 48 bytes. The node has then measured its round trip, and answers
//    with the next nonce and a receipt over its least round trip so far (adapters/receipts.ts). A client without a
//    ticket gets answers without receipts (`urlWithTicket` of core/entry.ts).
//
// No answer is larger than its request, so the socket amplifies no traffic; nonces cannot be guessed, so no client can
// answer faster than the network. Without a token there is no answer. Message size, rounds and time are bounded; any
// violation ends the socket with 1008.
import type { Clock, Rng, Timer } from '@meridian/runtime';
import type { WebSocket } from 'ws';
import { bounds } from '../limits.ts';

export interface EchoOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Rejects when the token opens no room here. */
  verify(token: string): Promise<unknown>;
  /** Returns a receipt over this round trip; undefined if none is given. */
  seal(rttMs: number): Uint8Array | undefined;
}

const NONCE_BYTES = 16;
const policyViolation = 1008;

export function echo(socket: WebSocket, o: EchoOptions): void {
  const exchange = new Exchange(o);
  let closeTimer: Timer | undefined;
  let isOver = false;
  const end = (code: number): void => {
    if (isOver) return;
    isOver = true;
    socket.close(code);
    closeTimer = o.clock.after(bounds.closeWaitMs, () => socket.terminate());
  };
  const timer = o.clock.after(bounds.echoMs, () => end(1000));
  const tokenTimer = o.clock.after(bounds.echoTokenMs, () => {
    if (!exchange.isVerified) end(policyViolation);
  });
  // A close event follows the error and cleans up.
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    isOver = true;
    timer.cancel();
    tokenTimer.cancel();
    closeTimer?.cancel();
  });
  const respond = (bytes: Uint8Array | undefined): void => {
    if (isOver) return;
    if (bytes === undefined) end(policyViolation);
    else socket.send(bytes, { binary: true });
  };
  socket.on('message', (data, isBinary) => {
    if (isOver) return;
    const bytes = data as Buffer;
    if (!isBinary) end(policyViolation);
    else if (exchange.hasBegun) respond(exchange.answer(bytes));
    else
      exchange.begin(bytes).then(respond, () => {
        end(policyViolation);
      });
  });
}

class Exchange {
  readonly #o: EchoOptions;
  #state: 'new' | 'checking' | 'known' = 'new';
  #nonce: Uint8Array = new Uint8Array();
  #sentMs = 0;
  #leastMs = Number.POSITIVE_INFINITY;
  #roundsLeft: number = bounds.echoRoundsMax;

  constructor(o: EchoOptions) {
    this.#o = o;
  }

  get hasBegun(): boolean {
    return this.#state !== 'new';
  }
  get isVerified(): boolean {
    return this.#state === 'known';
  }

  /** Takes the token and returns the first nonce; undefined: malformed. Rejects when the token opens no room. */
  async begin(token: Buffer): Promise<Uint8Array | undefined> {
    this.#state = 'checking';
    if (token.byteLength < bounds.echoBytes || token.byteLength > bounds.echoTokenBytesMax) return undefined;
    await this.#o.verify(token.toString('utf8'));
    this.#state = 'known';
    return this.#next(undefined);
  }

  /** Takes a returned nonce and returns the answer; undefined: a wrong nonce, or too many. */
  answer(bytes: Buffer): Uint8Array | undefined {
    const rttMs = this.#o.clock.nowMs() - this.#sentMs;
    if (this.#state !== 'known' || bytes.byteLength !== bounds.echoBytes || this.#roundsLeft === 0) return undefined;
    if (!bytes.subarray(0, NONCE_BYTES).equals(this.#nonce)) return undefined;
    this.#roundsLeft -= 1;
    this.#leastMs = Math.min(this.#leastMs, rttMs);
    return this.#next(this.#o.seal(this.#leastMs));
  }

  #next(receipt: Uint8Array | undefined): Uint8Array {
    const answer = new Uint8Array(bounds.echoBytes);
    this.#nonce = this.#o.rng.bytes(NONCE_BYTES);
    answer.set(this.#nonce);
    if (receipt?.byteLength === bounds.echoReceiptBytes) answer.set(receipt, NONCE_BYTES);
    this.#sentMs = this.#o.clock.nowMs();
    return answer;
  }
}
