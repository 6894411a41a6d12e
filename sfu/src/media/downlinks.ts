// Watches the downlinks of sessions that receive single-layer video (in names: singles), and holds back streams that do
// not fit (core/downlink.ts decides). A check asks the worker for the statistics of a session. It takes place only
// while the downlink may lack room: the worker reports estimates by itself, and a track's bitrate, which is measured
// once a second, is shared by its receivers. The other sessions rest: they are looked at once a second, and when their
// estimate or the number of their subscriptions changes. Their round trips are sampled in turn, since a path may change
// unnoticed.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import {
  type DownlinkState,
  type DownlinkView,
  hasRoom,
  initialDownlink,
  restDownlink,
  type SingleStream,
  sampleRoundTrip,
  stepDownlink,
} from '../core/index.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { Outbox } from './shapes.ts';
import type { Subscription } from './subscription.ts';
import type { NodeTrack } from './track.ts';

/** Four checks a second notice within half a second that excess traffic loses audio. */
const tickMs = 250;
const sessionsPerTick = 64;
/** Ticks between two looks at a session that rests. */
const restingTicks = 4;
/** Lifetimes of a track's cached bitrate: while a receiver is checked, and, at each look, while all rest. */
const rateFreshMs = 500;
const restingRateFreshMs = { video: 750, audio: 10_000 };
const restingRatesPerLook = 64;
/** The estimate of a nearly idle transport does not rise above its start value (client-transport.ts). */
const ceilingBps = 1_500_000;

export interface DownlinksPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  readonly outbox: Outbox;
}

/** A look at a session that rests. */
interface Look {
  readonly tick: number;
  readonly estimateBps: number | undefined;
  readonly subscriptionCount: number;
}

interface Rate {
  bps: number;
  atMs: number;
  /** Question to the worker that is under way. */
  asking: Promise<void> | undefined;
}

export class Downlinks {
  readonly #ports: DownlinksPorts;
  readonly #states = new WeakMap<Session, DownlinkState>();
  readonly #askedCounts = new WeakMap<Session, number>();
  readonly #rates = new WeakMap<NodeTrack, Rate>();
  readonly #looks = new WeakMap<Session, Look>();
  #timer: Timer | undefined;
  #tick = 0;
  #nextIndex = 0;
  #nextRestingIndex = 0;
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

  /**
   * Checks at most `sessionsPerTick` sessions that may lack room, in rotation, and lets the others rest. Does nothing
   * while an earlier call is still running.
   */
  async stepSessions(): Promise<void> {
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      this.#tick += 1;
      const looksAtAll = this.#tick % restingTicks === 0;
      const looked = [...this.#ports.rooms.sessions.values()]
        .filter((session) => looksAtAll || this.#hasNews(session))
        .map((session) => ({ session, streams: streamsOf(session) }));
      if (looksAtAll) await this.#refreshRates(new Set(looked.flatMap(({ streams }) => measuredTracks(streams))));
      const due: Session[] = [];
      const resting: Session[] = [];
      for (const { session, streams } of looked) {
        if (session.closed) continue;
        if (!this.#rests(session, streams)) {
          this.#looks.delete(session);
          due.push(session);
          continue;
        }
        this.#looks.set(session, this.#look(session));
        if (streams.singles.length > 0) resting.push(session);
      }
      const dueTurn = turnOf(due, this.#nextIndex, sessionsPerTick);
      this.#nextIndex += sessionsPerTick;
      await Promise.all([
        ...(looksAtAll ? [this.#sampleRoundTrip(resting)] : []),
        ...dueTurn.map((session) => this.#stepSession(session)),
      ]);
    } finally {
      this.#isStepping = false;
    }
  }

  #look(session: Session): Look {
    const estimateBps = session.recvTransport?.estimateBps;
    return { tick: this.#tick, estimateBps, subscriptionCount: session.subscriptions.size };
  }

  #hasNews(session: Session): boolean {
    const look = this.#looks.get(session);
    return (
      look === undefined ||
      look.estimateBps !== session.recvTransport?.estimateBps ||
      look.subscriptionCount !== session.subscriptions.size
    );
  }

  /** Decides by the known figures whether a session needs no check, and lets one that rests pass its steps. */
  #rests(session: Session, streams: Streams): boolean {
    if (streams.singles.length === 0) return true;
    const state = this.#states.get(session);
    if (state === undefined) return false;
    const availableBps = session.recv.estimateBps;
    if (availableBps === undefined) return true;
    const knownRates = (subscriptions: readonly Subscription[]): number[] =>
      subscriptions.map(({ track }) => this.#rates.get(track)?.bps ?? 0);
    const { audio, singles } = streams;
    const view = viewOf(streams, { availableBps, audio: knownRates(audio), singles: knownRates(singles) });
    if (!hasRoom(state, view)) return false;
    const steps = this.#tick - (this.#looks.get(session)?.tick ?? this.#tick - 1);
    this.#states.set(session, restDownlink(state, availableBps, steps));
    return true;
  }

  /** Samples the round trip of the next resting session. */
  async #sampleRoundTrip(resting: readonly Session[]): Promise<void> {
    const session = resting[this.#nextRestingIndex % Math.max(1, resting.length)];
    this.#nextRestingIndex += 1;
    if (session?.recv.estimateBps === undefined) return;
    const rttMs = await this.#roundTripOf(session, streamsOf(session).singles);
    const state = this.#states.get(session);
    if (state !== undefined && rttMs !== undefined) this.#states.set(session, sampleRoundTrip(state, rttMs));
  }

  async #stepSession(session: Session): Promise<void> {
    if (!this.#states.has(session)) this.#states.set(session, initialDownlink);
    await session.recv.followEstimate();
    const { availableBps, lossShare } = await session.recv.downlink();
    if (availableBps === undefined || session.closed) return;
    const streams = streamsOf(session);
    const { singles } = streams;
    const rates = await Promise.all([this.#ratesOf(streams.audio), this.#ratesOf(singles)]);
    const rttMs = await this.#roundTripOf(session, singles);
    if (session.closed) return;
    const view = viewOf(streams, { availableBps, audio: rates[0], singles: rates[1] });
    const step = stepDownlink(this.#states.get(session) ?? initialDownlink, {
      ...view,
      nowMs: this.#ports.clock.nowMs(),
      lossShare,
      rttMs,
      ceilingBps,
    });
    this.#states.set(session, step.state);
    this.#ports.log.debug(
      { availableBps, lossShare, rttMs, streams: view.singles, hold: step.hold, release: step.release },
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
    return Promise.all(
      subscriptions.map(async ({ track }) => {
        if (this.#rateAgeMs(track) >= rateFreshMs) await this.#measureRate(track);
        return this.#rates.get(track)?.bps ?? 0;
      }),
    );
  }

  /** Measures the oldest bitrates of tracks. */
  async #refreshRates(tracks: Iterable<NodeTrack>): Promise<void> {
    const dueTracks = [...tracks]
      .map((track) => ({ track, ageMs: this.#rateAgeMs(track) }))
      .filter(({ track, ageMs }) => ageMs >= restingRateFreshMs[track.producer.kind])
      .sort((a, b) => b.ageMs - a.ageMs);
    await Promise.all(dueTracks.slice(0, restingRatesPerLook).map(({ track }) => this.#measureRate(track)));
  }

  #rateAgeMs(track: NodeTrack): number {
    return this.#ports.clock.nowMs() - (this.#rates.get(track)?.atMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Measures the bitrate of a track. Calls during a measurement share it. */
  #measureRate(track: NodeTrack): Promise<void> {
    const rate: Rate = this.#rates.get(track) ?? { bps: 0, atMs: Number.NEGATIVE_INFINITY, asking: undefined };
    this.#rates.set(track, rate);
    rate.asking ??= this.#askRate(track, rate).finally(() => {
      rate.asking = undefined;
    });
    return rate.asking;
  }

  async #askRate(track: NodeTrack, rate: Rate): Promise<void> {
    const atMs = this.#ports.clock.nowMs();
    rate.bps = await track.producer.bitrateBps();
    rate.atMs = atMs;
  }
}

/** Streams of a session that flow unless this file holds them. */
interface Streams {
  readonly audio: readonly Subscription[];
  readonly layeredCount: number;
  readonly singles: readonly Subscription[];
}

function streamsOf(session: Session): Streams {
  const audio: Subscription[] = [];
  const singles: Subscription[] = [];
  let layeredCount = 0;
  for (const subscription of session.subscriptions.values()) {
    const { isWanted, consumer } = subscription;
    if (!isWanted || consumer.producerPaused) continue;
    if (consumer.kind === 'audio') audio.push(subscription);
    else if (consumer.layerKind === 'simple') singles.push(subscription);
    else layeredCount += 1;
  }
  return { audio, layeredCount, singles };
}

/** Returns the tracks whose bitrates decide whether a session may rest. */
const measuredTracks = ({ audio, singles }: Streams): NodeTrack[] =>
  singles.length === 0 ? [] : [...singles, ...audio].map(({ track }) => track);

type KnownView = Pick<DownlinkView, 'availableBps' | 'audioBps' | 'layeredCount' | 'singles'>;

/** `rates`: bitrates of `streams`, in the same order. */
const viewOf = (
  streams: Streams,
  rates: { availableBps: number; audio: readonly number[]; singles: readonly number[] },
): KnownView => ({
  availableBps: rates.availableBps,
  audioBps: rates.audio.reduce((sum, bps) => sum + bps, 0),
  layeredCount: streams.layeredCount,
  singles: streams.singles.map(
    (subscription, index): SingleStream => ({
      key: subscription.trackId, // the track outlives the consumer when it moves
      bps: rates.singles[index] ?? 0,
      priority: priorityOf(subscription),
    }),
  ),
});

/** Returns at most `count` items, beginning with another one at each call. */
const turnOf = <T>(items: readonly T[], nextIndex: number, count: number): T[] => {
  const from = items.length <= count ? 0 : nextIndex % items.length;
  return [...items.slice(from), ...items.slice(0, from)].slice(0, count);
};

/** Returns the priority that the subscriber set; by default a screen comes before a camera. */
const priorityOf = ({ preferences, track }: Subscription): number =>
  preferences.priority > 0 ? preferences.priority : track.info.source === 'screen_share' ? 2 : 1;
