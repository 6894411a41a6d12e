// How a signaling node follows the roster of an owner: events in order, snapshots when something was missed, nothing of
// an owner that is none any more.
//
// Case 1, the next event: applied. Case 2, one that is known: dropped. Case 3, a gap: a snapshot is wanted; what came
//         behind the gap is kept, for answers and events may take different links, and the snapshot may be older. Case
//         4, events before the first snapshot, or of an epoch whose snapshot is still on its way: kept. What is kept is
//         applied when the snapshot comes.
import {
  differencesBetween,
  type Participant,
  type RoomDifference,
  RoomState,
  type RosterEvent,
  type RosterView,
} from '@meridian/protocol';

/** What became of what was taken in: `shown`, the applied events as clients may see them, and what is different now. */
export interface Followed {
  readonly shown: readonly RosterEvent[];
  /** Also what a snapshot made different. */
  readonly differences: readonly RoomDifference[];
  readonly gap: boolean;
  /** The whole roster was replaced: clients need it anew. */
  readonly replaced: boolean;
}

/** Events kept while a snapshot is on its way; more means a gap, and that means another snapshot. */
const EARLY_MAX = 512;
const nothing: Followed = { shown: [], differences: [], gap: false, replaced: false };

export class Follower {
  #replica: RoomState | undefined;
  #early: { epoch: number; events: readonly RosterEvent[] } = { epoch: 0, events: [] };

  get replica(): RoomState | undefined {
    return this.#replica;
  }

  /** Something is kept that waits for what lies before it. */
  get isBehind(): boolean {
    const { epoch, seq } = this.#replica ?? { epoch: 0, seq: 0 };
    return this.#early.epoch === epoch && this.#early.events.some((event) => event.seq > seq);
  }

  /** Events of the owner of `epoch`. */
  events(epoch: number, events: readonly RosterEvent[]): Followed {
    const replica = this.#replica;
    if (replica !== undefined && epoch < replica.epoch) return nothing;
    if (epoch === replica?.epoch) return this.#apply(replica, events);
    this.#keep(epoch, events);
    return nothing;
  }

  /** A snapshot; one that is not newer than the replica changes nothing. */
  snapshot(view: RosterView): Followed {
    const replica = this.#replica;
    const newer =
      replica === undefined || view.epoch > replica.epoch || (view.epoch === replica.epoch && view.seq > replica.seq);
    if (!newer) return nothing;
    const fresh = RoomState.of(view);
    this.#replica = fresh;
    const early = this.#early;
    if (early.epoch <= view.epoch) this.#early = { epoch: view.epoch, events: [] };
    const events = early.epoch === view.epoch ? early.events : [];
    const covered = replica === undefined ? [] : withReasons(differencesBetween(replica, fresh), events);
    const followed = this.#apply(fresh, events);
    return { ...followed, differences: [...covered, ...followed.differences], replaced: true };
  }

  /** Nothing here needs the roster of an older epoch. */
  forgetBefore(epoch: number): void {
    if (this.#replica !== undefined && this.#replica.epoch < epoch) this.#replica = undefined;
  }

  #apply(replica: RoomState, events: readonly RosterEvent[]): Followed {
    const shown: RosterEvent[] = [];
    const differences: RoomDifference[] = [];
    const ahead: RosterEvent[] = [];
    for (const event of events) {
      if (event.seq <= replica.seq) continue;
      if (event.seq > replica.seq + 1) {
        ahead.push(event);
        continue;
      }
      const made = replica.apply(event);
      shown.push(masked(event, made));
      differences.push(...made);
    }
    this.#keep(replica.epoch, ahead);
    return { shown, differences, gap: ahead.length > 0, replaced: false };
  }

  #keep(epoch: number, events: readonly RosterEvent[]): void {
    if (events.length === 0 || epoch < this.#early.epoch) return;
    const kept = epoch === this.#early.epoch ? this.#early.events : [];
    this.#early = { epoch, events: [...kept, ...events].slice(-EARLY_MAX) };
  }
}

/** A snapshot does not say why a participant left; the event of it may have come before. */
function withReasons(differences: readonly RoomDifference[], events: readonly RosterEvent[]): RoomDifference[] {
  const reasons = new Map(
    events.flatMap(({ change }) => (change.type === 'participantLeft' ? [[change.sessionId, change.reason]] : [])),
  );
  return differences.map((one) =>
    one.type === 'participantLeft' ? { ...one, reason: reasons.get(one.participant.sessionId) ?? one.reason } : one,
  );
}

/** The roster as clients see it: without hidden participants, and without renditions. */
export function visible(view: RosterView): RosterView {
  return { ...view, participants: shownParticipants(view.participants) };
}

export const shownParticipants = (participants: readonly Participant[]): Participant[] =>
  participants.filter(({ hidden }) => !hidden).map(asShown);
/** A participant as clients see it. */
export const asShown = (participant: Participant): Participant => ({
  ...participant,
  subscribers: undefined,
  tracks: participant.tracks.filter(({ derivedFrom }) => derivedFrom === undefined),
});

/**
 * The event as clients see it: what is about a hidden participant or a rendition, or made no difference, keeps its
 * number and says nothing.
 */
function masked({ seq, change }: RosterEvent, differences: readonly RoomDifference[]): RosterEvent {
  if (differences.length === 0 || !differences.every(isShown)) return { seq, change: { type: 'unknown' } };
  if (change.type !== 'participantJoined' && change.type !== 'participantChanged') return { seq, change };
  return { seq, change: { ...change, participant: asShown(change.participant) } };
}

const isShown = (difference: RoomDifference): boolean =>
  !('participant' in difference && difference.participant.hidden) &&
  !('track' in difference && difference.track.derivedFrom !== undefined);
