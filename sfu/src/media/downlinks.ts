// Watches the downlinks of sessions that receive single-layer video (in names: singles), and holds back streams that do
// not fit (core/downlink.ts decides). A node asks its worker about at most `sessionsPerTick` transports per tick; the
// other sessions are checked in the next ticks.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type DownlinkState, initialDownlink, type SingleStream, stepDownlink } from '../core/index.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { Outbox } from './shapes.ts';
import type { Subscription } from './subscription.ts';
import type { NodeTrack } from './track.ts';

/** Four checks a second notice within half a second that excess traffic loses audio. */
const tickMs = 250;
const sessionsPerTick = 64;
/** Lifetime of a producer's cached bitrate, which all its receivers share. */
const rateFreshMs = 500;
/** The estimate of a nearly idle transport does not rise above its start value (client-transport.ts). */
const ceilingBps = 1_500_000;

export interface DownlinksPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  readonly outbox: Outbox;
}

export class Downlinks {
  readonly #ports: DownlinksPorts;
  readonly #states = new WeakMap<Session, DownlinkState>();
  readonly #askedCounts = new WeakMap<Session, number>();
  readonly #rates = new WeakMap<NodeTrack, { bps: number; atMs: number }>();
  #timer: Timer | undefined;
  #nextIndex = 0;
  #isStepping = false;

  constructor(ports: DownlinksPorts) {
    this.#ports = ports;
  }

  /** Idempotent. */
  start(): void {
    this.#timer ??= this.#ports.clock.every(tickMs, () => {
      this.stepSessions().catch((error: unknown) =>
        this.#ports.log.warn({ err: error }, 'the downlinks could not be checked'),
      );
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Checks at most `sessionsPerTick` sessions, in rotation; does nothing while an earlier check is still running. */
  async stepSessions(): Promise<void> {
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      const watchedSessions = [...this.#ports.rooms.sessions.values()].filter(
        (session) => singleLayerSubscriptionsOf(session).length > 0,
      );
      const from = watchedSessions.length <= sessionsPerTick ? 0 : this.#nextIndex % watchedSessions.length;
      this.#nextIndex = from + sessionsPerTick;
      const batch = [...watchedSessions.slice(from), ...watchedSessions.slice(0, from)].slice(0, sessionsPerTick);
      await Promise.all(batch.map((session) => this.#stepSession(session)));
    } finally {
      this.#isStepping = false;
    }
  }

  async #stepSession(session: Session): Promise<void> {
    const { availableBps, lossShare } = await session.recv.downlink();
    if (availableBps === undefined || session.closed) return;
    const running = [...session.subscriptions.values()].filter(
      ({ isWanted, consumer }) => isWanted && !consumer.producerPaused,
    );
    const audio = await this.#ratesOf(running.filter(({ consumer }) => consumer.kind === 'audio'));
    const singles = singleLayerSubscriptionsOf(session);
    const rates = await this.#ratesOf(singles);
    const rttMs = await this.#roundTripOf(session, singles);
    if (session.closed) return;
    const streams = singles.map(
      (subscription, index): SingleStream => ({
        key: subscription.trackId, // the track outlives the consumer when it moves
        bps: rates[index] ?? 0,
        priority: priorityOf(subscription),
      }),
    );
    const step = stepDownlink(this.#states.get(session) ?? initialDownlink, {
      nowMs: this.#ports.clock.nowMs(),
      availableBps,
      lossShare,
      rttMs,
      ceilingBps,
      audioBps: audio.reduce((sum, bps) => sum + bps, 0),
      layeredCount: running.filter(({ consumer }) => isVideo(consumer) && consumer.layerKind !== 'simple').length,
      singles: streams,
    });
    this.#states.set(session, step.state);
    this.#ports.log.debug(
      { availableBps, lossShare, rttMs, streams, hold: step.hold, release: step.release },
      'downlink',
    );
    for (const subscription of singles) {
      const isHeld = step.state.held.has(subscription.trackId);
      if (subscription.isHeldFor('downlink') === isHeld) continue;
      this.#ports.log.info(
        { ...session.at, trackId: subscription.trackId, isHeld, availableBps, lossShare },
        'downlink',
      );
      await subscription.setHold('downlink', isHeld);
      if (session.subscriptions.get(subscription.trackId) === subscription)
        this.#ports.outbox.consumerChanged(session.signalingId, session.at, subscription.state());
    }
  }

  /**
   * Returns the round trip of one single-layer stream that is not held, another stream at each call. Audio does not
   * help: its sender reports go out every 5 s, those of video every second.
   */
  async #roundTripOf(session: Session, singles: readonly Subscription[]): Promise<number | undefined> {
    const sent = singles.filter((subscription) => !subscription.isHeldFor('downlink'));
    const askedCount = (this.#askedCounts.get(session) ?? 0) + 1;
    this.#askedCounts.set(session, askedCount);
    return await sent[askedCount % Math.max(1, sent.length)]?.consumer.roundTripMs();
  }

  /** Returns the bitrates of the subscriptions' producers, the most that their consumers can get; cached. */
  #ratesOf(subscriptions: readonly Subscription[]): Promise<number[]> {
    const nowMs = this.#ports.clock.nowMs();
    return Promise.all(
      subscriptions.map(async ({ track }) => {
        const cachedRate = this.#rates.get(track);
        if (cachedRate !== undefined && nowMs - cachedRate.atMs < rateFreshMs) return cachedRate.bps;
        const bps = await track.producer.bitrateBps();
        this.#rates.set(track, { bps, atMs: nowMs });
        return bps;
      }),
    );
  }
}

const isVideo = (consumer: { readonly kind: string }): boolean => consumer.kind === 'video';

/** Returns the subscriptions to single-layer video that the session wants, held back or not. */
const singleLayerSubscriptionsOf = (session: Session): Subscription[] =>
  [...session.subscriptions.values()].filter(
    ({ isWanted, consumer }) =>
      isWanted && isVideo(consumer) && consumer.layerKind === 'simple' && !consumer.producerPaused,
  );

/** Returns the priority that the subscriber set; by default a screen comes before a camera. */
const priorityOf = ({ preferences, track }: Subscription): number =>
  preferences.priority > 0 ? preferences.priority : track.info.source === 'screen_share' ? 2 : 1;
