// How a signaling node follows the roster of an owner: events in order, snapshots when something was missed, nothing of
// an owner that is none any more.
//
// Case 1, the next event: applied. Case 2, one that is known: dropped. Case 3, a gap: a snapshot is wanted; what came
//         behind the gap is kept, for answers and events may take different links, and the snapshot may be older. Case
//         4, events before the first snapshot, or of an epoch whose snapshot is still on its way: kept. What is kept is
//         applied when the snapshot comes.
import type { Participant, RosterChange, RosterEvent, RosterView } from '@meridian/protocol';
import { Replica } from './replica.ts';

/** What became of what was taken in. `shown` are the applied events as clients may see them. */
export interface Followed {
  readonly shown: readonly RosterEvent[];
  readonly gap: boolean;
  /** The whole roster was replaced: clients need it anew. */
  readonly replaced: boolean;
}

/** Events kept while a snapshot is on its way; more means a gap, and that means another snapshot. */
const EARLY_MAX = 512;
const nothing: Followed = { shown: [], gap: false, replaced: false };

export class Follower {
  #replica: Replica | undefined;
  #early: { epoch: number; events: readonly RosterEvent[] } = { epoch: 0, events: [] };

  get replica(): Replica | undefined {
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
    const fresh = Replica.of(view);
    this.#replica = fresh;
    const early = this.#early;
    if (early.epoch <= view.epoch) this.#early = { epoch: view.epoch, events: [] };
    return { ...(early.epoch === view.epoch ? this.#apply(fresh, early.events) : nothing), replaced: true };
  }

  /** Nobody here needs the roster of an older epoch. */
  forgetBefore(epoch: number): void {
    if (this.#replica !== undefined && this.#replica.epoch < epoch) this.#replica = undefined;
  }

  #apply(replica: Replica, events: readonly RosterEvent[]): Followed {
    const shown: RosterEvent[] = [];
    const ahead: RosterEvent[] = [];
    for (const event of events) {
      const asShown = masked(event, replica);
      const verdict = replica.apply(event);
      if (verdict === 'applied') shown.push(asShown);
      else if (verdict === 'gap') ahead.push(event);
    }
    this.#keep(replica.epoch, ahead);
    return { shown, gap: ahead.length > 0, replaced: false };
  }

  #keep(epoch: number, events: readonly RosterEvent[]): void {
    if (events.length === 0 || epoch < this.#early.epoch) return;
    const kept = epoch === this.#early.epoch ? this.#early.events : [];
    this.#early = { epoch, events: [...kept, ...events].slice(-EARLY_MAX) };
  }
}

/** The roster as clients see it: without those who are hidden, and without renditions. */
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
 * The event as clients see it: what is about somebody hidden or about a rendition keeps its number and says nothing.
 */
function masked(event: RosterEvent, replica: Replica): RosterEvent {
  const { change } = event;
  const hidden =
    change.type === 'participantJoined' || change.type === 'participantChanged'
      ? change.participant.hidden
      : 'sessionId' in change && replica.get(change.sessionId)?.hidden === true;
  if (hidden || isOfRendition(change, replica)) return { seq: event.seq, change: { type: 'unknown' } };
  if (change.type !== 'participantJoined' && change.type !== 'participantChanged') return event;
  return { seq: event.seq, change: { ...change, participant: asShown(change.participant) } };
}

function isOfRendition(change: RosterChange, replica: Replica): boolean {
  if (change.type === 'trackPublished') return change.track.derivedFrom !== undefined;
  return 'trackId' in change && replica.track(change.trackId)?.track.derivedFrom !== undefined;
}
