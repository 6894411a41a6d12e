// Connects to a foreign server and reconnects after each end, until closed.
import { MeridianClientError } from '@meridian/client';
import type { TargetAddresses } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import { failuresAfter } from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { redialPauseMs } from '../core/cdn/redial.ts';
import type { RtmpTarget } from '../core/cdn/target.ts';
import { type DropKind, Drops } from '../core/rtmp/drops.ts';
import type { RtmpMedia } from '../core/rtmp/media.ts';
import { type DialEnd, RtmpDial } from '../rtmp/dialer.ts';

export type RedialState = 'connecting' | 'live' | 'waiting';

export interface RedialStatus {
  readonly state: RedialState;
  readonly sinceWallMs: number;
  readonly attempts: number;
  readonly lastError?: DialEnd;
}

export interface RedialUser {
  /** Prepares the next connection. Rejects to prevent it. */
  prepare(): Promise<void>;
  ready(dial: RtmpDial): void;
  media(media: RtmpMedia): void;
  ended(): void;
}

export interface RedialBase {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly addresses: TargetAddresses;
  readonly ca?: string;
  /** Counts a dropped message of a server. */
  readonly onDrop?: (kind: DropKind) => void;
}

export interface RedialOptions extends RedialBase {
  readonly target: RtmpTarget;
  readonly role: 'publish' | 'play';
  readonly user: RedialUser;
}

export class Redial {
  readonly #o: RedialOptions;
  #state: RedialState = 'connecting';
  #sinceWallMs: number;
  #liveFromMs: number | undefined;
  #attempts = 0;
  #failures = 0;
  #lastError: DialEnd | undefined;
  #dial: RtmpDial | undefined;
  #drops = new Drops();
  readonly #loggedDrops = new Set<DropKind>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(o: RedialOptions) {
    this.#o = o;
    this.#sinceWallMs = o.clock.wallMs();
  }

  get status(): RedialStatus {
    const lastError = this.#lastError;
    return {
      state: this.#state,
      sinceWallMs: this.#sinceWallMs,
      attempts: this.#attempts,
      ...(lastError !== undefined && { lastError }),
    };
  }

  /** Messages of the present connection that were dropped; the user adds those that it does not understand. */
  get drops(): Drops {
    return this.#drops;
  }

  /** Dials. Rejects with TARGET_REFUSED, or as `prepare` does. */
  async start(): Promise<void> {
    const { addresses, clock, rng, ca, target, role, user } = this.#o;
    this.#setState('connecting');
    this.#attempts += 1;
    const address = await addresses.resolve(target.host, this.#attempts - 1);
    if (this.#isClosed) return;
    await user.prepare();
    if (this.#isClosed) return;
    const drops = new Drops((kind) => this.#onDrop(kind));
    this.#drops = drops;
    this.#loggedDrops.clear();
    const dial = new RtmpDial({
      drops,
      clock,
      rng,
      target,
      role,
      address,
      ...(ca !== undefined && { ca }),
      onReady: () => user.ready(dial),
      onMedia: (media) => user.media(media),
      onEnd: (end) => {
        this.#dial = undefined;
        user.ended();
        this.#scheduleRedial(end);
      },
    });
    this.#dial = dial;
  }

  /** Starts for the first time. With `keep` a failure is retried instead of thrown. */
  async begin(keep: boolean): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      if (!keep) throw error;
      this.#scheduleRedial(endOf(error, this.#o.log));
    }
  }

  /** Notes that the stream runs: accepted, or usable media came. */
  markLive(): void {
    this.#dial?.mediaTaken();
    if (this.#state !== 'connecting') return;
    this.#liveFromMs = this.#o.clock.nowMs();
    this.#setState('live');
  }

  fail(code: string, reason: string): void {
    this.#dial?.fail(code, reason);
  }

  /** Ends for good, without further calls to the user. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#dial?.close();
    this.#dial = undefined;
  }

  #scheduleRedial(end: DialEnd): void {
    if (this.#isClosed) return;
    const { clock, rng, log, target } = this.#o;
    const ranMs = this.#liveFromMs === undefined ? 0 : clock.nowMs() - this.#liveFromMs;
    this.#liveFromMs = undefined;
    this.#failures = failuresAfter(this.#failures, ranMs);
    this.#lastError = end;
    this.#setState('waiting');
    const pauseMs = redialPauseMs({ code: end.code, failures: this.#failures, random: rng.next() });
    log.info(
      { target: target.redactedUrl, ...end, failures: this.#failures, pauseMs },
      'a foreign server is dialled again',
    );
    this.#timer = clock.after(pauseMs, () => {
      this.start().catch((error: unknown) => this.#scheduleRedial(endOf(error, log)));
    });
  }

  /** Logs each kind once per connection. */
  #onDrop(kind: DropKind): void {
    this.#o.onDrop?.(kind);
    if (this.#loggedDrops.has(kind)) return;
    this.#loggedDrops.add(kind);
    this.#o.log.info({ target: this.#o.target.redactedUrl, kind }, 'RTMP messages are dropped');
  }

  #setState(state: RedialState): void {
    this.#state = state;
    this.#sinceWallMs = this.#o.clock.wallMs();
  }
}

function endOf(error: unknown, log: Logger): DialEnd {
  if (error instanceof MeridianError || error instanceof MeridianClientError)
    return { code: error.code, reason: error.message };
  log.error({ err: error }, 'dialling a foreign server failed');
  return { code: 'INTERNAL', reason: '' };
}
