// The world map as a stream, computed once for all watchers while there are any. The service owns and closes the feed.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { timeText } from '../http/time.ts';
import type { CentreViews } from './centre-views.ts';
import { changeBetween, type LiveView, type World, worldOf } from './core/world.ts';
import { EventStream, type Sink } from './event-stream.ts';
import type { World as ShownWorld } from './schemas.ts';

/** Interval of updates. The centre is also asked this often, so a shorter interval would find nothing new. */
const EVERY_MS = 2000;
const BEAT_MS = 15_000;
/** Longest time that a watcher keeps its stream after losing the right to it. */
const CHECK_MS = 5000;
/** Operators are few, and each stream holds up to a megabyte of unread events. */
export const STREAMS_MAX = 50;

export type CutCause = 'slow' | 'refused';

export interface Watcher {
  readonly sink: Sink;
  /** Rejects, or resolves with false, when the watcher's token or session has ended or lost the scope. */
  mayWatch(): Promise<boolean>;
}

export interface WorldFeedOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly views: Pick<CentreViews, 'latest' | 'centreState'>;
  readonly live: { view(): Promise<LiveView> };
  /** Reports a stream that the feed ended. */
  onCut?(cause: CutCause): void;
  onStreams?(count: number): void;
}

interface Open {
  readonly stream: EventStream;
  readonly watcher: Watcher;
  /** True after the first event, which includes all earlier changes. */
  hasWorld: boolean;
}

export class WorldFeed {
  readonly #o: WorldFeedOptions;
  readonly #open = new Set<Open>();
  #seq = 0;
  #world: World | undefined;
  #updating: Promise<World> | undefined;
  #timers: Timer[] = [];
  #isClosed = false;

  constructor(o: WorldFeedOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Rejects if the sessions' records cannot be read. */
  async current(): Promise<ShownWorld> {
    return shownWorld(await this.#updateOnce());
  }

  /** Throws OVERLOADED if there are STREAMS_MAX streams, SHUTTING_DOWN after `close`; rejects like `current`. */
  async watch(watcher: Watcher): Promise<EventStream> {
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    if (this.#open.size >= STREAMS_MAX)
      throw new MeridianError('OVERLOADED', `${STREAMS_MAX} streams of the world map are open here`, {
        retryAfterMs: 5000,
      });
    const onGone = (): void => this.#remove(one);
    const one: Open = {
      stream: new EventStream({ clock: this.#o.clock, sink: watcher.sink, onGone }),
      watcher,
      hasWorld: false,
    };
    this.#open.add(one);
    this.#o.onStreams?.(this.#open.size);
    if (this.#open.size === 1) this.#start();
    try {
      await this.#updateOnce();
      this.#sendWorld(one);
    } catch (error) {
      one.stream.cut();
      this.#remove(one);
      throw error;
    }
    return one.stream;
  }

  close(): void {
    this.#isClosed = true;
    for (const { stream } of this.#open) stream.end();
    this.#stop();
  }

  #start(): void {
    const { clock } = this.#o;
    this.#timers = [
      clock.every(EVERY_MS, () => this.#update()),
      clock.every(BEAT_MS, () => this.#forEachStream(({ stream }) => stream.beat())),
      clock.every(CHECK_MS, () => this.#forEachStream((one) => void this.#check(one))),
    ];
  }

  #stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#world = undefined;
  }

  #remove(one: Open): void {
    if (!this.#open.delete(one)) return;
    this.#o.onStreams?.(this.#open.size);
    if (this.#open.size === 0) this.#stop();
  }

  #update(): void {
    this.#forEachStream((one) => {
      if (one.stream.isStuck) this.#cut(one, 'slow');
    });
    this.#updateOnce().catch((error: unknown) =>
      this.#o.log.warn({ err: error }, 'the world map could not be computed'),
    );
  }

  /** Computes the world, and sends the change to watchers that have a world. Concurrent callers share the result. */
  #updateOnce(): Promise<World> {
    this.#updating ??= this.#compute().finally(() => {
      this.#updating = undefined;
    });
    return this.#updating;
  }

  async #compute(): Promise<World> {
    const { views, live, clock } = this.#o;
    const [cloud, view] = await Promise.all([views.latest(), live.view()]);
    const before = this.#world;
    const made = worldOf({
      ...cloud,
      live: view,
      centre: views.centreState,
      seq: this.#seq,
      atMs: clock.wallMs(),
    });
    const change = before && changeBetween(before, made);
    if (before !== undefined && change === undefined) return before;
    this.#seq += 1;
    const world = { ...made, seq: this.#seq };
    // Without a stream, no world is kept, and the next stream begins with a new one.
    this.#world = this.#open.size > 0 ? world : undefined;
    if (change !== undefined) {
      const text = JSON.stringify(shownWorld({ ...change, seq: this.#seq }));
      this.#forEachStream(({ stream, hasWorld }) => hasWorld && stream.send('change', this.#seq, text));
    }
    return world;
  }

  #sendWorld(one: Open): void {
    const world = this.#world;
    if (world === undefined || one.hasWorld) return;
    one.hasWorld = true;
    one.stream.send('world', world.seq, JSON.stringify(shownWorld(world)));
  }

  async #check(one: Open): Promise<void> {
    let isStillAllowed = false;
    try {
      isStillAllowed = await one.watcher.mayWatch();
    } catch (error) {
      this.#o.log.info({ err: error }, 'a stream of the world map ends: its watcher may no longer watch');
    }
    if (isStillAllowed || !this.#open.has(one)) return;
    this.#o.onCut?.('refused');
    one.stream.end();
    this.#remove(one);
  }

  #cut(one: Open, cause: CutCause): void {
    this.#o.onCut?.(cause);
    one.stream.cut();
    this.#remove(one); // Removed now, because its end comes later: so the cut counts once.
  }

  #forEachStream(act: (one: Open) => unknown): void {
    for (const one of [...this.#open]) act(one);
  }
}

function shownWorld<T extends World>({ atMs, ...rest }: T): Omit<T, 'atMs'> & { at: string } {
  return { ...rest, at: timeText(atMs) };
}
