// Round trips to the signalling instances, measured beside the call and told with the next Join: the scheduling centre learns which city is
// near. Best effort by nature: an instance that does not answer is simply not in the list.
import type { Candidate } from './entry.ts';

export interface EchoTime {
  readonly signalingId: string;
  readonly rttMs: number;
}

const probesPerCandidate = 3; // the least of three: one may meet a busy moment
const probeTimeoutMs = 3000;
const keptMax = 8; // the door refuses a Join with more
const keptForMs = 10 * 60_000;

/** What this page has measured lately; one per page, because the network is the page's, not the room's. */
export class EchoBook {
  readonly #times = new Map<string, { rttMs: number; takenMs: number }>();

  put(signalingId: string, rttMs: number, nowMs: number): void {
    this.#times.delete(signalingId);
    this.#times.set(signalingId, { rttMs, takenMs: nowMs });
    const oldest = this.#times.keys().next().value;
    if (this.#times.size > keptMax && oldest !== undefined) this.#times.delete(oldest);
  }

  list(nowMs: number): EchoTime[] {
    return [...this.#times]
      .filter(([, entry]) => nowMs - entry.takenMs < keptForMs)
      .map(([signalingId, entry]) => ({ signalingId, rttMs: entry.rttMs }));
  }
}

/** Measures every candidate that has an echo address, one after another so that they do not disturb each other. */
export async function measureEchoes(
  candidates: readonly Candidate[],
  book: EchoBook,
  signal: AbortSignal,
): Promise<void> {
  for (const candidate of candidates) {
    if (signal.aborted) return;
    if (!/^wss?:\/\//.test(candidate.echoUrl)) continue;
    const rttMs = await echoRttMs(candidate.echoUrl, signal);
    if (rttMs !== undefined) book.put(candidate.signalingId, rttMs, performance.now());
  }
}

/** The least round trip of three probes; undefined when there was no answer in time. */
function echoRttMs(url: string, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const times: number[] = [];
    let sentMs = 0;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close(1000);
      resolve(times.length === 0 ? undefined : Math.min(...times));
    };
    const probe = (): void => {
      sentMs = performance.now();
      socket.send(new Uint8Array(8));
    };
    const timer = setTimeout(finish, probeTimeoutMs);
    signal.addEventListener('abort', finish, { once: true });
    socket.onopen = probe;
    socket.onclose = finish;
    socket.onmessage = () => {
      times.push(performance.now() - sentMs);
      if (times.length < probesPerCandidate) probe();
      else finish();
    };
  });
}
