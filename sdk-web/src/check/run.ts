// Runs a connection check: devices and service at once; then every media path at once; then a measured stream over the
// best path from one session to another.
import {
  asClientError,
  type Candidate,
  closeCode,
  fetchCandidates,
  MeridianClientError,
  openCandidate,
  placementOf,
  type RaceResult,
  readToken,
} from '@meridian/client';
import { SiteTimer } from '../connection/site-timer.ts';
import { downlinkOf, initialPace, isEnough, nextPace, pairOf, type TestPace, uplinkOf } from '../core/check-results.ts';
import { type Attempt, attemptsOf, type Way, ways } from '../core/check-ways.ts';
import type { StatsReading } from '../core/stats.ts';
import { prepare } from '../media/preparation.ts';
import type { TokenSource } from '../types.ts';
import { CheckSession, type CheckTransport } from './check-session.ts';
import { checkCamera, checkMicrophone } from './devices.ts';
import { Lifetime } from './lifetime.ts';
import { type PartName, ReportBuilder } from './report-builder.ts';
import { noiseTrack, toneTrack } from './sources.ts';
import type { CheckOptions, CheckReport, CheckSignaling } from './types.ts';

/** Longest time that the check's Join waits for the round trips to sites; a call would send them after its Join. */
const timingMsMax = 1000;
/** Time for ICE and DTLS over a slow path with a lost packet or two; a blocked path never reports anything. */
const connectMsMax = 7000;
/** Time that a better path gets once a lesser one works; after it, a call would use the lesser one. */
const betterPathMs = 2500;
const pingCount = 5;
/** Limit on a measurement, in which a sender that can raise its rate does so. */
const measureMsMax = 8000;
const readPeriodMs = 250;
const nonceBytes = 18;

const callerErrors = new Set([
  'ARGUMENT_INVALID',
  'CITY_UNKNOWN',
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_YET_VALID',
  'TOKEN_REVOKED',
  'TOKEN_ROOM_MISMATCH',
  'NOT_PERMITTED',
  'FENCE_CONFLICT',
]);
const mediaParts = [...ways, 'uplink', 'downlink'] as const satisfies readonly PartName[];

export async function runCheck(
  entryUrls: readonly string[],
  token: TokenSource,
  options: CheckOptions,
): Promise<CheckReport> {
  const life = new Lifetime(options.signal);
  try {
    life.assertNotEnded();
    const tokenText = await life.within(readToken(token).catch(asTokenError), timingMsMax * 10);
    if (tokenText === undefined)
      throw new MeridianClientError('TOKEN_MISSING', 'the token function did not answer in time');
    const book = new ReportBuilder(options.onProgress);
    await Promise.all([
      checkCamera(book, life, options.camera ?? true),
      checkMicrophone(book, life, options.microphone ?? true),
      new ServiceCheck({ entryUrls, token: tokenText, fromCity: options.fromCity, book, life }).run(),
    ]);
    return book.finish();
  } finally {
    life.close();
  }
}

const asTokenError = (error: unknown): never => {
  throw asClientError(error, 'TOKEN_MISSING');
};

interface Passed {
  readonly session: CheckSession;
  readonly attempt: Attempt;
  readonly transport: CheckTransport;
}

interface ServiceCheckOptions {
  readonly entryUrls: readonly string[];
  readonly token: string;
  readonly fromCity: string | undefined;
  readonly book: ReportBuilder;
  readonly life: Lifetime;
}

class ServiceCheck {
  readonly #o: ServiceCheckOptions;
  readonly #nonce = randomText();
  readonly #preparation = prepare();
  readonly #sessions: CheckSession[] = [];
  #candidate: Candidate | undefined;

  constructor(o: ServiceCheckOptions) {
    this.#o = o;
    this.#preparation.catch(() => undefined); // the first Join reports it
  }

  /** Resolves when all parts are finished. Rejects with errors of the caller (`callerErrors`). */
  async run(): Promise<void> {
    const { book } = this.#o;
    const first = await this.#reachService();
    if (first === undefined) return book.skipRest(mediaParts, 'NO_SIGNALING');
    await Promise.all([this.#explainPlacement(first), this.#testMedia(first)]);
  }

  async #reachService(): Promise<CheckSession | undefined> {
    const { book, life } = this.#o;
    book.begin('signaling');
    let reached: CheckSignaling | undefined;
    try {
      const startMs = performance.now();
      const { socket, candidate } = await this.#open();
      const { signalingId, url } = candidate;
      reached = { signalingId, url, connectMs: Math.round(performance.now() - startMs) };
      book.begin('signaling', reached);
      const session = await this.#join(socket);
      const rtts: number[] = [];
      for (let at = 0; at < pingCount; at += 1) rtts.push(await session.ping());
      const rttMs = Math.round(Math.min(...rtts) * 10) / 10;
      book.pass('signaling', Object.assign({}, reached, { rttMs }));
      return session;
    } catch (error) {
      life.assertNotEnded();
      const { code } = this.#failureOf(error);
      book.fail('signaling', code, reached);
      return undefined;
    }
  }

  #failureOf(error: unknown): MeridianClientError {
    const failure = asClientError(error, 'MEDIA_FAILED');
    if (callerErrors.has(failure.code)) throw failure;
    return failure;
  }

  /** Opens a socket to the signaling node that a call would use; measures nearby sites before the Join. */
  async #open(): Promise<RaceResult> {
    const { entryUrls, fromCity, token, life } = this.#o;
    const { signal } = life;
    const candidates = await fetchCandidates(entryUrls, { fromCity, signal });
    const sites = new SiteTimer(
      () => candidates,
      () => false,
    );
    life.add(() => sites.close());
    sites.timeEntrySites(() => Promise.resolve(token));
    const result = await openCandidate(candidates, signal);
    this.#candidate = result.candidate;
    // Until the Join no session owns the socket, so it is closed here if the check is aborted.
    life.add(() => result.socket.close(closeCode.left, new MeridianClientError('CONNECT_ABORTED')));
    await life.within(sites.settled, timingMsMax);
    this.#knownTimes = sites.takeKnown();
    return result;
  }
  #knownTimes: ReturnType<SiteTimer['takeKnown']> = [];

  async #join(socket: RaceResult['socket']): Promise<CheckSession> {
    const { token, fromCity = '', life } = this.#o;
    const preparation = await this.#preparation;
    const echoTimes = this.#knownTimes;
    const session = await CheckSession.join({
      socket,
      token,
      nonce: this.#nonce,
      fromCity,
      echoTimes,
      preparation,
      life,
    });
    this.#sessions.push(session);
    return session;
  }

  async #joinAnother(): Promise<CheckSession> {
    const { life } = this.#o;
    if (this.#candidate === undefined) throw new MeridianClientError('INTERNAL', 'no signaling node was reached');
    const { socket } = await openCandidate([this.#candidate], life.signal);
    return await this.#join(socket);
  }

  async #explainPlacement(session: CheckSession): Promise<void> {
    const reasons = await session.reasons();
    const placement = placementOf(session.joined, undefined);
    const { nodeId, region, city, latitude, longitude, signalingId, signalingRegion } = placement;
    const { locationSource, locationLabel, locationRadiusKm } = placement;
    const node = { nodeId, region, city, latitude, longitude, signalingId, signalingRegion };
    const location = { locationSource, locationLabel, locationRadiusKm };
    this.#o.book.setPlacement(Object.assign({}, node, location, { reasons: [...reasons] }));
  }

  async #testMedia(first: CheckSession): Promise<void> {
    const { book } = this.#o;
    let isFree = true;
    const sessionFor = async (): Promise<CheckSession> => {
      if (!isFree) return await this.#joinAnother();
      isFree = false;
      return first;
    };
    const attempts = ways.map((way) => this.#tryWay(way, first, sessionFor));
    const best = await this.#bestPassed(attempts);
    if (best === undefined) book.skipRest(['uplink', 'downlink'], 'NO_MEDIA_PATH');
    else await this.#measure(best);
    const others = await Promise.all(attempts);
    for (const one of others) one?.transport.close();
  }

  /** Returns the best path that works. Once one works, better paths get `betterPathMs` longer. */
  async #bestPassed(tried: readonly Promise<Passed | undefined>[]): Promise<Passed | undefined> {
    const { life } = this.#o;
    const results: (Passed | undefined)[] = [];
    const first = Promise.withResolvers<void>();
    const attempts = tried.map(async (one, index) => {
      results[index] = await one;
      if (results[index] !== undefined) first.resolve();
    });
    const allTried = Promise.all(attempts);
    await Promise.race([allTried, first.promise]);
    const better = async (): Promise<void> => {
      for (const [index, one] of attempts.entries()) {
        await one;
        if (results[index] !== undefined) return;
      }
    };
    await life.within(better(), betterPathMs);
    return results.find((one) => one !== undefined);
  }

  /** Tries a path; returns undefined when the service does not offer it or no attempt works. */
  async #tryWay(
    way: Way,
    { candidates, turnServers }: CheckSession,
    sessionFor: () => Promise<CheckSession>,
  ): Promise<Passed | undefined> {
    const { book, life } = this.#o;
    const offered = attemptsOf(way, candidates, turnServers);
    if (offered.length === 0) {
      book.skip(way, 'NOT_OFFERED');
      return undefined;
    }
    const targets = offered.flatMap((attempt) => attempt.targets);
    book.begin(way, { targets });
    try {
      const session = await sessionFor();
      // The session may be on another media node than the first session.
      for (const attempt of attemptsOf(way, session.candidates, session.turnServers)) {
        const passed = await this.#attempt(way, session, attempt);
        if (passed !== undefined) return passed;
      }
      book.fail(way, 'PATH_BLOCKED', { targets });
    } catch (error) {
      life.assertNotEnded();
      book.fail(way, this.#failureOf(error).code, { targets });
    }
    return undefined;
  }

  async #attempt(way: Way, session: CheckSession, attempt: Attempt): Promise<Passed | undefined> {
    const { book, life } = this.#o;
    const transport = session.sender(attempt);
    const startMs = performance.now();
    await transport.send(toneTrack(life), { dtx: false });
    if (!(await transport.connects(life, connectMsMax))) {
      transport.close();
      return undefined;
    }
    const connectMs = Math.round(performance.now() - startMs);
    const { targets } = attempt;
    book.pass(way, Object.assign({ targets, connectMs }, pairOf(await transport.entries())));
    return { session, attempt, transport };
  }

  async #measure({ session, attempt, transport }: Passed): Promise<void> {
    const { book, life } = this.#o;
    book.begin('uplink');
    book.begin('downlink');
    try {
      const otherSession = this.#sessions.find((one) => one !== session) ?? (await this.#joinAnother());
      const publish = { codec: 'vp8', simulcast: false, maxBitrateBps: initialPace(0).limitBps } as const;
      const trackId = await transport.send(noiseTrack(life), publish);
      const receiving = await otherSession.receiver(sameKindOf(attempt, otherSession), trackId);
      const { readings, pace } = await this.#run(transport, receiving);
      this.#conclude('uplink', uplinkOf(readings, pace));
      this.#conclude('downlink', downlinkOf(readings, pace));
    } catch (error) {
      life.assertNotEnded();
      const { code } = this.#failureOf(error);
      book.fail('uplink', code);
      book.fail('downlink', code);
    }
  }

  async #run(
    transport: CheckTransport,
    receiving: CheckTransport,
  ): Promise<{ readings: StatsReading[]; pace: TestPace }> {
    const { book, life } = this.#o;
    const readings: StatsReading[] = [];
    const startMs = performance.now();
    let pace = initialPace(startMs);
    while (performance.now() - startMs < measureMsMax) {
      readings.push(await readingOf(transport, receiving));
      book.begin('uplink', uplinkOf(readings, pace));
      book.begin('downlink', downlinkOf(readings, pace));
      if (isEnough(readings, pace)) break;
      const next = nextPace(pace, readings);
      if (next !== pace) await transport.limitVideo(next.limitBps);
      pace = next;
      await life.wait(readPeriodMs);
    }
    return { readings, pace };
  }

  #conclude<Name extends 'uplink' | 'downlink'>(name: Name, value: CheckReport[Name]['value']): void {
    const { book } = this.#o;
    if (value === undefined) book.fail(name, 'TOO_SHORT');
    else book.pass(name, value as Parameters<typeof book.pass<Name>>[1]);
  }
}

function sameKindOf(attempt: Attempt, session: CheckSession): Attempt {
  const isRelayed = attempt.turnServers.length > 0;
  for (const way of ways) {
    const currentAttempt = attemptsOf(way, session.candidates, session.turnServers).find(
      ({ turnServers, targets }) => turnServers.length > 0 === isRelayed && isSameKind(targets, attempt.targets),
    );
    if (currentAttempt !== undefined) return currentAttempt;
  }
  return attempt;
}

const isSameKind = ([a]: Attempt['targets'], [b]: Attempt['targets']): boolean =>
  a?.protocol === b?.protocol && (a?.port === 443) === (b?.port === 443);

const readingOf = async (sending: CheckTransport, receiving: CheckTransport): Promise<StatsReading> => {
  const [send, recv] = await Promise.all([sending.entries(), receiving.entries()]);
  return { takenMs: performance.now(), send, recv };
};

function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(nonceBytes));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
