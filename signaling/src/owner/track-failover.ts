// Moves the pull of a track by a media node (the puller) to another carrier when the carrier's link broke or the path
// is too long, while the old carrier may still serve (make before break). Each puller and track has at most one move,
// of five attempts with growing pauses.
import { type ErrorCode, limits, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { codeOf } from '../failures.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { TrackOffer } from '../ports.ts';
import { offerToWire } from '../wire/control-wire.ts';

/** Pauses before attempts: nodes that pull from the node have to move first, and a death is detected after seconds. */
const pausesMs = [0, 300, 600, 1200, 2400] as const;
/** A carrier that has failed a node is not offered to it again for this long. */
const avoidedMs = 10_000;
/** Parallel moves of a room; beyond it a track waits for its subscribers to ask anew. */
const movesMax = 4 * limits.tracksPerParticipantMax * 64;

export interface TrackFailoverPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodes: Pick<NodeLinks, 'call'>;
  ref(): wire.RoomRef.$Properties;
  /** Returns undefined when the track is over, or the node has no session of the room. */
  offer(puller: string, trackId: string): TrackOffer | undefined;
}

interface PullMove {
  /** The origin has changed, so the node has to pull with a new grant even from its present carrier. */
  readonly isRequestedAnew: boolean;
  attempt: number;
  timer: Timer | undefined;
}

export class TrackFailover {
  readonly #ports: TrackFailoverPorts;
  readonly #moves = new Map<string, PullMove>();
  readonly #avoided = new Map<string, Map<string, number>>(); // node and track -> carrier -> end of exclusion
  #closed = false;

  constructor(ports: TrackFailoverPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#moves.size;
  }

  avoidedCarriers(puller: string, trackId: string): ReadonlySet<string> {
    const nowMs = this.#ports.clock.nowMs();
    const carriers = this.#avoided.get(keyOf(puller, trackId)) ?? new Map<string, number>();
    return new Set([...carriers].flatMap(([carrier, untilMs]) => (untilMs > nowMs ? [carrier] : [])));
  }

  avoid(puller: string, trackId: string, carrier: string): void {
    const key = keyOf(puller, trackId);
    if (!this.#avoided.has(key) && this.#avoided.size >= movesMax) return;
    const carriers = this.#avoided.get(key) ?? new Map<string, number>();
    this.#avoided.set(key, carriers.set(carrier, this.#ports.clock.nowMs() + avoidedMs));
  }

  /** Moves a node's pull of a track to another carrier, if any. Idempotent while a move is under way. */
  begin(puller: string, trackId: string, from: string): void {
    if (!this.#moves.has(keyOf(puller, trackId))) this.#begin(puller, trackId, from, false);
  }

  /** Moves a node's pull after the publisher has moved to another node. */
  follow(puller: string, trackId: string): void {
    this.#moves.get(keyOf(puller, trackId))?.timer?.cancel();
    this.#moves.delete(keyOf(puller, trackId));
    this.#begin(puller, trackId, '', true);
  }

  #begin(puller: string, trackId: string, from: string, isRequestedAnew: boolean): void {
    const key = keyOf(puller, trackId);
    if (this.#closed || this.#moves.size >= movesMax) return;
    const move: PullMove = { isRequestedAnew, attempt: 0, timer: undefined };
    this.#moves.set(key, move);
    void this.#try(move, { key, puller, trackId, from });
  }

  forget(trackId: string): void {
    for (const key of [...this.#moves.keys(), ...this.#avoided.keys()]) {
      if (!key.endsWith(`\n${trackId}`)) continue;
      this.#moves.get(key)?.timer?.cancel();
      this.#moves.delete(key);
      this.#avoided.delete(key);
    }
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#moves.values()) timer?.cancel();
    this.#moves.clear();
    this.#avoided.clear();
  }

  async #try(move: PullMove, o: { key: string; puller: string; trackId: string; from: string }): Promise<void> {
    const { key, puller, trackId, from } = o;
    const finish = (): void => void (this.#moves.get(key) === move && this.#moves.delete(key));
    if (this.#moves.get(key) !== move) return;
    const offer = this.#ports.offer(puller, trackId);
    if (offer === undefined || offer.grant === undefined || offer.carrierNodeId === from) {
      finish(); // no other carrier: the pull continues, or its subscribers ask anew when it ends
      return;
    }
    const fields = { trackId, nodeId: puller, fromNodeId: from, carrierNodeId: offer.carrierNodeId };
    try {
      const order = { room: this.#ports.ref(), track: offerToWire(offer), anew: move.isRequestedAnew };
      await this.#ports.nodes.call(puller, rpc.repullTrack, order);
      this.#ports.log.info(fields, 'a track was moved to another carrier');
      const isCurrent = this.#moves.get(key) === move;
      finish();
      // If the node has reported a doubt about this carrier before it answered, `begin` did not start another move.
      if (isCurrent && this.avoidedCarriers(puller, trackId).has(offer.carrierNodeId))
        this.#begin(puller, trackId, offer.carrierNodeId, false);
      return;
    } catch (error) {
      const code: ErrorCode | undefined = codeOf(error);
      this.#ports.log.info({ ...fields, code, attempt: move.attempt }, 'a track could not be moved to another carrier');
      // The node has released the track meanwhile: its next subscriber asks anew.
      if (move.isRequestedAnew && code === 'TRACK_UNKNOWN') {
        finish();
        return;
      }
      // OUT_OF_ORDER: nodes that pull from it have to move first. Any other code blames the new carrier or its path.
      if (code !== 'OUT_OF_ORDER') this.avoid(puller, trackId, offer.carrierNodeId);
    }
    move.attempt += 1;
    const pauseMs = pausesMs[move.attempt];
    if (pauseMs === undefined || this.#closed) finish();
    else move.timer = this.#ports.clock.after(pauseMs, () => void this.#try(move, o));
  }
}

const keyOf = (puller: string, trackId: string): string => `${puller}\n${trackId}`;
