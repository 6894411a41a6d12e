// Which signalling instances there are, which of them failed lately, and how to get a socket to one.
import { MeridianClientError } from '../errors.ts';
import { type Candidate, fetchEntry } from './entry.ts';
import { type RaceResult, race } from './race.ts';
import { closeCode } from './socket.ts';

const failedForMs = 30_000; // a candidate that failed is tried last for so long

export class Candidates {
  readonly #entryUrls: readonly string[];
  readonly #fromCity: string | undefined;
  readonly #failedAtMs = new Map<string, number>(); // bounded: only ids of `list`, which has at most five, are kept
  #list: readonly Candidate[] = [];

  constructor(o: { entryUrls: readonly string[]; fromCity: string | undefined }) {
    this.#entryUrls = o.entryUrls;
    this.#fromCity = o.fromCity;
  }

  get list(): readonly Candidate[] {
    return this.#list;
  }

  /** Asks the entry addresses one after another; rejects with what the last one said. */
  async fetch(signal: AbortSignal): Promise<void> {
    const o = { ...(this.#fromCity === undefined ? {} : { fromCity: this.#fromCity }), signal };
    let failure: unknown = new MeridianClientError('ARGUMENT_INVALID', 'no entry address');
    for (const entryUrl of this.#entryUrls) {
      try {
        this.#list = await fetchEntry(entryUrl, o);
        const known = new Set(this.#list.map((candidate) => candidate.signalingId));
        for (const id of [...this.#failedAtMs.keys()]) if (!known.has(id)) this.#failedAtMs.delete(id);
        return;
      } catch (error) {
        failure = error;
        if (signal.aborted) break;
      }
    }
    throw failure;
  }

  /** Newer candidates when the entry answers; the known ones when it does not. */
  async refresh(signal: AbortSignal): Promise<void> {
    try {
      await this.fetch(signal);
    } catch (error) {
      if (this.#list.length === 0 || signal.aborted) throw error;
    }
  }

  /** The candidate is tried last for a while. */
  failed(candidate: Candidate | undefined): void {
    if (candidate !== undefined) this.#failedAtMs.set(candidate.signalingId, performance.now());
  }

  /** A socket to the first candidate that answers. Rejects with SOCKET_FAILED. */
  async open(signal: AbortSignal): Promise<RaceResult> {
    const nowMs = performance.now();
    const failedLately = ({ signalingId }: Candidate): number =>
      nowMs - (this.#failedAtMs.get(signalingId) ?? Number.NEGATIVE_INFINITY) < failedForMs ? 1 : 0;
    const result = await race(
      [...this.#list].sort((a, b) => failedLately(a) - failedLately(b)),
      signal,
    );
    if (!signal.aborted) return result;
    result.socket.close(closeCode.raceLost, new MeridianClientError('SOCKET_FAILED'));
    throw new MeridianClientError('SOCKET_FAILED', 'given up');
  }
}
