// Tracks of this node that are being handed from one carrier to another: at most one move per track.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { TrackMove } from './move.ts';
import type { Pull, PullTable } from './pulls.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';
import type { ConsumerWish, Outbox, TrackWish } from './shapes.ts';
import type { Subscription } from './subscription.ts';
import type { NodeTrack } from './track.ts';

export interface MovesPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pulls: PullTable;
  readonly outbox: Outbox;
  consume(session: Session, track: NodeTrack, wish: ConsumerWish): Promise<Subscription>;
  unsubscribe(session: Session, trackId: string): void;
}

export class Moves {
  readonly #ports: MovesPorts;
  readonly #moves = new Map<string, TrackMove>();

  constructor(ports: MovesPorts) {
    this.#ports = ports;
  }

  /** The consumer that a session is leaving, if it has not left it yet. */
  oldOf(session: Session, trackId: string): Subscription | undefined {
    return this.#moves.get(keyOf(session.roomKey, trackId))?.oldOf(session);
  }

  /** A session no longer subscribes to the track: its old consumer goes too. */
  gone(session: Session, trackId: string): void {
    this.#moves
      .get(keyOf(session.roomKey, trackId))
      ?.commit(session)
      .catch((error: unknown) =>
        this.#ports.log.warn({ ...session.at, trackId, err: error }, 'a moved consumer did not start'),
      );
  }

  /** Make-before-break to another carrier. Resolves when the new consumers stand beside the old ones. */
  async begin(room: Room, wish: TrackWish): Promise<void> {
    const { pulls, nodeId, clock, log } = this.#ports;
    const key = keyOf(room.key, wish.trackId);
    const track = room.book.tracks.get(wish.trackId);
    if (track === undefined) throw new MeridianError('TRACK_UNKNOWN');
    if (track.origin) throw new MeridianError('REQUEST_INVALID', 'the track is published here');
    this.#moves.get(key)?.end('close'); // an earlier move that waits for commits: they have had their chance
    const oldPull = pulls.find(room.key, wish.trackId);
    if (oldPull === undefined || this.#moves.has(key)) throw new MeridianError('OUT_OF_ORDER', 'the track is changing');
    if (wish.carrierNodeId === oldPull.request.carrierId || wish.carrierNodeId === nodeId) {
      throw new MeridianError('REQUEST_INVALID', 'the track comes from there already');
    }
    const epoch = room.book.nextTrackEpoch(wish.trackId);
    const { trackId, carrierNodeId: carrierId, grant } = wish;
    const newPull = pulls.detached({ roomKey: room.key, trackId, carrierId, grant, epoch });
    const move: TrackMove = new TrackMove(oldPull, newPull, {
      clock,
      log,
      subscribers: () =>
        [...(room.book.tracks.get(trackId)?.subscribers ?? [])].flatMap(
          (id) => room.book.sessions.get(id)?.media ?? [],
        ),
      consumeBeside: async (session, next, old) => {
        void newPull.want(session.sessionId);
        const fresh = await this.#ports.consume(session, next, old.wish);
        session.subscriptions.set(trackId, fresh);
        return fresh;
      },
      onRefused: (session, old, reason) => {
        this.#ports.unsubscribe(session, trackId);
        old.close();
        this.#ports.outbox.consumerClosed(session.doorId, session.at, { consumerId: old.consumer.id, trackId, reason });
      },
      onMoved: (session, old, fresh) =>
        this.#ports.outbox.consumerMoved(session.doorId, session.at, {
          oldConsumerId: old.consumer.id,
          subscription: fresh.view(),
        }),
      promote: (pull) => pulls.promote(pull),
      onOver: () => this.#moves.delete(key),
    });
    this.#moves.set(key, move);
    await move.run();
  }

  /** A subscriber plays the new consumer. Late or repeated: nothing to do. */
  async commit(session: Session, trackId: string, oldConsumerId: string): Promise<void> {
    const move = this.#moves.get(keyOf(session.roomKey, trackId));
    if (move?.oldOf(session)?.consumer.id === oldConsumerId) await move.commit(session);
  }

  /** A pull is over. If it was the old side of a move, the move is over too: the new side is all there is. */
  pullDropped(pull: Pull): void {
    const move = this.#moves.get(keyOf(pull.request.roomKey, pull.request.trackId));
    if (move?.oldPull === pull && move.state === 'beside') move.end('oldLost');
  }

  close(): void {
    for (const move of [...this.#moves.values()]) move.end('close');
  }
}

const keyOf = (roomKey: string, trackId: string): string => `${roomKey}\n${trackId}`;
