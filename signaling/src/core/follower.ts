// Applies the owner's roster at a signaling node, and nothing from an earlier owner.
//
// Case 1: the event with the next number is applied, an event up to the present number is dropped.
// Case 2: after a gap a snapshot is fetched. The events after the gap are kept, because a snapshot may come by another
//         link and be older than they are.
// Case 3: events before the first snapshot, or of an epoch whose snapshot is under way, are kept until it comes.
import {
  differencesBetween,
  type Participant,
  type RoomDifference,
  RoomState,
  type RosterEvent,
  type RosterView,
} from '@meridian/protocol';

/** Result of events or a snapshot. `shown`: the applied events as clients may see them; `gap`: events are missing. */
export interface FollowResult {
  readonly shown: readonly RosterEvent[];
  readonly differences: readonly RoomDifference[];
  readonly gap: boolean;
  /** The whole roster was replaced, so clients need it anew. */
  readonly replaced: boolean;
}

/** Events kept while a snapshot is on its way. Beyond, the oldest are dropped: a gap that needs another snapshot. */
const EARLY_MAX = 512;
const noChange: FollowResult = { shown: [], differences: [], gap: false, replaced: false };

export class Follower {
  #replica: RoomState | undefined;
  #earlyEvents: { epoch: number; events: readonly RosterEvent[] } = { epoch: 0, events: [] };

  get replica(): RoomState | undefined {
    return this.#replica;
  }

  /** Whether kept events wait for missing earlier events. */
  get isBehind(): boolean {
    const { epoch, seq } = this.#replica ?? { epoch: 0, seq: 0 };
    return this.#earlyEvents.epoch === epoch && this.#earlyEvents.events.some((event) => event.seq > seq);
  }

  /** Takes events from the owner of `epoch`. */
  events(epoch: number, events: readonly RosterEvent[]): FollowResult {
    const replica = this.#replica;
    if (replica !== undefined && epoch < replica.epoch) return noChange;
    if (epoch === replica?.epoch) return this.#apply(replica, events);
    this.#keep(epoch, events);
    return noChange;
  }

  /** Takes a snapshot; a snapshot that is not newer than the replica changes nothing. */
  snapshot(view: RosterView): FollowResult {
    const replica = this.#replica;
    const newer =
      replica === undefined || view.epoch > replica.epoch || (view.epoch === replica.epoch && view.seq > replica.seq);
    if (!newer) return noChange;
    const fresh = RoomState.fromView(view);
    this.#replica = fresh;
    const early = this.#earlyEvents;
    if (early.epoch <= view.epoch) this.#earlyEvents = { epoch: view.epoch, events: [] };
    const events = early.epoch === view.epoch ? early.events : [];
    const missedDifferences = replica === undefined ? [] : withReasons(differencesBetween(replica, fresh), events);
    const followed = this.#apply(fresh, events);
    return { ...followed, differences: [...missedDifferences, ...followed.differences], replaced: true };
  }

  /** Drops the replica if it is of an older epoch. */
  forgetBefore(epoch: number): void {
    if (this.#replica !== undefined && this.#replica.epoch < epoch) this.#replica = undefined;
  }

  #apply(replica: RoomState, events: readonly RosterEvent[]): FollowResult {
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
    if (events.length === 0 || epoch < this.#earlyEvents.epoch) return;
    const kept = epoch === this.#earlyEvents.epoch ? this.#earlyEvents.events : [];
    this.#earlyEvents = { epoch, events: [...kept, ...events].slice(-EARLY_MAX) };
  }
}

/** Adds the reasons of departures, which a snapshot lacks but earlier events may have. */
function withReasons(differences: readonly RoomDifference[], events: readonly RosterEvent[]): RoomDifference[] {
  const reasons = new Map(
    events.flatMap(({ change }) => (change.type === 'participantLeft' ? [[change.sessionId, change.reason]] : [])),
  );
  return differences.map((one) =>
    one.type === 'participantLeft' ? { ...one, reason: reasons.get(one.participant.sessionId) ?? one.reason } : one,
  );
}

/** Returns the roster as clients see it: without hidden participants and renditions. */
export function visible(view: RosterView): RosterView {
  return { ...view, participants: shownParticipants(view.participants) };
}

export const shownParticipants = (participants: readonly Participant[]): Participant[] =>
  participants.filter(({ hidden }) => !hidden).map(asShown);
export const asShown = (participant: Participant): Participant => ({
  ...participant,
  subscribers: undefined,
  tracks: participant.tracks.filter(({ derivedFrom }) => derivedFrom === undefined),
});

/** Returns the event as clients see it: hidden or without a difference, it keeps only its number. */
function masked({ seq, change }: RosterEvent, differences: readonly RoomDifference[]): RosterEvent {
  if (differences.length === 0 || !differences.every(isShown)) return { seq, change: { type: 'unknown' } };
  if (change.type !== 'participantJoined' && change.type !== 'participantChanged') return { seq, change };
  return { seq, change: { ...change, participant: asShown(change.participant) } };
}

const isShown = (difference: RoomDifference): boolean =>
  !('participant' in difference && difference.participant.hidden) &&
  !('track' in difference && difference.track.derivedFrom !== undefined);
