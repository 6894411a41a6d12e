// Measures the round trip from this page to one signaling node over the node's echo socket: the page sends the token,
// then both sides exchange five small messages. The node measures too, and signs its result as a receipt; our own
// measurement is for display. There is no time of a node that does not answer.
import type { EchoSite, EchoTime } from '@meridian/client';

const messageBytes = 48; // the only size that the signaling node answers (signaling/src/limits.ts, echoBytes)
const nonceBytes = 16;
const receiptBytes = 25;
const roundsMax = 5; // the shortest counts, because the first warms up the connection and others may be delayed
const timeoutMs = 3000;
const timesMax = 8; // the signaling node refuses a Join with more
const freshMs = 5 * 60_000; // a receipt is good for ten minutes

/** Measured times. All rooms of a page share them, because they share its network. */
export class EchoTimes {
  readonly #times = new Map<string, EchoTime & { takenMs: number }>();

  put(time: EchoTime, nowMs: number): void {
    this.#times.delete(time.signalingId);
    this.#times.set(time.signalingId, { ...time, takenMs: nowMs });
    const oldest = this.#times.keys().next().value;
    if (this.#times.size > timesMax && oldest !== undefined) this.#times.delete(oldest);
  }

  list(nowMs: number): EchoTime[] {
    return [...this.#times.values()]
      .filter(({ takenMs }) => nowMs - takenMs < freshMs)
      .map(({ signalingId, rttMs, receipt }) => ({ signalingId, rttMs, receipt }));
  }

  clear(): void {
    this.#times.clear();
  }
}

/** Returns undefined without an answer within 3 s, or after `signal`. */
export function echoTime(site: EchoSite, token: string, signal: AbortSignal): Promise<EchoTime | undefined> {
  return new Promise((resolve) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(site.echoUrl);
    } catch {
      resolve(undefined); // the page may not connect to this address
      return;
    }
    socket.binaryType = 'arraybuffer';
    let sentMs = 0;
    let rounds = 0;
    let leastMs = Number.POSITIVE_INFINITY;
    let receipt: Uint8Array | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close(1000);
      resolve(receipt === undefined ? undefined : { signalingId: site.signalingId, rttMs: leastMs, receipt });
    };
    const send = (bytes: Uint8Array<ArrayBuffer>): void => {
      socket.send(bytes);
      sentMs = performance.now();
    };
    const timer = setTimeout(finish, timeoutMs);
    if (signal.aborted) {
      finish();
      return;
    }
    signal.addEventListener('abort', finish, { once: true });
    socket.onopen = () => send(new TextEncoder().encode(token));
    socket.onclose = finish;
    socket.onmessage = ({ data }) => {
      const tookMs = performance.now() - sentMs;
      if (!(data instanceof ArrayBuffer) || data.byteLength !== messageBytes) return finish();
      if (rounds > 0) {
        leastMs = Math.min(leastMs, tookMs); // without the first answer, which also waits for the check of the token
        receipt = receiptOf(new Uint8Array(data, nonceBytes, receiptBytes)) ?? receipt;
      }
      if (rounds === roundsMax) return finish();
      rounds += 1;
      const reply = new Uint8Array(messageBytes);
      reply.set(new Uint8Array(data, 0, nonceBytes));
      send(reply);
    };
  });
}

/** Returns undefined when the receipt is all zero (none). */
const receiptOf = (bytes: Uint8Array): Uint8Array | undefined =>
  bytes.some((byte) => byte !== 0) ? bytes.slice() : undefined;
