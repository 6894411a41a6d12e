// Checks acts of participants and companies by the table of core/policy.ts, and performs them (docs/rooms.md, "Acts").
import {
  areAttributes,
  attributesWith,
  emptyPost,
  identifiedBreakOuts,
  MeridianError,
  mayHaveBreakOuts,
  mayReceive,
  newBreakOutId,
  newRecordingId,
  type Participant,
  type Post,
  type RoomPolicy,
  type RoomRecording,
  recorderOf,
  type Track,
  withRecording,
} from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import {
  type Act,
  type Actor,
  type ActType,
  banLeftMs,
  type MuteWhat,
  policyAfter,
  type Rank,
  type Roster,
  type RosterResult,
  rankOf,
  recordingNamed,
  recordingRefusal,
  refusalOf,
  removalInBreakOuts,
  withRecordings,
  withRemoved,
} from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { BreakOutRemovals } from './break-out-removals.ts';
import type { RoomPosts } from './posts.ts';
import { changesOf, type RosterWriter } from './roster-writer.ts';
import type { Stage } from './stage.ts';

/**
 * Result of an act. `participant`: the act's target after the change; `affected`: number of changed participants or
 * tracks; `recordingId`: the recording that began or was found, else ''.
 */
export interface ActResult {
  readonly affected: number;
  readonly participant: Participant | undefined;
  readonly recordingId: string;
}

export interface ActsOptions {
  readonly roster: Roster;
  /** The tenant's name of the room. */
  readonly roomName: string;
  readonly clock: Clock;
  readonly rng: Pick<Rng, 'bytes'>;
  changePolicy(policy: RoomPolicy): void;
  readonly rosterWriter: Pick<RosterWriter, 'announce' | 'remove' | 'order' | 'sendData'>;
  /** Admits waiting people, or refuses them; returns how many. */
  admit(act: Extract<Act, { type: 'admit' }>): number;
  readonly stage: Pick<Stage, 'hasCrowd' | 'assertHasPlace' | 'ask' | 'remove' | 'lower' | 'lowerAll'>;
  readonly posts: Pick<RoomPosts, 'announce' | 'remove' | 'poll' | 'question'>;
  readonly breakOutRemovals: Pick<BreakOutRemovals, 'add' | 'forget' | 'mayHoldToken'>;
  onEnded(): void;
  /** Returns the recordings that the tenant may begin: `TenantLimits.recording`. */
  mayRecord(): string;
  /** Returns whether a library node can keep the room's recordings. */
  hasLibrary(): boolean;
}

type ActOf<T extends ActType> = Extract<Act, { readonly type: T }>;

export class Acts {
  readonly #o: ActsOptions;

  constructor(o: ActsOptions) {
    this.#o = o;
  }

  /** Throws NOT_PERMITTED, PARTICIPANT_UNKNOWN, TRACK_UNKNOWN, VERSION_CONFLICT; REQUEST_INVALID over a limit. */
  perform(act: Act, actor: Actor): ActResult {
    const refused = refusalOf(act, actor, (identity) => this.#rankOf(identity));
    if (refused !== undefined) throw new MeridianError(refused);
    if (act.type === 'startRecording') return this.#startRecording(act, actor);
    const affected = (this.#handlers[act.type] as (act: Act, actor: Actor) => number)(act, actor);
    const identity = identityOf(act, actor);
    const participant = identity === undefined ? undefined : this.#o.roster.byIdentity(identity);
    return { affected, participant, recordingId: '' };
  }

  /** Returns the rank of an identity in the room, or by the policy if it is absent. */
  #rankOf(identity: string): Rank {
    const { roster } = this.#o;
    const role = roster.policy.members.find((member) => member.identity === identity)?.role ?? '';
    return rankOf(roster.byIdentity(identity) ?? { role, admin: false });
  }

  readonly #handlers: {
    readonly [type in Exclude<ActType, 'startRecording'>]: (act: ActOf<type>, actor: Actor) => number;
  } = {
    remove: (act) => {
      const present = this.#o.roster.byIdentity(act.identity);
      const { stage } = this.#o;
      // Only signaling nodes know whether the identity is in the crowd.
      if (present === undefined && act.bannedFor === 0 && !stage.hasCrowd)
        throw new MeridianError('PARTICIPANT_UNKNOWN');
      if (present !== undefined) this.#o.rosterWriter.remove([present], 'KICKED', act.reason);
      stage.remove(act.identity, 'KICKED');
      const banned = this.#policyAfter(act);
      // A ban keeps out one identity; the removal also makes new guests wait, whom the person may have become.
      const isRecorder = present !== undefined && recorderOf(present) !== undefined;
      const { policy, info } = this.#o.roster;
      const removal = { identity: act.identity, roomSid: info.sid };
      this.#setPolicy(act.mayReturn || isRecorder ? banned : withRemoved(policy, { bans: banned.bans, ...removal }));
      this.#removeFromBreakOuts(act, !act.mayReturn && this.#o.breakOutRemovals.mayHoldToken(act.identity));
      return Number(present !== undefined);
    },
    unban: (act) => {
      this.#o.breakOutRemovals.forget([act.identity]);
      return this.#changePolicy(act);
    },
    mute: (act, actor) => {
      const targets = act.of === 'everybody' ? this.#audience(actor) : [this.#participantOf(act.of.identity)];
      const tracks = targets.flatMap((participant) =>
        participant.tracks.filter((track) => isTargeted(track, act.what)).map((track) => ({ participant, track })),
      );
      if (typeof act.what === 'object' && 'trackId' in act.what && tracks.length === 0)
        throw new MeridianError('TRACK_UNKNOWN');
      return tracks.filter(({ participant, track }) => this.#mute(participant, track)).length;
    },
    askUnmute: (act, actor) => {
      const byIdentity = actor === 'service' ? '' : actor.identity;
      this.#o.rosterWriter.order(this.#participantOf(act.identity), { askUnmute: { byIdentity, source: act.source } });
      return 1;
    },
    setRoom: (act) => this.#changePolicy(act),
    member: (act) => this.#changePolicy(act),
    metadata: ({ metadata, expectedVersion }) => this.#apply(this.#o.roster.updateRoom({ metadata }, expectedVersion)),
    update: (act) => {
      const participant = this.#participantOf(act.identity);
      const attributes = attributesWith(participant.attributes, act.attributes);
      if (!areAttributes(attributes)) throw new MeridianError('REQUEST_INVALID', 'too many attributes');
      const { name = participant.name, metadata = participant.metadata } = act;
      return this.#apply(this.#o.roster.update({ ...participant, name, metadata, attributes }));
    },
    admit: (act) => this.#o.admit(act),
    hand: (act, actor) => this.#hand(act, actor),
    data: ({ payload, topic, lossy, identities }) => {
      const wanted = new Set(identities);
      const to = this.#o.roster.participants().filter(({ identity }) => wanted.size === 0 || wanted.has(identity));
      const data = { sessionId: '', identity: '', payload, topic, lossy, wallMs: this.#o.clock.wallMs() };
      if (to.length > 0) this.#o.rosterWriter.sendData(to, data);
      return to.length;
    },
    book: (act) => this.#changePolicy(act),
    recordingLayout: ({ recordingId: name, ...act }) => {
      const recordingId = this.#recordingIdOf(name);
      const isThere = this.#o.roster.policy.recordings.some(
        (one) => one.mode === 'composed' && (recordingId === '' || one.recordingId === recordingId),
      );
      if (!isThere) throw new MeridianError('REQUEST_INVALID', 'the room has no such composed recording');
      return this.#changePolicy({ ...act, recordingId });
    },
    stopRecording: ({ type, recordingId }) =>
      this.#changePolicy({ type, recordingId: this.#recordingIdOf(recordingId) }),
    stage: (act, actor) => this.#stage(act, actor),
    post: ({ post }) => this.#o.posts.announce(post),
    removePost: ({ postId }) => this.#o.posts.remove(postId),
    poll: (act, actor) => this.#o.posts.poll(act, actor),
    question: (act) => this.#o.posts.question(act),
    breakOuts: (act, actor) => this.#breakOuts(act, actor),
    subscribe: (act) => this.#subscribe(act),
    end: ({ reason }) => {
      const participants = this.#o.roster.participants();
      this.#o.rosterWriter.remove(participants, 'ROOM_ENDED', reason);
      this.#o.onEnded();
      return participants.length;
    },
  };

  /** Removes the people that were removed in this life of the room from its break-outs, for a new owner of the room. */
  repeatRemovals(): void {
    const { roster, clock } = this.#o;
    for (const { identity, roomSid } of roster.policy.removed) {
      const leftMs = banLeftMs(roster.policy, identity, clock.wallMs());
      const bannedFor = leftMs === Number.POSITIVE_INFINITY ? 'forever' : leftMs;
      const removed = { identity, reason: '', bannedFor, mayReturn: false } as const;
      // A new owner does not know who was here: everyone that was removed may hold a token.
      if (roomSid === roster.info.sid) this.#removeFromBreakOuts(removed, true);
    }
  }

  #removeFromBreakOuts(removed: Omit<ActOf<'remove'>, 'type'>, mayOpen: boolean): void {
    this.#o.breakOutRemovals.add(removalInBreakOuts(removed, bounds.breakOutTokenMs), mayOpen);
  }

  /** Raises or lowers hands of participants; hands of the crowd can only be lowered. */
  #hand({ of, raised }: ActOf<'hand'>, actor: Actor): number {
    const { roster, stage, clock } = this.#o;
    const own = actor === 'service' ? '' : actor.identity;
    const identity = of === 'everybody' ? '' : of === 'own' ? own : of.identity;
    const lowered = of === 'everybody' ? stage.lowerAll() : Number(stage.lower(identity));
    const present = roster.byIdentity(identity);
    // Only signaling nodes know whether the identity is in the crowd.
    if (of !== 'everybody' && present === undefined && !stage.hasCrowd) throw new MeridianError('PARTICIPANT_UNKNOWN');
    const whose = of === 'everybody' ? roster.participants() : present === undefined ? [] : [present];
    const wallMs = clock.wallMs();
    const changed = whose.filter(({ handRaisedWallMs }) => handRaisedWallMs > 0 !== raised);
    for (const participant of changed)
      this.#apply(roster.update({ ...participant, handRaisedWallMs: raised ? wallMs : 0 }));
    return lowered + changed.length;
  }

  #breakOuts({ set, message }: ActOf<'breakOuts'>, actor: Actor): number {
    const { roster, roomName, rng, posts, clock } = this.#o;
    const { policy } = roster;
    if (!mayHaveBreakOuts(roomName, policy.kind))
      throw new MeridianError('REQUEST_INVALID', 'this room can have no break-out rooms');
    // The announcement is posted first, so that a refused text leaves the break-outs unchanged.
    const posted = message === '' ? 0 : posts.announce(this.#announcementOf(message, actor));
    if (set === undefined) return posted;
    const idOf = (): string => newBreakOutId((count) => rng.bytes(count));
    const breakOuts = identifiedBreakOuts(set, policy.breakOuts, { nowWallMs: clock.wallMs(), idOf });
    return posted + this.#changePolicy({ type: 'breakOuts', set: breakOuts, message });
  }

  #announcementOf(text: string, actor: Actor): Post {
    const identity = actor === 'service' ? '' : actor.identity;
    const name = this.#o.roster.byIdentity(identity)?.name ?? '';
    return Object.assign({}, emptyPost, { kind: 'announcement', identity, name, text });
  }

  /** Gives or takes the role that may publish; a participant whose part on the stage is over returns to the crowd. */
  #stage(act: ActOf<'stage'>, actor: Actor): number {
    const { roster, stage, rosterWriter } = this.#o;
    const { identity, on } = act;
    if (roster.policy.kind !== 'show') throw new MeridianError('REQUEST_INVALID', 'the room is no show');
    if (this.#rankOf(identity) !== 'none') throw new MeridianError('REQUEST_INVALID', 'a host has its place');
    const present = roster.byIdentity(identity);
    if (on && present?.canPublish !== true) stage.assertHasPlace();
    const changed = this.#changePolicy(act);
    stage.ask(identity, on, actor === 'service' ? '' : actor.identity);
    if (!on && present !== undefined) rosterWriter.remove([present], 'STAGE_LEFT', '');
    return changed;
  }

  /** Has the receiver's signaling node subscribe as if its client had asked, within the publisher's limits. */
  #subscribe({ identity, trackIds, subscribed }: ActOf<'subscribe'>): number {
    const { roster, rosterWriter } = this.#o;
    const receiver = this.#participantOf(identity);
    for (const trackId of trackIds) {
      const found = roster.track(trackId);
      const isOwn = found?.publisher.sessionId === receiver.sessionId;
      if (found === undefined || isOwn || found.track.derivedFrom !== undefined)
        throw new MeridianError('TRACK_UNKNOWN');
      if (subscribed && !(receiver.canSubscribe && mayReceive(found.publisher, found.track.source, identity)))
        throw new MeridianError('NOT_PERMITTED', 'the participant may not receive the track');
    }
    rosterWriter.order(receiver, { subscribe: { trackIds, subscribed } });
    return trackIds.length;
  }

  /** Returns all participants except the room's leaders and the actor. */
  #audience(actor: Actor): Participant[] {
    const own = actor === 'service' ? '' : actor.identity;
    return this.#o.roster.participants().filter((one) => rankOf(one) === 'none' && one.identity !== own);
  }

  /** Mutes a track with its publisher's renditions. Returns false if it was muted. */
  #mute(publisher: Participant, { trackId }: Track): boolean {
    const isChanged = this.#apply(this.#o.roster.mute(publisher.sessionId, trackId, true)) > 0;
    if (isChanged) this.#o.rosterWriter.order(publisher, { muteTrackId: trackId });
    return isChanged;
  }

  #participantOf(identity: string): Participant {
    const participant = this.#o.roster.byIdentity(identity);
    if (participant === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
    return participant;
  }

  #changePolicy(act: Act): number {
    return this.#setPolicy(this.#policyAfter(act));
  }

  #policyAfter(act: Act): RoomPolicy {
    const after = policyAfter(this.#o.roster.policy, act, this.#o.clock.wallMs());
    if (typeof after === 'string') throw new MeridianError(after);
    return after;
  }

  #setPolicy(after: RoomPolicy): number {
    const isOther = after !== this.#o.roster.policy;
    this.#o.changePolicy(after);
    return Number(isOther);
  }

  /** Begins a recording; an id that is known already begins nothing. */
  #startRecording(act: ActOf<'startRecording'>, actor: Actor): ActResult {
    const { roster, mayRecord, hasLibrary } = this.#o;
    const { policy } = roster;
    const participant = roster.byIdentity(act.identity);
    const known = recordingNamed(policy.recordings, act.recordingId);
    if (known !== undefined) return { affected: 0, participant, recordingId: known.recordingId };
    const refused = recordingRefusal(mayRecord(), act.mode);
    if (refused !== undefined) throw new MeridianError(refused, "the tenant's limits allow no such recording");
    if (!hasLibrary()) throw new MeridianError('NO_LIBRARY');
    const begun = this.#newRecording(act, actor);
    const affected = this.#setPolicy(withRecordings(policy, withRecording(policy.recordings, begun)));
    return { affected, participant, recordingId: begun.recordingId };
  }

  /** Returns the id of a recording that a client may know by its own name. */
  #recordingIdOf(name: string): string {
    return recordingNamed(this.#o.roster.policy.recordings, name)?.recordingId ?? name;
  }

  /**
   * Returns the recording that begins. A recording requested in a room without people belongs to the next life, unless
   * this one continues. Only the service chooses ids: a reused id would have neither a record nor an end of its own.
   */
  #newRecording(act: ActOf<'startRecording'>, actor: Actor): RoomRecording {
    const { roster, clock, rng } = this.#o;
    const { recordingId, identity, priority, mode, layout, pageUrl } = act;
    const hasPeople = roster.participants().some(({ hidden }) => !hidden);
    const chosenId = actor === 'service' ? recordingId : '';
    return {
      recordingId: chosenId || newRecordingId((count) => rng.bytes(count)),
      identity,
      state: 'waiting',
      sinceWallMs: clock.wallMs(),
      byIdentity: actor === 'service' ? '' : actor.identity,
      roomSid: hasPeople ? roster.info.sid : '',
      priority: actor === 'service' ? priority : 0,
      expectedWallMs: 0,
      mode,
      layout,
      pageUrl,
      askedId: actor === 'service' ? '' : recordingId,
      failure: '',
      later: false,
    };
  }

  #apply(result: RosterResult): number {
    const changes = changesOf(result);
    this.#o.rosterWriter.announce(changes);
    return Number(changes.events.length > 0);
  }
}

/** Returns whether a mute targets the track. A rendition is no target: it is muted with its original. */
function isTargeted(track: Track, what: MuteWhat): boolean {
  if (track.derivedFrom !== undefined) return false;
  if (what === 'all') return true;
  return 'trackId' in what ? track.trackId === what.trackId : track.source === what.source;
}

function identityOf(act: Act, actor: Actor): string | undefined {
  if (act.type === 'member') return act.member.identity;
  if ('identity' in act) return act.identity;
  if ((act.type !== 'mute' && act.type !== 'hand') || act.of === 'everybody') return undefined;
  if (act.of === 'own') return actor === 'service' ? undefined : actor.identity;
  return act.of.identity;
}
