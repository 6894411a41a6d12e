// Moves one track's subscribers from its old source to a new one, one by one (core/move.ts has the states).
import { errorInfoOf, Machine } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type MoveEffect, type MoveEvent, type MoveState, moveCommitMs, moveTable } from '../core/index.ts';
import type { Session } from './session.ts';
import type { Subscription } from './subscription.ts';
import type { NodeTrack } from './track.ts';

export interface TrackSource {
  readonly track: NodeTrack | undefined;
  want(wanter: string): Promise<NodeTrack>;
  unwant(wanter: string): void;
  end(event: 'close', reason: string): void;
}

export interface MovePorts {
  readonly clock: Clock;
  readonly log: Logger;
  subscribers(): Session[];
  /**
   * Creates a consumer of the new track beside the old one, and makes the new one the session's current subscription.
   */
  consumeBeside(session: Session, track: NodeTrack, old: Subscription): Promise<Subscription>;
  onRefused(session: Session, old: Subscription, reason: string): void;
  onMoved(session: Session, old: Subscription, fresh: Subscription): void;
  promote(): void;
  isServed(track: NodeTrack): boolean;
  onEnded(): void;
}

export class TrackMove {
  readonly oldSource: TrackSource;
  readonly newSource: TrackSource;
  readonly #wanterId: string;
  readonly #ports: MovePorts;
  readonly #machine: Machine<MoveState, MoveEvent, MoveEffect>;
  readonly #pairs = new Map<Session, { old: Subscription; fresh: Subscription }>();
  #isBuilding = false;
  #deadline: Timer | undefined;

  constructor(oldSource: TrackSource, newSource: TrackSource, epoch: number, ports: MovePorts) {
    this.oldSource = oldSource;
    this.newSource = newSource;
    this.#wanterId = `move ${epoch}`; // keeps the new pull until the subscribers have changed over
    this.#ports = ports;
    this.#machine = new Machine({ table: moveTable, initial: 'pulling', apply: (effect) => this.#effects[effect]() });
  }

  get state(): MoveState {
    return this.#machine.state;
  }

  /**
   * Resolves when each subscriber has a new consumer beside the old one. Rejects, changing nothing, if the pull fails.
   */
  async run(): Promise<void> {
    let track: NodeTrack;
    try {
      track = await this.newSource.want(this.#wanterId);
    } catch (error) {
      this.#machine.dispatch('refused');
      throw error;
    }
    if (this.state !== 'pulling') return;
    this.#isBuilding = true;
    this.#machine.dispatch('pulled');
    await this.#build(track);
    this.#isBuilding = false;
    this.#finishIfUnused();
  }

  /** Returns the consumer that a session is leaving, until the session has left it. */
  oldOf(session: Session): Subscription | undefined {
    return this.#pairs.get(session)?.old;
  }

  async commit(session: Session): Promise<void> {
    const pair = this.#pairs.get(session);
    if (pair === undefined) return;
    this.#pairs.delete(session);
    pair.old.close();
    this.#finishIfUnused();
    if (!pair.fresh.ready && !session.closed) await pair.fresh.start();
  }

  /** Ends the move if all subscribers and nodes have released the old producer. */
  finishIfUnused(): void {
    if (this.state === 'beside') this.#finishIfUnused();
  }

  end(event: 'oldLost' | 'close'): void {
    this.#machine.dispatch(event);
  }

  readonly #effects: Record<MoveEffect, () => void> = {
    build: () => this.#ports.promote(),
    startDeadline: () => {
      this.#deadline = this.#ports.clock.after(moveCommitMs, () => this.#machine.dispatch('commitDeadline'));
    },
    finish: () => {
      this.#deadline?.cancel();
      for (const session of [...this.#pairs.keys()]) {
        this.commit(session).catch((error: unknown) =>
          this.#ports.log.warn({ err: error }, 'a moved consumer did not start'),
        );
      }
      this.newSource.unwant(this.#wanterId);
      this.oldSource.end('close', 'moved to another carrier');
      this.#ports.onEnded();
    },
    abandon: () => {
      this.newSource.end('close', 'the move was given up');
      this.#ports.onEnded();
    },
  };

  /** Builds the new consumers one by one, because a burst of them would stall the consumers that are playing. */
  async #build(track: NodeTrack): Promise<void> {
    for (const session of this.#ports.subscribers()) {
      const old = session.subscriptions.get(track.trackId);
      if (session.closed || old === undefined || old.track === track) continue;
      try {
        const fresh = await this.#ports.consumeBeside(session, track, old);
        if (this.state !== 'beside') old.close();
        else this.#pairs.set(session, { old, fresh });
        this.#ports.onMoved(session, old, fresh);
      } catch (error) {
        this.#ports.log.warn({ sessionId: session.sessionId, err: error }, 'a subscriber cannot follow the move');
        this.#ports.onRefused(session, old, errorInfoOf(error).code);
      }
    }
  }

  #finishIfUnused(): void {
    const { track } = this.oldSource;
    const isServed = track !== undefined && !track.closed && this.#ports.isServed(track);
    if (!this.#isBuilding && this.#pairs.size === 0 && !isServed) this.#machine.dispatch('allCommitted');
  }
}
