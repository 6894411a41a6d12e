// Posts events to a server until it takes them, each independently; beyond a bound the oldest is dropped.
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** Bound of queued events: twice the number of encoders of a gateway. */
export const QUEUED_EVENTS_MAX = 1000;
/** Bound of simultaneous posts, which protects a slow server. */
export const POSTS_IN_FLIGHT_MAX = 8;

export interface EventQueueOptions {
  /** Resolves true when the server has taken the event. Must not reject or hang. */
  post(body: string): Promise<boolean>;
  pauseMs(attempts: number): number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const CLOSE_MS = 2000;

interface QueuedEvent {
  readonly body: string;
  attempts: number;
  pause: Timer | undefined;
}

export class EventQueue {
  readonly #o: EventQueueOptions;
  /** Events that are not taken, the oldest first. */
  readonly #all = new Set<QueuedEvent>();
  readonly #ready: QueuedEvent[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #isClosing = false;

  constructor(o: EventQueueOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#all.size;
  }

  add(body: string): void {
    const [oldest] = this.#all;
    if (this.#all.size >= QUEUED_EVENTS_MAX && oldest !== undefined) {
      this.#drop(oldest);
      this.#o.log.warn({ waiting: QUEUED_EVENTS_MAX }, 'a hook takes too little: its oldest event is lost');
    }
    const done: QueuedEvent = { body, attempts: 0, pause: undefined };
    this.#all.add(done);
    this.#ready.push(done);
    this.#pump();
  }

  /** Posts each event once more and gives up on failures; resolves when done. Idempotent. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const done of this.#all) {
      if (done.pause === undefined) continue;
      done.pause.cancel();
      done.pause = undefined;
      this.#ready.push(done);
    }
    this.#pump();
    const late = this.#o.clock.after(CLOSE_MS, () => {
      for (const done of this.#ready.splice(0)) this.#drop(done);
    });
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
    late.cancel();
  }

  #pump(): void {
    while (this.#inFlight.size < POSTS_IN_FLIGHT_MAX) {
      const done = this.#ready.shift();
      if (done === undefined) return;
      if (!this.#all.has(done)) continue;
      const sending = this.#send(done).finally(() => {
        this.#inFlight.delete(sending);
        this.#pump();
      });
      this.#inFlight.add(sending);
    }
  }

  async #send(event: QueuedEvent): Promise<void> {
    const isTaken = await this.#o.post(event.body);
    event.attempts += 1;
    const pauseMs = isTaken || this.#isClosing ? undefined : this.#o.pauseMs(event.attempts);
    if (pauseMs === undefined || !this.#all.has(event)) {
      this.#drop(event);
      if (!isTaken) this.#o.log.warn({ attempts: event.attempts }, 'a hook did not take an event, which is lost');
      return;
    }
    event.pause = this.#o.clock.after(pauseMs, () => {
      event.pause = undefined;
      this.#ready.push(event);
      this.#pump();
    });
  }

  #drop(event: QueuedEvent): void {
    event.pause?.cancel();
    this.#all.delete(event);
  }
}
