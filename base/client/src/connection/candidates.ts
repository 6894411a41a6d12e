// Knows the candidates for signaling nodes and their recent failures, and opens a socket to one.
import { isRefusal, MeridianClientError } from '../errors.ts';
import { type Candidate, fetchEntry, fetchRefusal } from './entry.ts';
import { type OpenSocket, type RaceResult, race } from './race.ts';
import { closeCode } from './socket-port.ts';
import type { SocketSource } from './socket-source.ts';

const failedForMs = 30_000; // a failed candidate is tried last for this time

/** Work begun ahead, perhaps still under way. The taker uses or discards it. */
export interface Prefetched<T> {
  readonly value: Promise<T>;
  /** Idempotent. */
  discard(): void;
}
export interface CandidatesAhead {
  readonly candidates: Prefetched<readonly Candidate[]> | undefined;
  readonly socket: Prefetched<RaceResult> | undefined;
}

export class Candidates implements SocketSource {
  readonly #entryUrls: readonly string[];
  readonly #fromCity: string | undefined;
  readonly #failedAtMs = new Map<string, number>(); // bounded: only ids of `list`, which has at most five, are kept
  #list: readonly Candidate[] = [];
  readonly #openSocket: OpenSocket | undefined;
  #candidatesAhead: CandidatesAhead['candidates'];
  #socketAhead: CandidatesAhead['socket'];
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

  /** Fetches candidates from the entry addresses, or takes those fetched ahead; rejects like `fetchCandidates`. */
  async fetch(signal: AbortSignal): Promise<void> {
    const ahead = this.#candidatesAhead;
    this.#candidatesAhead = undefined;
    const prefetched = await awaitPrefetched(ahead, signal);
    this.#list = prefetched ?? (await fetchCandidates(this.#entryUrls, { fromCity: this.#fromCity, signal }));
    const known = new Set(this.#list.map((candidate) => candidate.signalingId));
    for (const id of [...this.#failedAtMs.keys()]) if (!known.has(id)) this.#failedAtMs.delete(id);
  }

  /** Updates the candidates; keeps the known ones when the entry does not answer. */
  async refresh(signal: AbortSignal): Promise<void> {
    try {
      await this.fetch(signal);
    } catch (error) {
      if (this.#list.length === 0 || signal.aborted) throw error;
    }
  }

  failed(): void {
    if (this.#opened !== undefined) this.#failedAtMs.set(this.#opened.signalingId, performance.now());
  }

  /** Opens a socket to the first candidate that answers, or takes the one opened ahead. Rejects with SOCKET_FAILED. */
  async open(signal: AbortSignal): Promise<RaceResult> {
    const result = await this.#open(signal);
    this.#opened = result.candidate;
    return result;
  }

  async #open(signal: AbortSignal): Promise<RaceResult> {
    const ahead = this.#socketAhead;
    this.#socketAhead = undefined;
    const prefetchedSocket = await awaitPrefetched(ahead, signal);
    if (prefetchedSocket !== undefined && !prefetchedSocket.socket.closed) return prefetchedSocket;
    const nowMs = performance.now();
    const failedRecently = ({ signalingId }: Candidate): number =>
      nowMs - (this.#failedAtMs.get(signalingId) ?? Number.NEGATIVE_INFINITY) < failedForMs ? 1 : 0;
    const inTurn = [...this.#list].sort((a, b) => failedRecently(a) - failedRecently(b));
    return openCandidate(inTurn, signal, this.#openSocket);
  }

  close(): void {
    this.#candidatesAhead?.discard();
    this.#socketAhead?.discard();
  }
}

/** Queries the entry addresses one after another; rejects with the error of the last. */
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
      if (signal.aborted || isRefusal(error)) break; // the other addresses would refuse as well
    }
  }
  throw failure;
}

/** Opens a socket to the first candidate that answers. Rejects with the reason of the first, or SOCKET_FAILED. */
export async function openCandidate(
  candidates: readonly Candidate[],
  signal: AbortSignal,
  openSocket?: OpenSocket,
): Promise<RaceResult> {
  const result = await race(candidates, signal, openSocket).catch(async (error: unknown) => {
    const [first] = candidates;
    const isOfPlatform = openSocket === undefined && first !== undefined && !signal.aborted;
    throw (isOfPlatform ? await fetchRefusal(first.url, signal) : undefined) ?? error;
  });
  if (!signal.aborted) return result;
  result.socket.close(closeCode.raceLost, new MeridianClientError('SOCKET_FAILED'));
  throw new MeridianClientError('SOCKET_FAILED', 'given up');
}

async function awaitPrefetched<T>(prefetched: Prefetched<T> | undefined, signal: AbortSignal): Promise<T | undefined> {
  if (prefetched === undefined) return undefined;
  const giveUp = (): void => prefetched.discard();
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await prefetched.value;
  } catch {
    return undefined; // the caller repeats the work and reports that failure
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
