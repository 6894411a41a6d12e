// Subscribers that began with a catch-up stream: the track's pictures from an earlier key frame on (ADR 0026). Each
// gets a second consumer, of the original track, which flows from the next key frame on. The catch-up consumer is
// closed when the client plays the original, or after `catchUpMsMax`.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Session } from './session.ts';
import type { Outbox } from './shapes.ts';
import type { Subscription } from './subscription.ts';

/** Longer than a stored group of pictures: at 1 Mbit/s the 4 MiB of media/room-media/src/core/rtp/gop.ts last 34 s. */
export const catchUpMsMax = 40_000;

export interface CatchUpsPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly outbox: Outbox;
  consume(session: Session, present: Subscription): Promise<Subscription>;
}

export class CatchUps {
  readonly #ports: CatchUpsPorts;
  readonly #catchUps = new Map<Session, Map<string, { readonly old: Subscription; readonly deadline: Timer }>>();

  constructor(ports: CatchUpsPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return [...this.#catchUps.values()].reduce((sum, { size }) => sum + size, 0);
  }

  oldOf(session: Session, trackId: string): Subscription | undefined {
    return this.#catchUps.get(session)?.get(trackId)?.old;
  }

  /** Creates the consumer of the original track once the client plays the catch-up stream, and informs the client. */
  async addOriginal(session: Session, old: Subscription): Promise<void> {
    const { track, trackId, catchUp } = old;
    const isPresent = (): boolean => !session.closed && session.subscriptions.get(trackId) === old;
    if (catchUp === undefined || !isPresent()) return;
    if (old.isWanted) track.requestCatchUp(catchUp.number);
    const fresh = await this.#ports.consume(session, old);
    if (!isPresent()) {
      fresh.close();
      return;
    }
    session.subscriptions.set(trackId, fresh);
    const deadline = this.#ports.clock.after(catchUpMsMax, () => this.end(session, trackId));
    const sessionCatchUps = this.#catchUps.get(session) ?? new Map();
    this.#catchUps.set(session, sessionCatchUps.set(trackId, { old, deadline }));
    const oldConsumerId = old.consumer.id;
    this.#ports.outbox.consumerMoved(session.signalingId, session.at, { oldConsumerId, subscription: fresh.view() });
  }

  /** Closes the catch-up consumer: the client plays the original, or has unsubscribed. Idempotent. */
  end(session: Session, trackId: string): void {
    const sessionCatchUps = this.#catchUps.get(session);
    const catchUp = sessionCatchUps?.get(trackId);
    if (sessionCatchUps === undefined || catchUp === undefined) return;
    catchUp.deadline.cancel();
    sessionCatchUps.delete(trackId);
    if (sessionCatchUps.size === 0) this.#catchUps.delete(session);
    catchUp.old.close();
  }

  close(): void {
    for (const [session, ofSession] of [...this.#catchUps])
      for (const trackId of [...ofSession.keys()]) this.end(session, trackId);
  }
}
