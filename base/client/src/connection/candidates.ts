// Which signaling nodes there are, which of them failed lately, and how to get a socket to one.
import { isRefusal, MeridianClientError } from '../errors.ts';
import { type Candidate, fetchEntry } from './entry.ts';
import { type OpenSocket, type RaceResult, race } from './race.ts';
import { closeCode } from './socket-port.ts';
import type { SocketSource } from './socket-source.ts';

const failedForMs = 30_000; // a candidate that failed is tried last for so long

/** Something begun ahead, perhaps still under way. The taker uses it or discards it. */
export interface Begun<T> {
  readonly value: Promise<T>;
  /** Gives it up; idempotent. */
  discard(): void;
}
/** What was begun before connect(): each is used once. */
export interface CandidatesAhead {
  readonly candidates: Begun<readonly Candidate[]> | undefined;
  readonly socket: Begun<RaceResult> | undefined;
}

export class Candidates implements SocketSource {
  readonly #entryUrls: readonly string[];
  readonly #fromCity: string | undefined;
  readonly #failedAtMs = new Map<string, number>(); // bounded: only ids of `list`, which has at most five, are kept
  #list: readonly Candidate[] = [];
  readonly #openSocket: OpenSocket | undefined;
  #candidatesAhead: CandidatesAhead['candidates'];
  #socketAhead: CandidatesAhead['socket'];
  /** Of the socket that `open` answered last. */
  #opened: Candidate | undefined;

  constructor(o: {
    entryUrls: readonly string[];
    fromCity?: string | undefined;
    ahead?: CandidatesAhead | undefined;
    openSocket?: OpenSocket | undefined;
  }) {
    this.#candidatesAhead = o.ahead?.candidates;
    this.#socketAhead = o.ahead?.socket;
    this.#entryUrls = o.entryUrls;
    this.#fromCity = o.fromCity;
    this.#openSocket = o.openSocket;
  }

  get list(): readonly Candidate[] {
    return this.#list;
  }

  /** Asks the entry addresses, the first time for what was asked ahead; rejects as `fetchCandidates`. */
  async fetch(signal: AbortSignal): Promise<void> {
    const ahead = this.#candidatesAhead;
    this.#candidatesAhead = undefined;
    const early = await settled(ahead, signal);
    this.#list = early ?? (await fetchCandidates(this.#entryUrls, { fromCity: this.#fromCity, signal }));
    const known = new Set(this.#list.map((candidate) => candidate.signalingId));
    for (const id of [...this.#failedAtMs.keys()]) if (!known.has(id)) this.#failedAtMs.delete(id);
  }

  /** Newer candidates when the entry answers; the known ones when it does not. */
  async refresh(signal: AbortSignal): Promise<void> {
    try {
      await this.fetch(signal);
    } catch (error) {
      if (this.#list.length === 0 || signal.aborted) throw error;
    }
  }

  /** The candidate of the last socket is tried last for a while. */
  failed(): void {
    if (this.#opened !== undefined) this.#failedAtMs.set(this.#opened.signalingId, performance.now());
  }

  /**
   * A socket to the first candidate that answers: the one opened ahead if it is still open. Rejects with SOCKET_FAILED.
   */
  async open(signal: AbortSignal): Promise<RaceResult> {
    const result = await this.#open(signal);
    this.#opened = result.candidate;
    return result;
  }

  async #open(signal: AbortSignal): Promise<RaceResult> {
    const ahead = this.#socketAhead;
    this.#socketAhead = undefined;
    const early = await settled(ahead, signal);
    if (early !== undefined && !early.socket.closed) return early;
    const nowMs = performance.now();
    const failedLately = ({ signalingId }: Candidate): number =>
      nowMs - (this.#failedAtMs.get(signalingId) ?? Number.NEGATIVE_INFINITY) < failedForMs ? 1 : 0;
    const inTurn = [...this.#list].sort((a, b) => failedLately(a) - failedLately(b));
    return openCandidate(inTurn, signal, this.#openSocket);
  }

  /** Gives up what was begun ahead and never used; idempotent. */
  close(): void {
    this.#candidatesAhead?.discard();
    this.#socketAhead?.discard();
  }
}

/** Asks the entry addresses one after another; rejects with what the last one said. */
export async function fetchCandidates(
  entryUrls: readonly string[],
  { fromCity, signal }: { fromCity: string | undefined; signal: AbortSignal },
): Promise<readonly Candidate[]> {
  let failure: unknown = new MeridianClientError('ARGUMENT_INVALID', 'no entry address');
  for (const entryUrl of entryUrls) {
    try {
      return await fetchEntry(entryUrl, { ...(fromCity === undefined ? {} : { fromCity }), signal });
    } catch (error) {
      failure = error;
      if (signal.aborted || isRefusal(error)) break; // the others would say the same
    }
  }
  throw failure;
}

/** A socket to the first of these that answers. Rejects with SOCKET_FAILED. */
export async function openCandidate(
  candidates: readonly Candidate[],
  signal: AbortSignal,
  openSocket?: OpenSocket,
): Promise<RaceResult> {
  const result = await race(candidates, signal, openSocket);
  if (!signal.aborted) return result;
  result.socket.close(closeCode.raceLost, new MeridianClientError('SOCKET_FAILED'));
  throw new MeridianClientError('SOCKET_FAILED', 'given up');
}

/** What was begun ahead, when it works; undefined when there is nothing or it failed. `signal` gives it up. */
async function settled<T>(begun: Begun<T> | undefined, signal: AbortSignal): Promise<T | undefined> {
  if (begun === undefined) return undefined;
  const giveUp = (): void => begun.discard();
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await begun.value;
  } catch {
    return undefined; // the caller does it anew, and reports that failure
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
