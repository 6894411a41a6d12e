// Runs rounds of tests one after another, with a report after each.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { BookingTest } from './adapters/booking.ts';
import { DialApi } from './adapters/dial-api.ts';
import { Encoder } from './adapters/encoder.ts';
import { TesterTokens } from './adapters/tester-tokens.ts';
import { Call } from './call.ts';
import type { Result } from './core/results.ts';
import { extraTestOf, pauseMsOf, stayMsOf } from './core/schedule.ts';
import { type DeadGateway, deadGatewayOf, type Targets } from './core/targets.ts';
import type { TesterSettings } from './core/tester-messages.ts';
import { Reports } from './reports.ts';
import { testStream } from './stream.ts';

export interface TesterOptions {
  readonly settings: TesterSettings;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

export class Tester {
  readonly #o: TesterOptions;
  readonly #tokens: TesterTokens;
  readonly #booking: BookingTest;
  readonly #reports: Reports;
  readonly #abort = new AbortController();
  #targets: Targets = { signaling: [], gateways: [] };
  #deadGateway: DeadGateway | undefined;
  #call: Call | undefined;
  #encoder: Encoder | undefined;
  #round = 0;
  #running: Promise<void> | undefined;

  constructor(o: TesterOptions) {
    const { settings, clock, log } = o;
    const { apiUrl, key, secret, hostId } = settings;
    this.#o = o;
    this.#tokens = new TesterTokens({ key, secret, clock });
    const api = new DialApi(apiUrl, this.#tokens);
    this.#booking = new BookingTest(api, clock, hostId);
    this.#reports = new Reports({
      log,
      send: async (body) => {
        await api.call({ method: 'POST', path: '/dial-reports', scope: 'dial:report', body });
      },
    });
  }

  setTargets(targets: Targets): void {
    this.#targets = targets;
    this.#updateDeadGateway();
  }

  #updateDeadGateway(): void {
    const { clock, settings } = this.#o;
    const { region } = settings;
    this.#deadGateway = deadGatewayOf(this.#deadGateway, this.#targets.gateways, { region, nowMs: clock.nowMs() });
  }

  start(): void {
    this.#running ??= this.#runRounds();
  }

  /** Leaves the room at once and starts no further test. Resolves when the round has ended. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#call?.close();
    this.#reports.close();
    await this.#running;
  }

  async #runRounds(): Promise<void> {
    const { settings, clock, rng, log } = this.#o;
    const { probe, hostId, region, everyS } = settings;
    const everyMs = everyS * 1000;
    this.#encoder = await Encoder.make(settings.stateDir, this.#abort.signal);
    if (this.#encoder === undefined) log.warn('no ffmpeg with libx264 and aac: streams are not tested');
    // The first round starts at a random time of a period, so that hosts that start together do not join together.
    await this.#pause(rng.next() * everyMs);
    await this.#booking.cleanUp().catch((error: unknown) => {
      log.warn({ why: String(error) }, 'meetings that an earlier tester left behind could not be cancelled');
    });
    while (!this.#abort.signal.aborted) {
      const startedMs = clock.nowMs();
      const results = await this.#runRound(everyMs);
      if (this.#abort.signal.aborted) return;
      log.debug({ results }, 'a round is over');
      for (const result of results.filter(({ isOk }) => !isOk)) log.info({ result }, 'a dial test failed');
      this.#reports.add({ probe, hostId, region, everyS, results });
      await this.#pause(pauseMsOf(everyMs, clock.nowMs() - startedMs, () => rng.next()));
    }
  }

  async #runRound(everyMs: number): Promise<Result[]> {
    const { settings, clock, rng, log } = this.#o;
    const { region, hostId } = settings;
    const entries = this.#targets.signaling.filter((one) => one.region === region);
    // Rounds use the signaling nodes of the region one after another, so that each is tested.
    const entryUrl = entries[this.#round % Math.max(entries.length, 1)]?.url;
    const call = new Call({
      region,
      hostId,
      entryUrl,
      stayMs: stayMsOf(everyMs),
      tokens: this.#tokens,
      clock,
      rng,
      log,
    });
    this.#call = call;
    const calling = call.run();
    // The extra test waits until the call is set up, so that it does not affect the call's times.
    await call.settled;
    const extraResult = this.#abort.signal.aborted ? undefined : await this.#runExtraTest();
    const results = await calling;
    this.#call = undefined;
    this.#round += 1;
    return extraResult === undefined ? results : [...results, extraResult];
  }

  async #runExtraTest(): Promise<Result | undefined> {
    const { settings, clock } = this.#o;
    const round = this.#round;
    const extra = extraTestOf(round);
    if (extra === 'booking') return this.#booking.test();
    if (extra !== 'stream') return undefined;
    // ffmpeg may have been installed meanwhile
    this.#encoder ??= await Encoder.make(settings.stateDir, this.#abort.signal);
    if (this.#encoder === undefined) return undefined;
    const { region, hostId } = settings;
    this.#updateDeadGateway();
    return testStream({
      region,
      hostId,
      gateways: this.#targets.gateways,
      deadGateway: this.#deadGateway?.gateway,
      encoder: this.#encoder,
      keys: this.#tokens,
      clock,
      turn: Math.floor(round / 3),
      signal: this.#abort.signal,
    });
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#abort;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#o.clock.after(ms, done);
      signal.addEventListener('abort', done);
    });
  }
}
