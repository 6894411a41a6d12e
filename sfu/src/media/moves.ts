// Moves of tracks of this node from one source to another: at most one move per track.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { TrackMove, type TrackSource } from './move.ts';
import { PublishedSource } from './published-source.ts';
import { Pull, type PullTable } from './pulls.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';
import type { ConsumerPreferences, Outbox, TrackRequest } from './shapes.ts';
import type { Subscription } from './subscription.ts';
import type { NodeTrack } from './track.ts';

export interface MovesPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pulls: PullTable;
  readonly outbox: Outbox;
  consume(session: Session, track: NodeTrack, preferences: ConsumerPreferences): Promise<Subscription>;
  unsubscribe(session: Session, trackId: string): void;
  isServed(track: NodeTrack): boolean;
  endServing(track: NodeTrack, reason: string): void;
}

export class Moves {
  readonly #ports: MovesPorts;
  readonly #moves = new Map<string, TrackMove>();

  constructor(ports: MovesPorts) {
    this.#ports = ports;
  }

  /** Returns the consumer that a session is leaving, until the session has left it. */
  oldOf(session: Session, trackId: string): Subscription | undefined {
    return this.#moves.get(keyOf(session.roomKey, trackId))?.oldOf(session);
  }

  gone(session: Session, trackId: string): void {
    this.#moves
      .get(keyOf(session.roomKey, trackId))
      ?.commit(session)
      .catch((error: unknown) =>
        this.#ports.log.warn({ ...session.at, trackId, err: error }, 'a moved consumer did not start'),
      );
  }

  /**
   * Moves a track to another carrier; `allowPresentCarrier` also to another producer of the present carrier. Resolves
   * when the new consumers exist beside the old ones.
   */
  async begin(room: Room, request: TrackRequest, allowPresentCarrier: boolean): Promise<void> {
    const { pulls, nodeId } = this.#ports;
    const { trackId, carrierNodeId: carrierId, carrierUrl, grant } = request;
    const key = keyOf(room.key, trackId);
    const track = room.members.tracks.get(trackId);
    if (track === undefined) throw new MeridianError('TRACK_UNKNOWN');
    if (carrierId === nodeId) throw new MeridianError('REQUEST_INVALID', 'a node cannot pull from itself');
    if (track.origin && track.subscribers.size === 0) return;
    this.#moves.get(key)?.end('close'); // ends an earlier move that still waits for commits
    const oldPull = pulls.find(room.key, trackId);
    const oldSource = track.origin ? this.#publishedSource(track.media) : oldPull;
    if (oldSource === undefined || this.#moves.has(key))
      throw new MeridianError('OUT_OF_ORDER', 'the track is changing');
    if (!allowPresentCarrier && carrierId === oldPull?.request.carrierId)
      throw new MeridianError('REQUEST_INVALID', 'the track comes from there already');
    const epoch = room.members.nextTrackEpoch(trackId);
    const carrierChange = { fromNodeId: oldPull?.request.carrierId ?? nodeId, toNodeId: carrierId };
    const { key: roomKey, fence } = room;
    const newPull = pulls.beginDetached({ roomKey, fence, trackId, carrierId, carrierUrl, grant, epoch });
    const promote = (): void => pulls.promote(newPull);
    await this.#run(room, { trackId, epoch, oldSource, newSource: newPull, carriers: carrierChange, promote });
  }

  /**
   * Replaces the pulled track by the one that its publisher, now on this node, publishes here. The room has the new
   * track at once; subscribers change over one by one.
   */
  settle(room: Room, track: NodeTrack): void {
    const { pulls, log, nodeId } = this.#ports;
    const { trackId, epoch } = track;
    this.#moves.get(keyOf(room.key, trackId))?.end('close');
    const oldSource = pulls.find(room.key, trackId);
    pulls.demote(room.key, trackId);
    room.members.replaceTrack(trackId, epoch, track, true);
    if (oldSource === undefined) return;
    this.#run(room, {
      trackId,
      epoch,
      oldSource,
      newSource: fixedSource(track),
      carriers: { fromNodeId: oldSource.request.carrierId, toNodeId: nodeId },
      promote: () => undefined,
    }).catch((error: unknown) =>
      log.error({ roomKey: room.key, trackId, err: error }, 'a track could not be completed on this node'),
    );
  }

  #publishedSource(track: NodeTrack): TrackSource {
    return new PublishedSource(track, (reason) => this.#ports.endServing(track, reason));
  }

  async #run(
    room: Room,
    o: {
      trackId: string;
      epoch: number;
      oldSource: TrackSource;
      newSource: TrackSource;
      carriers: { readonly fromNodeId: string; readonly toNodeId: string };
      promote(): void;
    },
  ): Promise<void> {
    const { clock, log } = this.#ports;
    const { trackId, epoch, oldSource, newSource } = o;
    const key = keyOf(room.key, trackId);
    const move: TrackMove = new TrackMove(oldSource, newSource, epoch, {
      clock,
      log,
      subscribers: () =>
        [...(room.members.tracks.get(trackId)?.subscribers ?? [])].flatMap(
          (id) => room.members.sessions.get(id)?.media ?? [],
        ),
      consumeBeside: async (session, next, old) => {
        void newSource.want(session.sessionId);
        const fresh = await this.#ports.consume(session, next, old.preferences);
        session.subscriptions.set(trackId, fresh);
        return fresh;
      },
      onRefused: (session, old, reason) => {
        this.#ports.unsubscribe(session, trackId);
        old.close();
        this.#ports.outbox.consumerClosed(session.signalingId, session.at, {
          consumerId: old.consumer.id,
          trackId,
          reason,
        });
      },
      onMoved: (session, old, fresh) =>
        this.#ports.outbox.consumerMoved(session.signalingId, session.at, {
          oldConsumerId: old.consumer.id,
          subscription: fresh.view(),
          ...o.carriers,
        }),
      promote: () => o.promote(),
      isServed: (old) => this.#ports.isServed(old),
      onEnded: () => {
        if (this.#moves.get(key) === move) this.#moves.delete(key);
      },
    });
    this.#moves.set(key, move);
    await move.run();
  }

  /** Closes the old consumer of a subscriber that plays the new one. A late or repeated call does nothing. */
  async commit(session: Session, trackId: string, oldConsumerId: string): Promise<void> {
    const move = this.#moves.get(keyOf(session.roomKey, trackId));
    if (move?.oldOf(session)?.consumer.id === oldConsumerId) await move.commit(session);
  }

  sourceLost(pull: Pull): void {
    const move = this.#moves.get(keyOf(pull.request.roomKey, pull.request.trackId));
    if (move?.oldSource === pull && move.state === 'beside') move.end('oldLost');
  }

  finishIfUnused(track: NodeTrack): void {
    const move = this.#moves.get(keyOf(track.roomKey, track.trackId));
    if (move?.oldSource.track === track) move.finishIfUnused();
  }

  /** Returns whether this pulled track is the new source of a move under way. */
  isWaitingFor(track: NodeTrack): boolean {
    const source = this.#moves.get(keyOf(track.roomKey, track.trackId))?.newSource;
    return source instanceof Pull && source.request.epoch === track.epoch;
  }

  /** Returns whether a subscriber still gets a track of this session from its old producer here. */
  hasOldSubscribers(session: Session): boolean {
    return [...this.#moves.values()].some(
      ({ oldSource }) =>
        oldSource instanceof PublishedSource &&
        oldSource.track.roomKey === session.roomKey &&
        oldSource.track.publisherSessionId === session.sessionId,
    );
  }

  publisherGone(session: Session): void {
    for (const move of [...this.#moves.values()]) {
      const { oldSource } = move;
      const isOurs = oldSource instanceof PublishedSource && oldSource.track.publisherSessionId === session.sessionId;
      if (isOurs && oldSource.track.roomKey === session.roomKey) move.end('close');
    }
  }

  close(): void {
    for (const move of [...this.#moves.values()]) move.end('close');
  }
}

/** Returns a source for a track that is published here; the end of a move does not end it. */
const fixedSource = (track: NodeTrack): TrackSource => ({
  track,
  want: () => Promise.resolve(track),
  unwant: () => undefined,
  end: () => undefined,
});

const keyOf = (roomKey: string, trackId: string): string => `${roomKey}\n${trackId}`;
