// Runs rounds of tests one after another, with a report after each.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { Booking } from './adapters/booking.ts';
import { DialApi } from './adapters/dial-api.ts';
import { Encoder } from './adapters/encoder.ts';
import { TesterKeys } from './adapters/tester-keys.ts';
import { Call } from './call.ts';
import type { TesterSettings } from './core/messages.ts';
import type { Result } from './core/results.ts';
import { extraOf, pauseMsOf, stayMsOf } from './core/schedule.ts';
import { type DeadGateway, deadGateway, type Targets } from './core/targets.ts';
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
  readonly #keys: TesterKeys;
  readonly #booking: Booking;
  readonly #reports: Reports;
  readonly #end = new AbortController();
  #targets: Targets = { signaling: [], gateways: [] };
  #dead: DeadGateway | undefined;
  #call: Call | undefined;
  #encoder: Encoder | undefined;
  #round = 0;
  #running: Promise<void> | undefined;

  constructor(o: TesterOptions) {
    const { settings, clock, log } = o;
    const { apiUrl, key, secret, hostId } = settings;
    this.#o = o;
    this.#keys = new TesterKeys({ key, secret, clock });
    const api = new DialApi(apiUrl, this.#keys);
    this.#booking = new Booking(api, clock, hostId);
    this.#reports = new Reports({
      log,
      send: async (body) => {
        await api.call({ method: 'POST', path: '/dial-reports', scope: 'dial:report', body });
      },
    });
  }

  aim(targets: Targets): void {
    this.#targets = targets;
    this.#lookForDead();
  }

  #lookForDead(): void {
    const { clock, settings } = this.#o;
    const { region } = settings;
    this.#dead = deadGateway(this.#dead, this.#targets.gateways, { region, nowMs: clock.nowMs() });
  }

  start(): void {
    this.#running ??= this.#rounds();
  }

  /** Leaves the room at once and starts nothing more. Resolves when everything is closed. Idempotent. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#call?.close();
    this.#reports.close();
    await this.#running;
  }

  async #rounds(): Promise<void> {
    const { settings, clock, rng, log } = this.#o;
    const { probe, hostId, region, everyS } = settings;
    const everyMs = everyS * 1000;
    this.#encoder = await Encoder.make(settings.stateDir, this.#end.signal);
    if (this.#encoder === undefined) log.warn('no ffmpeg with libx264 and aac: streams are not tested');
    // The first round starts at a random time of a period, so that hosts that start together do not join together.
    await this.#pause(rng.next() * everyMs);
    await this.#booking.cleanUp().catch((error: unknown) => {
      log.warn({ why: String(error) }, 'meetings that an earlier tester left behind could not be cancelled');
    });
    while (!this.#end.signal.aborted) {
      const startedMs = clock.nowMs();
      const results = await this.#oneRound(everyMs);
      if (this.#end.signal.aborted) return;
      log.debug({ results }, 'a round is over');
      for (const result of results.filter(({ isOk }) => !isOk)) log.info({ result }, 'a dial test failed');
      this.#reports.add({ probe, hostId, region, everyS, results });
      await this.#pause(pauseMsOf(everyMs, clock.nowMs() - startedMs, () => rng.next()));
    }
  }

  async #oneRound(everyMs: number): Promise<Result[]> {
    const { settings, clock, rng, log } = this.#o;
    const { region, hostId } = settings;
    const entries = this.#targets.signaling.filter((one) => one.region === region);
    // Rounds use the entries in turn, so that each is tested.
    const entryUrl = entries[this.#round % Math.max(entries.length, 1)]?.url;
    const call = new Call({
      region,
      hostId,
      entryUrl,
      stayMs: stayMsOf(everyMs),
      keys: this.#keys,
      clock,
      rng,
      log,
    });
    this.#call = call;
    const calling = call.run();
    // The extra test waits until the call is set up, so that it does not affect the call's times.
    await call.settled;
    const extra = this.#end.signal.aborted ? undefined : await this.#extra();
    const results = await calling;
    this.#call = undefined;
    this.#round += 1;
    return extra === undefined ? results : [...results, extra];
  }

  async #extra(): Promise<Result | undefined> {
    const { settings, clock } = this.#o;
    const round = this.#round;
    const extra = extraOf(round);
    if (extra === 'booking') return this.#booking.test();
    if (extra !== 'stream') return undefined;
    // ffmpeg may have been installed meanwhile
    this.#encoder ??= await Encoder.make(settings.stateDir, this.#end.signal);
    if (this.#encoder === undefined) return undefined;
    const { region, hostId } = settings;
    this.#lookForDead();
    return testStream({
      region,
      hostId,
      gateways: this.#targets.gateways,
      dead: this.#dead?.gateway,
      encoder: this.#encoder,
      keys: this.#keys,
      clock,
      turn: Math.floor(round / 3),
      signal: this.#end.signal,
    });
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#end;
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
