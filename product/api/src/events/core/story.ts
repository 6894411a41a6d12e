// Story of one life of a room, from the journals of its owners. A replaced owner may deliver old entries after its
// successor has begun, so (epoch, seq) decides which entry is newer, and no event comes twice. A new owner's roster
// names all participants; a missing one has left meanwhile, at an estimated time. `make` generates ids of stays.
import type { Participant, RoomInfo, Track } from '@meridian/protocol';

export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

export interface Life {
  readonly startedMs: number;
  endedMs: number | null;
  endReason: string;
  isEstimated: boolean;
  /** Epoch of the latest owner that has sent a roster; 0 if none has. */
  epoch: number;
  rosterMs: number;
  /** True if the events of the start, and of the end, have been sent to companies. */
  isOpened: boolean;
  isFinished: boolean;
  info: RoomInfo;
}

export interface Stay {
  readonly id: string;
  readonly sessionId: string;
  participant: Participant;
  joinedMs: number;
  readonly joined: Position;
  leftMs: number | null;
  left: Position | undefined;
  leftReason: string;
  isEstimated: boolean;
  /** Epoch of the latest owner that named the stay. */
  epoch: number;
}

export type Entry = Position & { readonly wallMs: number } & (
    | { readonly type: 'opened' | 'takenOver'; readonly participants: readonly Participant[] }
    | { readonly type: 'joined'; readonly participant: Participant }
    | { readonly type: 'left'; readonly participant: Participant; readonly reason: string }
    | {
        readonly type: 'published' | 'unpublished';
        readonly participant: Participant;
        readonly track: Track;
        readonly reason: string;
      }
    | { readonly type: 'changed'; readonly info: RoomInfo }
    | { readonly type: 'over'; readonly reason: string }
  );

/** Names are LiveKit's where LiveKit has the event; others are THING.HAPPENED, like `meeting.created`. */
export const eventTypes = [
  'room_started',
  'room_finished',
  'participant_joined',
  'participant_left',
  'track_published',
  'track_unpublished',
  'room.changed',
] as const;
export type EventType = (typeof eventTypes)[number];

export interface StoryEvent {
  readonly type: EventType;
  readonly atMs: number;
  readonly participant?: Participant;
  readonly track?: Track;
  readonly reason?: string;
  readonly isEstimated?: boolean;
  readonly info: RoomInfo;
  /** Number of participants after the event. */
  readonly present: number;
}

/** Reason for the leave of a participant that a new owner does not know, or that was present at the end. */
export const UNKNOWN_REASON = 'UNKNOWN';

export class Story {
  readonly life: Life;
  readonly #stays = new Map<string, Stay>(); // Latest stay of each session, by session id.
  readonly #changed = new Set<Stay>();
  readonly #make: () => string;
  #present = 0;
  #events: StoryEvent[] = [];

  /** `stays` must contain all open stays, and those of all sessions that the entries name. */
  constructor(life: Life, stays: readonly Stay[], make: () => string) {
    this.life = life;
    this.#make = make;
    for (const stay of [...stays].sort((a, b) => compare(a.joined, b.joined))) this.#stays.set(stay.sessionId, stay);
    for (const { leftMs } of this.#stays.values()) if (leftMs === null) this.#present += 1;
  }

  get changed(): readonly Stay[] {
    return [...this.#changed];
  }

  take(entry: Entry): readonly StoryEvent[] {
    this.#events = [];
    if (!this.life.isOpened) {
      this.life.isOpened = true;
      this.#addEvent('room_started', this.life.startedMs, {});
    }
    this.#take(entry);
    return this.#events;
  }

  /** Ends a life that no node owns any more, and whose end was not reported. */
  abandon(atMs: number): readonly StoryEvent[] {
    this.#events = [];
    this.#end({ epoch: this.life.epoch, seq: Number.MAX_SAFE_INTEGER }, atMs, UNKNOWN_REASON, true);
    return this.#events;
  }

  #take(entry: Entry): void {
    const isOlder = entry.epoch < this.life.epoch;
    switch (entry.type) {
      case 'opened':
      case 'takenOver':
        if (!isOlder) this.#applyRoster(entry);
        for (const participant of entry.participants) this.#join(entry, participant, participant.joinedWallMs);
        return;
      case 'joined':
        this.#join(entry, entry.participant, entry.wallMs);
        return;
      case 'left':
        this.#leave(entry, entry.participant, entry.reason);
        return;
      case 'published':
      case 'unpublished': {
        this.#join(entry, entry.participant, entry.participant.joinedWallMs);
        const type = entry.type === 'published' ? 'track_published' : 'track_unpublished';
        const { participant, track, reason } = entry;
        this.#addEvent(type, entry.wallMs, { participant, track, ...(reason === '' ? {} : { reason }) });
        return;
      }
      case 'changed':
        if (!isOlder) this.life.info = entry.info;
        this.#addEvent('room.changed', entry.wallMs, {});
        return;
      case 'over':
        if (!isOlder) this.#end(entry, entry.wallMs, entry.reason, false);
    }
  }

  /** Ends the stays of participants that are missing in the roster. */
  #applyRoster({ participants, ...at }: Entry & { readonly participants: readonly Participant[] }): void {
    this.life.epoch = at.epoch;
    this.life.rosterMs = at.wallMs;
    // A life that the sweep assumed to have ended continues.
    this.life.endedMs = null;
    const sessionIds = new Set(participants.map(({ sessionId }) => sessionId));
    for (const stay of this.#stays.values())
      if (stay.leftMs === null && !sessionIds.has(stay.sessionId))
        this.#close(stay, at, at.wallMs, UNKNOWN_REASON, true);
  }

  #join(at: Position, participant: Participant, joinedMs: number): void {
    const { sessionId } = participant;
    const knownStay = this.#stays.get(sessionId);
    if (knownStay !== undefined && (knownStay.leftMs === null || compare(at, knownStay.left) < 0)) {
      // A roster, or a later leave, has already named the stay.
      if (at.epoch > knownStay.epoch) {
        knownStay.epoch = at.epoch;
        this.#changed.add(knownStay);
      }
      return;
    }
    const stay: Stay = {
      id: this.#make(),
      sessionId,
      participant,
      joinedMs,
      joined: { epoch: at.epoch, seq: at.seq },
      leftMs: null,
      left: undefined,
      leftReason: '',
      isEstimated: false,
      epoch: at.epoch,
    };
    this.#stays.set(sessionId, stay);
    this.#changed.add(stay);
    this.#present += 1;
    this.#addEvent('participant_joined', joinedMs, { participant });
    // A later owner has already sent a roster without this participant.
    const { epoch, rosterMs } = this.life;
    if (at.epoch < epoch) this.#close(stay, { epoch, seq: 1 }, Math.max(joinedMs, rosterMs), UNKNOWN_REASON, true);
  }

  #leave(at: Entry, participant: Participant, reason: string): void {
    const known = this.#stays.get(participant.sessionId);
    const stay = known === undefined || isOver(known, at) ? this.#joinedUnseen(at, participant, known) : known;
    if (stay === undefined) return;
    stay.participant = { ...participant, tracks: [] };
    if (stay.leftMs === null) {
      if (stay.epoch > at.epoch) return;
      this.#close(stay, at, at.wallMs, reason, false);
      return;
    }
    if (!stay.isEstimated) return;
    // The event of the estimated leave has been sent, so only the record gets the true time.
    Object.assign(stay, { leftMs: at.wallMs, leftReason: reason, isEstimated: false });
    this.#changed.add(stay);
  }

  /** Adds a join whose entry was lost; the participant has the time of its joining. */
  #joinedUnseen(at: Position, participant: Participant, known: Stay | undefined): Stay | undefined {
    if (known !== undefined && known.joinedMs >= participant.joinedWallMs) return undefined;
    this.#join(at, participant, participant.joinedWallMs);
    return this.#stays.get(participant.sessionId);
  }

  #close(stay: Stay, at: Position, leftMs: number, leftReason: string, isEstimated: boolean): void {
    Object.assign(stay, { leftMs, left: { epoch: at.epoch, seq: at.seq }, leftReason, isEstimated });
    this.#changed.add(stay);
    this.#present -= 1;
    const { participant } = stay;
    this.#addEvent('participant_left', leftMs, {
      participant,
      reason: leftReason,
      ...(isEstimated && { isEstimated }),
    });
  }

  #end(at: Position, atMs: number, reason: string, isEstimated: boolean): void {
    for (const stay of this.#stays.values())
      if (stay.leftMs === null) this.#close(stay, at, atMs, UNKNOWN_REASON, true);
    Object.assign(this.life, { endedMs: atMs, endReason: reason, isEstimated });
    if (this.life.isFinished) return;
    this.life.isFinished = true;
    this.#addEvent('room_finished', atMs, { reason, ...(isEstimated && { isEstimated }) });
  }

  #addEvent(type: EventType, atMs: number, o: Omit<StoryEvent, 'type' | 'atMs' | 'info' | 'present'>): void {
    this.#events.push({ type, atMs, ...o, info: this.life.info, present: this.#present });
  }
}

const isOver = (stay: Stay, at: Position): boolean => stay.leftMs !== null && compare(stay.left, at) < 0;

/** Sorts an absent position last. */
function compare(a: Position | undefined, b: Position | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return a.epoch - b.epoch || a.seq - b.seq;
}
