// Preparation before connect(), when the page expects the user to join: device and certificates, the entry's answer,
// round trips to its instances, and for a short time an open socket. connect() takes what is ready and does the rest
// itself, so a failed preparation is not reported.
import {
  type Candidate,
  type CandidatesAhead,
  closeCode,
  isRefusal,
  MeridianClientError,
  type Prefetched,
  type RaceResult,
} from '@meridian/client';
import type { Preparation } from './media/preparation.ts';
import type { WarmMedia } from './media/warm.ts';
import type { TokenSource } from './types.ts';

export interface PreparationsPorts {
  prepareMedia(): Promise<Preparation>;
  fetchCandidates(target: Target, signal: AbortSignal): Promise<readonly Candidate[]>;
  openSocket(candidates: readonly Candidate[], signal: AbortSignal): Promise<RaceResult>;
  /** Begins to measure round trips to the candidates for the coming Join; `close` stops the measurements. */
  timeSites(candidates: readonly Candidate[], token: TokenSource): { close(): void };
  /** Connects to the media node before the join; undefined when the join has to be a cold one. */
  warm(
    open: RaceResult,
    preparation: Preparation,
    o: { readonly token: TokenSource; readonly fromCity: string | undefined },
  ): Promise<WarmMedia | undefined>;
  /** Monotonic, milliseconds. */
  now(): number;
}
export interface Target {
  readonly entryUrls: readonly string[];
  readonly fromCity: string | undefined;
}
export interface TakenPreparations extends CandidatesAhead {
  readonly media: Promise<Preparation> | undefined;
  readonly warm: WarmAhead | undefined;
}
/** Connected transports, perhaps still on their way; they belong to the socket that was opened ahead. */
export interface WarmAhead {
  readonly token: TokenSource;
  media: WarmMedia | undefined;
  readonly done: Promise<void>;
  /** Idempotent. */
  close(): void;
}
interface Prepared<T> extends Prefetched<T> {
  readonly key: string;
  readonly startedMs: number;
}
interface PreparedSocket extends Prepared<RaceResult> {
  open: RaceResult | undefined;
  warm: WarmAhead | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const mediaFreshMs = 3600_000; // certificates live for a day
const candidatesFreshMs = 60_000;
const socketLifetimeMs = 4000; // the signaling node closes a silent socket after 5 s
const warmMarginMs = 1000; // so that no join begins on a socket that is about to end
// Limit per `socketsPeriodMs`: a signaling node allows 64 sockets per address, which a whole office may share.
const socketsMax = 2;
const socketsPeriodMs = 60_000;

export class Preparations {
  readonly #ports: PreparationsPorts;
  #media: { readonly startedMs: number; readonly value: Promise<Preparation> } | undefined;
  #candidates: Prepared<readonly Candidate[]> | undefined;
  #socket: PreparedSocket | undefined;
  #timing: { readonly of: Promise<readonly Candidate[]>; sites: { close(): void } | undefined } | undefined;
  #socketOpenedMs: number[] = [];

  constructor(ports: PreparationsPorts) {
    this.#ports = ports;
  }

  /** Resolves when all is done, with the entry's refusal if there is one. Never rejects. */
  async prepare(
    target: Target,
    o: { openSocket: boolean; token?: TokenSource | undefined; warm?: boolean },
  ): Promise<MeridianClientError | undefined> {
    const key = keyOf(target);
    const media = this.#freshMedia() ?? this.#prepareMedia();
    const candidates = this.#freshCandidates(key) ?? this.#fetchCandidates(target, key);
    const warmToken = o.warm === true ? o.token : undefined;
    const isWanted = o.openSocket || warmToken !== undefined;
    const socket = isWanted ? (this.#liveSocket(key, warmToken) ?? this.#openSocket(key, candidates.value)) : undefined;
    if (socket !== undefined && warmToken !== undefined) this.#warm(socket, media, { ...target, token: warmToken });
    if (o.token !== undefined) this.#timeSites(candidates.value, o.token);
    const [, candidatesResult] = await Promise.allSettled([media, candidates.value, socket?.value, socket?.warm?.done]);
    return candidatesResult.status === 'rejected' && isRefusal(candidatesResult.reason)
      ? candidatesResult.reason
      : undefined;
  }

  /** Hands over the preparations for this target that are still fresh; discards all others. */
  take(target: Target): TakenPreparations {
    const key = keyOf(target);
    const socket = this.#liveSocket(key);
    const taken = { media: this.#freshMedia(), candidates: this.#freshCandidates(key), socket, warm: socket?.warm };
    clearTimeout(taken.socket?.timer);
    if (taken.candidates !== undefined) this.#candidates = undefined;
    if (taken.socket !== undefined) this.#socket = undefined;
    if (taken.media !== undefined) this.#media = undefined;
    this.cancel();
    return taken;
  }

  cancel(): void {
    this.#dropMedia();
    this.#candidates?.discard();
    this.#candidates = undefined;
    this.#dropSocket();
    this.#timing?.sites?.close();
    this.#timing = undefined;
  }

  #timeSites(candidates: Promise<readonly Candidate[]>, token: TokenSource): void {
    if (this.#timing?.of === candidates) return;
    this.#timing?.sites?.close();
    const timing = { of: candidates, sites: undefined as { close(): void } | undefined };
    this.#timing = timing;
    const startTimer = (list: readonly Candidate[]): void => {
      if (this.#timing === timing) timing.sites = this.#ports.timeSites(list, token);
    };
    candidates.then(startTimer, () => undefined); // connect() asks the entry again, and reports the failure
  }

  #freshMedia(): Promise<Preparation> | undefined {
    const media = this.#media;
    return media !== undefined && this.#isFresh(media, mediaFreshMs) ? media.value : undefined;
  }

  #prepareMedia(): Promise<Preparation> {
    this.#dropMedia();
    const media = { startedMs: this.#ports.now(), value: this.#ports.prepareMedia() };
    this.#media = media;
    media.value.catch(() => {
      if (this.#media === media) this.#media = undefined; // connect() tries again, and reports the failure
    });
    return media.value;
  }

  #dropMedia(): void {
    this.#media?.value.then(
      ({ trial }) => trial?.close(),
      () => undefined, // a failed preparation has opened nothing
    );
    this.#media = undefined;
  }

  #freshCandidates(key: string): Prepared<readonly Candidate[]> | undefined {
    const candidates = this.#candidates;
    return candidates?.key === key && this.#isFresh(candidates, candidatesFreshMs) ? candidates : undefined;
  }

  #fetchCandidates(target: Target, key: string): Prepared<readonly Candidate[]> {
    this.#candidates?.discard();
    const abort = new AbortController();
    const candidates = {
      key,
      startedMs: this.#ports.now(),
      value: this.#ports.fetchCandidates(target, abort.signal),
      discard: () => abort.abort(),
    };
    this.#candidates = candidates;
    candidates.value.catch((error: unknown) => {
      // A refusal is an answer that stays fresh like any other; within that time only connect() asks again.
      if (this.#candidates === candidates && !isRefusal(error)) this.#candidates = undefined;
    });
    return candidates;
  }

  /** Returns the kept socket unless it was closed meanwhile, or is warm for another token than this one. */
  #liveSocket(key: string, token?: TokenSource): PreparedSocket | undefined {
    const socket = this.#socket;
    if (socket?.key !== key || socket.open?.socket.closed === true) return undefined;
    const [warmToken = token] = [socket.warm?.token];
    return typeof token === 'string' && warmToken !== token ? undefined : socket;
  }

  #warm(prepared: PreparedSocket, media: Promise<Preparation>, o: Target & { readonly token: TokenSource }): void {
    if (prepared.warm !== undefined) return;
    let isClosed = false;
    const begin = async (): Promise<void> => {
      const [open, preparation] = await Promise.all([prepared.value, media]);
      const made = await this.#ports.warm(open, preparation, o);
      warm.media = made;
      if (isClosed) made?.close();
      else if (made !== undefined && this.#socket === prepared) {
        clearTimeout(prepared.timer);
        prepared.timer = setTimeout(() => this.#dropIf(prepared), made.livesMs - warmMarginMs);
      }
    };
    const warm: WarmAhead = {
      token: o.token,
      media: undefined,
      done: begin().catch(() => undefined), // connect() joins without it
      close: () => {
        isClosed = true;
        warm.media?.close();
      },
    };
    prepared.warm = warm;
  }

  #openSocket(key: string, candidates: Promise<readonly Candidate[]>): PreparedSocket | undefined {
    this.#dropSocket();
    const startedMs = this.#ports.now();
    this.#socketOpenedMs = this.#socketOpenedMs.filter((openedMs) => startedMs - openedMs < socketsPeriodMs);
    if (this.#socketOpenedMs.length >= socketsMax) return undefined;
    this.#socketOpenedMs.push(startedMs);
    const abort = new AbortController();
    const value = candidates.then((list) => this.#ports.openSocket(list, abort.signal));
    const discard = (): void => {
      abort.abort();
      prepared.warm?.close();
      value.then(closeUnused, () => undefined); // a socket that did not open needs no closing
    };
    const prepared: PreparedSocket = {
      key,
      startedMs,
      value,
      discard,
      open: undefined,
      warm: undefined,
      timer: undefined,
    };
    this.#socket = prepared;
    value.then(
      (open) => {
        prepared.open = open;
        if (this.#socket === prepared) prepared.timer = setTimeout(() => this.#dropIf(prepared), socketLifetimeMs);
      },
      () => this.#dropIf(prepared),
    );
    return prepared;
  }

  #dropIf(kept: PreparedSocket): void {
    if (this.#socket === kept) this.#dropSocket();
  }

  #dropSocket(): void {
    clearTimeout(this.#socket?.timer);
    this.#socket?.discard();
    this.#socket = undefined;
  }

  #isFresh({ startedMs }: { readonly startedMs: number }, freshMs: number): boolean {
    return this.#ports.now() - startedMs < freshMs;
  }
}

function closeUnused({ socket }: RaceResult): void {
  socket.close(closeCode.left, new MeridianClientError('CONNECTION_CLOSED'));
}

const keyOf = ({ entryUrls, fromCity }: Target): string => JSON.stringify([entryUrls, fromCity ?? '']);
