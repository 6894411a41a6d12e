// The roster of a room: who is in it, what they publish, and the order in which that changed.
//
// The owner decides (`admit`, `publish`, ...): each returns the changes that follow, already applied and numbered, or the code it refuses
// with. A door holds a replica: the same class, fed with `apply`. Numbers are dense within an epoch: a replica that meets a gap has missed
// something and asks for a snapshot.
//
// Case 1, same identity again: the newer wins; the older leaves first, so nobody ever sees the identity twice.
// Case 2, takeover: a session that moved to another door keeps its place and its tracks; only its door changes.
// Case 3, the owner died: the new one rebuilds from what the media nodes hold. A track or session in two snapshots is taken once.
import { assert, type ErrorCode, limits, type Quality } from '@meridian/protocol';
import type { Participant, RosterChange, RosterEvent, RosterView, Speaker, Track } from './types.ts';

export type RosterResult = { readonly ok: true; readonly events: readonly RosterEvent[]; readonly evicted?: Participant } | { readonly ok: false; readonly code: ErrorCode };
export type Applied = 'applied' | 'known' | 'gap';

const refuse = (code: ErrorCode): RosterResult => ({ ok: false, code });

export class Roster {
  #epoch: number;
  #seq = 0;
  #participants = new Map<string, Participant>();
  #byIdentity = new Map<string, string>();
  #publisherOf = new Map<string, string>(); // track id -> session id
  #speakers: readonly Speaker[] = [];

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** A replica as of `view`. */
  static of(view: RosterView): Roster {
    const roster = new Roster(view.epoch);
    for (const participant of view.participants) roster.#put(participant);
    roster.#seq = view.seq;
    roster.#speakers = view.speakers;
    return roster;
  }

  /** What the media nodes hold, under a new epoch. Sessions of one identity: the latest to join stays, the others are returned. */
  static rebuilt(epoch: number, held: readonly Participant[]): { roster: Roster; evicted: Participant[] } {
    const roster = new Roster(epoch);
    const evicted: Participant[] = [];
    const oldestFirst = [...held].sort((a, b) => a.joinedWallMs - b.joinedWallMs || (a.sessionId < b.sessionId ? -1 : 1));
    for (const participant of oldestFirst) {
      if (roster.#participants.has(participant.sessionId)) continue;
      const same = roster.byIdentity(participant.identity);
      if (same !== undefined) {
        roster.#drop(same.sessionId);
        evicted.push(same);
      }
      const own = participant.tracks.filter((track, index, all) => !roster.#publisherOf.has(track.trackId) && all.findIndex((other) => other.trackId === track.trackId) === index);
      roster.#put({ ...participant, tracks: own });
    }
    return { roster, evicted };
  }

  get epoch(): number {
    return this.#epoch;
  }
  get seq(): number {
    return this.#seq;
  }
  get size(): number {
    return this.#participants.size;
  }
  get speakers(): readonly Speaker[] {
    return this.#speakers;
  }
  participants(): Participant[] {
    return [...this.#participants.values()];
  }
  get(sessionId: string): Participant | undefined {
    return this.#participants.get(sessionId);
  }
  byIdentity(identity: string): Participant | undefined {
    return this.#participants.get(this.#byIdentity.get(identity) ?? '');
  }
  /** A track with its publisher. */
  track(trackId: string): { track: Track; publisher: Participant } | undefined {
    const publisher = this.#participants.get(this.#publisherOf.get(trackId) ?? '');
    const track = publisher?.tracks.find((candidate) => candidate.trackId === trackId);
    return publisher === undefined || track === undefined ? undefined : { track, publisher };
  }
  /** The media nodes that hold somebody of this room. */
  nodeIds(): Set<string> {
    return new Set(this.participants().map((participant) => participant.nodeId));
  }
  view(): RosterView {
    return { epoch: this.#epoch, seq: this.#seq, participants: this.participants(), speakers: this.#speakers };
  }

  /** Lets somebody in. ROOM_FULL; TRACK_EXISTS when a takeover brings a track that is another's. `evicted`: the older session of the same identity. */
  admit(participant: Participant, o: { takeover: boolean }): RosterResult {
    const present = this.#participants.get(participant.sessionId);
    if (present !== undefined && present.identity !== participant.identity) return refuse('SESSION_UNKNOWN');
    if (participant.tracks.some((track) => (this.#publisherOf.get(track.trackId) ?? participant.sessionId) !== participant.sessionId)) return refuse('TRACK_EXISTS');
    if (present !== undefined) {
      const known = new Set(present.tracks.map((track) => track.trackId));
      const brought = participant.tracks.filter((track) => !known.has(track.trackId)).slice(0, limits.tracksPerParticipantMax - known.size);
      const changed = (['name', 'metadata', 'nodeId', 'signalingId', 'region'] as const).some((key) => present[key] !== participant[key]);
      return this.#commit([
        ...(changed ? [{ type: 'participantChanged', participant: { ...participant, quality: present.quality } } as const] : []),
        ...brought.map((track): RosterChange => ({ type: 'trackPublished', sessionId: participant.sessionId, track })),
      ]);
    }
    const older = this.byIdentity(participant.identity);
    // A session that comes back does not push out the newer one that replaced it meanwhile.
    if (older !== undefined && o.takeover && older.joinedWallMs > participant.joinedWallMs) return refuse('RESUME_REFUSED');
    if (older === undefined && this.size >= limits.participantsPerRoomMax) return refuse('ROOM_FULL');
    const changes: RosterChange[] = older === undefined ? [] : [{ type: 'participantLeft', sessionId: older.sessionId, reason: 'DUPLICATE_IDENTITY' }];
    const result = this.#commit([...changes, { type: 'participantJoined', participant }]);
    return result.ok && older !== undefined ? { ...result, evicted: older } : result;
  }

  /** Somebody leaves. SESSION_UNKNOWN, also when `doorId` is not (any more) the door of that session: a door that lost it may not end it. */
  leave(sessionId: string, reason: string, doorId?: string): RosterResult {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined || (doorId !== undefined && participant.signalingId !== doorId)) return refuse('SESSION_UNKNOWN');
    return this.#commit([{ type: 'participantLeft', sessionId, reason }]);
  }

  /** A new track. PARTICIPANT_UNKNOWN, NOT_PERMITTED, TRACK_LIMIT, TRACK_EXISTS; the same track of the same session again changes nothing. */
  publish(sessionId: string, track: Track): RosterResult {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return refuse('PARTICIPANT_UNKNOWN');
    if (!participant.canPublish) return refuse('NOT_PERMITTED');
    const publisher = this.#publisherOf.get(track.trackId);
    if (publisher !== undefined) return publisher === sessionId ? { ok: true, events: [] } : refuse('TRACK_EXISTS');
    if (participant.tracks.length >= limits.tracksPerParticipantMax) return refuse('TRACK_LIMIT');
    return this.#commit([{ type: 'trackPublished', sessionId, track }]);
  }

  /** A track ends. TRACK_UNKNOWN, also for a track of somebody else. */
  unpublish(sessionId: string, trackId: string, reason: string): RosterResult {
    if (this.#publisherOf.get(trackId) !== sessionId) return refuse('TRACK_UNKNOWN');
    return this.#commit([{ type: 'trackUnpublished', sessionId, trackId, reason }]);
  }

  /** Muted or not, by the publisher or by an administrator; nobody unmutes somebody else. TRACK_UNKNOWN, NOT_PERMITTED. */
  mute(sessionId: string, trackId: string, muted: boolean, bySessionId: string): RosterResult {
    if (this.#publisherOf.get(trackId) !== sessionId) return refuse('TRACK_UNKNOWN');
    const byOther = bySessionId !== sessionId;
    if (byOther && (!muted || this.#participants.get(bySessionId)?.admin !== true)) return refuse('NOT_PERMITTED');
    if (this.track(trackId)?.track.muted === muted) return { ok: true, events: [] };
    return this.#commit([{ type: 'trackMuted', sessionId, trackId, muted }]);
  }

  /** Name, metadata, node or door changed; tracks, quality, identity and rights stay. PARTICIPANT_UNKNOWN. */
  update(changed: Pick<Participant, 'sessionId' | 'name' | 'metadata' | 'nodeId' | 'signalingId' | 'region'>): RosterResult {
    const participant = this.#participants.get(changed.sessionId);
    if (participant === undefined) return refuse('PARTICIPANT_UNKNOWN');
    const { name, metadata, nodeId, signalingId, region } = changed;
    return this.#commit([{ type: 'participantChanged', participant: { ...participant, name, metadata, nodeId, signalingId, region } }]);
  }

  /** An administrator removes somebody. PARTICIPANT_UNKNOWN, NOT_PERMITTED. */
  kick(sessionId: string, bySessionId: string): RosterResult {
    if (this.#participants.get(bySessionId)?.admin !== true) return refuse('NOT_PERMITTED');
    const kicked = this.#participants.get(sessionId);
    if (kicked === undefined) return refuse('PARTICIPANT_UNKNOWN');
    const result = this.#commit([{ type: 'participantLeft', sessionId, reason: 'KICKED' }]);
    return result.ok ? { ...result, evicted: kicked } : result;
  }

  quality(sessionId: string, quality: Quality): RosterResult {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return refuse('PARTICIPANT_UNKNOWN');
    if (participant.quality === quality) return { ok: true, events: [] };
    return this.#commit([{ type: 'qualityChanged', sessionId, quality }]);
  }

  /** The active speakers; those who are not in the room are left out. */
  speak(speakers: readonly Speaker[]): RosterResult {
    const present = speakers.filter((speaker) => this.#participants.has(speaker.sessionId)).slice(0, limits.speakersMax);
    return this.#commit([{ type: 'speakersChanged', speakers: present }]);
  }

  /** Takes one event of the owner into a replica. */
  apply(event: RosterEvent): Applied {
    if (event.seq <= this.#seq) return 'known';
    if (event.seq !== this.#seq + 1) return 'gap';
    this.#take(event.change);
    this.#seq = event.seq;
    return 'applied';
  }

  /** Throws InvariantError unless the indexes say what the participants say. For tests and simulation, after every step. */
  validate(): void {
    assert(this.#byIdentity.size === this.#participants.size, 'one identity per participant');
    let tracks = 0;
    for (const [sessionId, participant] of this.#participants) {
      assert(participant.sessionId === sessionId, 'participant under its own id');
      assert(this.#byIdentity.get(participant.identity) === sessionId, 'identity leads to its session');
      for (const track of participant.tracks) assert(this.#publisherOf.get(track.trackId) === sessionId, 'track leads to its publisher');
      tracks += participant.tracks.length;
    }
    assert(this.#publisherOf.size === tracks, 'no track without a publisher');
    assert(this.#participants.size <= limits.participantsPerRoomMax, 'room within its limit');
    assert(this.#speakers.every((speaker) => this.#participants.has(speaker.sessionId)), 'speakers are present');
  }

  #commit(changes: readonly RosterChange[]): RosterResult {
    const events = changes.map((change) => {
      this.#take(change);
      this.#seq += 1;
      return { seq: this.#seq, change };
    });
    return { ok: true, events };
  }

  #take(change: RosterChange): void {
    switch (change.type) {
      case 'participantJoined':
        this.#put(change.participant);
        break;
      case 'participantLeft':
        this.#drop(change.sessionId);
        break;
      case 'participantChanged':
        this.#change(change.participant);
        break;
      case 'trackPublished':
        this.#tracksOf(change.sessionId, (tracks) => [...tracks.filter((track) => track.trackId !== change.track.trackId), change.track]);
        break;
      case 'trackUnpublished':
        this.#tracksOf(change.sessionId, (tracks) => tracks.filter((track) => track.trackId !== change.trackId));
        break;
      case 'trackMuted':
        this.#tracksOf(change.sessionId, (tracks) => tracks.map((track) => (track.trackId === change.trackId ? { ...track, muted: change.muted } : track)));
        break;
      case 'speakersChanged':
        this.#speakers = change.speakers;
        break;
      case 'qualityChanged': {
        const participant = this.#participants.get(change.sessionId);
        if (participant !== undefined) this.#participants.set(change.sessionId, { ...participant, quality: change.quality });
        break;
      }
      case 'unknown':
        break;
    }
  }

  /** participantChanged carries everything but tracks. */
  #change(changed: Participant): void {
    const present = this.#participants.get(changed.sessionId);
    if (present !== undefined) this.#put({ ...changed, tracks: present.tracks });
  }

  #put(participant: Participant): void {
    this.#participants.set(participant.sessionId, participant);
    this.#byIdentity.set(participant.identity, participant.sessionId);
    for (const track of participant.tracks) this.#publisherOf.set(track.trackId, participant.sessionId);
  }

  #drop(sessionId: string): void {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return;
    this.#participants.delete(sessionId);
    if (this.#byIdentity.get(participant.identity) === sessionId) this.#byIdentity.delete(participant.identity);
    for (const track of participant.tracks) this.#publisherOf.delete(track.trackId);
    this.#speakers = this.#speakers.filter((speaker) => speaker.sessionId !== sessionId);
  }

  #tracksOf(sessionId: string, change: (tracks: readonly Track[]) => Track[]): void {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return;
    for (const track of participant.tracks) this.#publisherOf.delete(track.trackId);
    const tracks = change(participant.tracks);
    this.#participants.set(sessionId, { ...participant, tracks });
    for (const track of tracks) this.#publisherOf.set(track.trackId, sessionId);
  }
}
