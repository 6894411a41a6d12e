// The roster of a room as it stands: who is in it, what they publish, and how far the order of changes has been
// followed.
//
// The owner's roster (roster.ts) decides what happens; every signaling node holds a replica and feeds it with the
// owner's events. Numbers are dense within an epoch: a replica that meets a gap has missed something, and asks for a
// snapshot.
import {
  assert,
  emptyRoomInfo,
  limits,
  type Participant,
  participantBytes,
  type RoomInfo,
  type RosterChange,
  type RosterEvent,
  type RosterView,
  type Speaker,
  type Track,
} from '@meridian/protocol';

export type Applied = 'applied' | 'known' | 'gap';

export class Replica {
  readonly #epoch: number;
  #seq = 0;
  readonly #participants = new Map<string, Participant>();
  readonly #byIdentity = new Map<string, string>();
  readonly #publisherOf = new Map<string, string>(); // track id -> session id
  #bytes = 0;
  #speakers: readonly Speaker[] = [];
  #info: RoomInfo = emptyRoomInfo;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** A replica as of `view`. */
  static of(view: RosterView): Replica {
    const replica = new Replica(view.epoch);
    for (const participant of view.participants) replica.put(participant);
    replica.#seq = view.seq;
    replica.#speakers = view.speakers;
    replica.#info = view.info;
    return replica;
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
  /** What the participants take in a snapshot on the wire. */
  get bytes(): number {
    return this.#bytes;
  }
  get speakers(): readonly Speaker[] {
    return this.#speakers;
  }
  get info(): RoomInfo {
    return this.#info;
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
  /** Who publishes a track; undefined when nobody does. */
  publisherOf(trackId: string): string | undefined {
    return this.#publisherOf.get(trackId);
  }
  view(): RosterView {
    return {
      epoch: this.#epoch,
      seq: this.#seq,
      participants: this.participants(),
      speakers: this.#speakers,
      info: this.#info,
    };
  }

  /** Takes one event of the owner into a replica. */
  apply(event: RosterEvent): Applied {
    if (event.seq <= this.#seq) return 'known';
    if (event.seq !== this.#seq + 1) return 'gap';
    this.next(event.change);
    return 'applied';
  }

  /**
   * Throws InvariantError unless the indexes say what the participants say. For tests and simulation, after every step.
   */
  validate(): void {
    assert(this.#byIdentity.size === this.#participants.size, 'one identity per participant');
    let tracks = 0;
    let bytes = 0;
    for (const [sessionId, participant] of this.#participants) {
      assert(participant.sessionId === sessionId, 'participant under its own id');
      assert(this.#byIdentity.get(participant.identity) === sessionId, 'identity leads to its session');
      for (const track of participant.tracks)
        assert(this.#publisherOf.get(track.trackId) === sessionId, 'track leads to its publisher');
      tracks += participant.tracks.length;
      bytes += participantBytes(participant);
    }
    assert(this.#publisherOf.size === tracks, 'no track without a publisher');
    assert(this.#bytes === bytes, 'bytes are those of the participants');
    assert(this.#participants.size <= limits.participantsPerRoomMax, 'room within its limit');
    assert(
      this.#speakers.every((speaker) => this.#participants.has(speaker.sessionId)),
      'speakers are present',
    );
  }

  /** Makes a change the next one in order. */
  protected next(change: RosterChange): RosterEvent {
    this.#take(change);
    this.#seq += 1;
    return { seq: this.#seq, change };
  }

  /** What is known of the room itself before anybody is in it. */
  protected begin(info: RoomInfo): void {
    this.#info = info;
  }

  #take(change: RosterChange): void {
    switch (change.type) {
      case 'participantJoined':
        this.put(change.participant);
        break;
      case 'participantLeft':
        this.drop(change.sessionId);
        break;
      case 'participantChanged':
        this.#change(change.participant);
        break;
      case 'trackPublished':
        this.#tracksOf(change.sessionId, (tracks) => [
          ...tracks.filter((track) => track.trackId !== change.track.trackId),
          change.track,
        ]);
        break;
      case 'trackUnpublished':
        this.#tracksOf(change.sessionId, (tracks) => tracks.filter((track) => track.trackId !== change.trackId));
        break;
      case 'trackMuted':
        this.#tracksOf(change.sessionId, (tracks) =>
          tracks.map((track) => (track.trackId === change.trackId ? { ...track, muted: change.muted } : track)),
        );
        break;
      case 'speakersChanged':
        this.#speakers = change.speakers;
        break;
      case 'qualityChanged': {
        const participant = this.#participants.get(change.sessionId);
        if (participant !== undefined)
          this.#participants.set(change.sessionId, { ...participant, quality: change.quality });
        break;
      }
      case 'roomChanged':
        this.#info = change.info;
        break;
      case 'unknown':
        break;
    }
  }

  /** participantChanged carries everything but tracks; they are where their publisher is. */
  #change(changed: Participant): void {
    const present = this.#participants.get(changed.sessionId);
    if (present === undefined) return;
    const { nodeId } = changed;
    const tracks = present.nodeId === nodeId ? present.tracks : present.tracks.map((track) => ({ ...track, nodeId }));
    this.put({ ...changed, tracks });
  }

  #hold(participant: Participant): void {
    const before = this.#participants.get(participant.sessionId);
    this.#bytes += participantBytes(participant) - (before === undefined ? 0 : participantBytes(before));
    this.#participants.set(participant.sessionId, participant);
  }

  protected put(participant: Participant): void {
    this.#hold(participant);
    this.#byIdentity.set(participant.identity, participant.sessionId);
    for (const track of participant.tracks) this.#publisherOf.set(track.trackId, participant.sessionId);
  }

  protected drop(sessionId: string): void {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return;
    this.#participants.delete(sessionId);
    this.#bytes -= participantBytes(participant);
    if (this.#byIdentity.get(participant.identity) === sessionId) this.#byIdentity.delete(participant.identity);
    for (const track of participant.tracks) this.#publisherOf.delete(track.trackId);
    this.#speakers = this.#speakers.filter((speaker) => speaker.sessionId !== sessionId);
  }

  #tracksOf(sessionId: string, change: (tracks: readonly Track[]) => Track[]): void {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return;
    for (const track of participant.tracks) this.#publisherOf.delete(track.trackId);
    const tracks = change(participant.tracks);
    this.#hold({ ...participant, tracks });
    for (const track of tracks) this.#publisherOf.set(track.trackId, sessionId);
  }
}
