// Sessions that have moved to another node and stay here until no subscriber gets their tracks from this node, but no
// longer than `departureMsMax`.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { Session } from './session.ts';

export interface DeparturePorts {
  readonly clock: Clock;
  isIdle(session: Session): boolean;
  end(session: Session): void;
}

/** Longer than `moveCommitMs` (5 s), because a node that pulls from here first has to learn of the move. */
export const departureMsMax = 7000;
/** Period of the check whether a session is idle; a session's uses end in a dozen places, so events do not help. */
const pollMs = 100;

interface Departure {
  readonly session: Session;
  readonly untilMs: number;
  readonly resolveEnded: () => void;
}

export class Departures {
  readonly #ports: DeparturePorts;
  readonly #departures = new Map<Session, { departure: Departure; whenEnded: Promise<void> }>();
  #timer: Timer | undefined;

  constructor(ports: DeparturePorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#departures.size;
  }
  has(session: Session): boolean {
    return this.#departures.has(session);
  }

  /**
   * Resolves when the session has ended. A second call returns the same promise. Throws OUT_OF_ORDER for a session that
   * has not been settled here.
   */
  begin(session: Session): Promise<void> {
    const current = this.#departures.get(session);
    if (current !== undefined) return current.whenEnded;
    if (session.info.moving) throw new MeridianError('OUT_OF_ORDER', 'the session has not been settled here');
    const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<void>();
    const departure = { session, untilMs: this.#ports.clock.nowMs() + departureMsMax, resolveEnded };
    session.departing = true;
    this.#departures.set(session, { departure, whenEnded: ended });
    this.#endIdle();
    return ended;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { departure } of this.#departures.values()) departure.resolveEnded();
    this.#departures.clear();
  }

  #endIdle(): void {
    for (const { departure } of [...this.#departures.values()]) {
      const { session, untilMs, resolveEnded } = departure;
      if (!session.closed && !this.#ports.isIdle(session) && this.#ports.clock.nowMs() < untilMs) continue;
      this.#departures.delete(session);
      this.#ports.end(session);
      resolveEnded();
    }
    this.#timer?.cancel();
    this.#timer = this.#departures.size === 0 ? undefined : this.#ports.clock.after(pollMs, () => this.#endIdle());
  }
}
