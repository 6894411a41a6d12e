// What hosts and cohosts do in a running room, and each participant with its own hand. The service judges each act by
// the room's policy (docs/rooms.md); it is done when the call resolves, and all participants see it within a second.
import { type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import { newRecordingId, sourceToWire, type wire } from '@meridian/protocol';
import type {
  BreakOutOptions,
  MemberRights,
  ParticipantUpdate,
  PollOptions,
  RecordingLayout,
  RoomRole,
  RoomSettings,
  TrackSource,
} from './types.ts';

/** @internal */
export interface RoomActsPorts {
  request(body: Body): Promise<Pick<ServerFrame, 'ack'>>;
}

/**
 * Each rejects with NOT_PERMITTED, PARTICIPANT_UNKNOWN, TRACK_UNKNOWN, REQUEST_INVALID or NOT_CONNECTED. Identities
 * need not be in the room where the policy is what changes: roles, rights, bans.
 */
export class RoomActs {
  readonly #o: RoomActsPorts;

  /** @internal */
  constructor(o: RoomActsPorts) {
    this.#o = o;
  }

  /** Out of the room; with `banS` not in again for so many seconds, with `forever` never (`unban`). */
  remove(identity: string, o: { reason?: string; banS?: number; forever?: boolean } = {}): Promise<void> {
    const { reason = '', banS = 0, forever = false } = o;
    return this.#act({ remove: { identity, reason, banS, forever } });
  }
  unban(identity: string): Promise<void> {
    return this.#act({ unban: { identity } });
  }
  /** One track, those of a source, or (by default) all. No act unmutes another participant: `askUnmute`. */
  mute(identity: string, o: { trackId?: string; source?: TrackSource } = {}): Promise<void> {
    const { trackId = '', source } = o;
    const allSources = trackId === '' && source === undefined;
    return this.#act({ mute: { identity, trackId, source: sourceToWire(source ?? 'unknown'), allSources } });
  }
  /** But hosts, cohosts and ourselves. */
  muteEverybody(): Promise<void> {
    return this.#act({ mute: { everybody: true } });
  }
  /** The person is asked: its app gets `UnmuteAsked`. */
  askUnmute(identity: string, source: TrackSource = 'microphone'): Promise<void> {
    return this.#act({ askUnmute: { identity, source: sourceToWire(source) } });
  }
  /** Lobby, lock, capacity, spotlight, booked end, show or meeting, what holds for posts. */
  setRoom(settings: RoomSettings): Promise<void> {
    const { locked, lobby, capacity, spotlight, endsAtMs, hardEnd, kind } = settings;
    const { slowModeMs, postsMuted, postWords } = settings;
    return this.#act({
      setRoom: {
        ...(locked !== undefined && { locked }),
        ...(lobby !== undefined && { lobby }),
        ...(capacity !== undefined && { capacity }),
        ...(spotlight !== undefined && { spotlight: [...spotlight], setSpotlight: true }),
        ...(endsAtMs !== undefined && { endsWallMs: endsAtMs }),
        ...(hardEnd !== undefined && { hardEnd }),
        ...(kind !== undefined && { kind }),
        ...(slowModeMs !== undefined && { slowModeMs }),
        ...(postsMuted !== undefined && { postsMuted }),
        ...(postWords !== undefined && { postWords: [...postWords], setPostWords: true }),
      },
    });
  }
  /** '': what its token says. Only a host makes hosts. */
  setRole(identity: string, role: RoomRole | ''): Promise<void> {
    return this.#act({ member: { identity, role, reset: role === '' } });
  }
  /** Above role and token; those that are not named stay. `reset`: role and rights are what its token says again. */
  setRights(identity: string, rights: MemberRights | 'reset'): Promise<void> {
    if (rights === 'reset') return this.#act({ member: { identity, reset: true } });
    const { canPublish, canSubscribe, canPublishData } = rights;
    const toPublish = { canPublish: canPublish ?? null, canSubscribe: canSubscribe ?? null };
    return this.#act({ member: { identity, ...toPublish, canPublishData: canPublishData ?? null } });
  }
  updateParticipant(identity: string, { name, metadata, attributes }: ParticipantUpdate): Promise<void> {
    const changes = { name: name ?? null, metadata: metadata ?? null, attributes: { ...attributes } };
    return this.#act({ update: { identity, ...changes } });
  }
  /**
   * Of a show: has one of the crowd come onto the stage, where it may publish; off it, it watches again. Rejects with
   * QUOTA_EXCEEDED when the stage is full.
   */
  stage(identity: string, on: boolean): Promise<void> {
    return this.#act({ stage: { identity, on } });
  }
  /** Lets these of `room.waiters` in (by `waitId`), or all that wait. Participants that have gone are passed over. */
  admit(waitIds: readonly string[] | 'all'): Promise<void> {
    return this.#act({ admit: waitIds === 'all' ? { all: true } : { waitIds: [...waitIds] } });
  }
  /** Their connect() rejects with NOT_ADMITTED. */
  refuse(waitIds: readonly string[]): Promise<void> {
    return this.#act({ admit: { waitIds: [...waitIds], refused: true } });
  }
  raiseHand(): Promise<void> {
    return this.#act({ hand: { raised: true } });
  }
  /** The own hand, or another one's, in the crowd of a show too. */
  lowerHand(identity = ''): Promise<void> {
    return this.#act({ hand: { identity } });
  }
  lowerAllHands(): Promise<void> {
    return this.#act({ hand: { everybody: true } });
  }
  /**
   * Has the room recorded, or the tracks of one participant; by hosts. Resolves with the recording's id: it is in
   * `room.recordings` then, and waits until a recorder begins. `mode`: '' keeps tracks as they are published,
   * `composed` makes one picture and one sound of all, with this layout. Rejects with QUOTA_EXCEEDED beyond eight
   * recordings.
   */
  async startRecording({
    identity = '',
    mode = '',
    layout = 'grid',
  }: {
    identity?: string;
    mode?: '' | 'composed';
    layout?: RecordingLayout;
  } = {}): Promise<string> {
    // Sent once more it is not begun twice. An older service takes it as the id.
    const askedId = newRecordingId((count) => crypto.getRandomValues(new Uint8Array(count)));
    const { ack } = await this.#sent({ startRecording: { recordingId: askedId, identity, mode, layout } });
    return ack?.recordingId || askedId;
  }
  /**
   * Of one composed recording, or by default of all; by hosts. Rejects with REQUEST_INVALID when there is no such one.
   */
  setRecordingLayout(layout: RecordingLayout, recordingId = ''): Promise<void> {
    return this.#act({ recordingLayout: { recordingId, layout } });
  }
  /** One recording, or by default all; by hosts. */
  stopRecording(recordingId = ''): Promise<void> {
    return this.#act({ stopRecording: { recordingId } });
  }
  /**
   * Opens these break-out rooms in place of those before, or closes all (none): at most 50, for at most 1000 people.
   * One that is there under the same name stays. `message`: an announcement to all.
   */
  setBreakOuts(list: readonly BreakOutOptions[], { message = '' }: { message?: string } = {}): Promise<void> {
    const breakOuts = list.map(({ breakOutId = '', name, identities, endsAtMs = 0 }) => ({
      breakOutId,
      name,
      identities: [...identities],
      endsWallMs: endsAtMs,
    }));
    return this.#act({ breakOuts: { breakOuts, set: true, message } });
  }
  /** An announcement (`room.posts`) to all, in break-out rooms too. */
  announce(message: string): Promise<void> {
    return this.#act({ breakOuts: { message } });
  }
  /** A post or question leaves every screen. */
  removePost(postId: string): Promise<void> {
    return this.#act({ removePost: { postId } });
  }
  setQuestion(postId: string, state: 'open' | 'answering' | 'answered'): Promise<void> {
    return this.#act({ question: { postId, state } });
  }
  /** It is on `room.board` then. Rejects with QUOTA_EXCEEDED beyond 20 polls. */
  startPoll({ text, options, many = false, endsAtMs = 0 }: PollOptions): Promise<void> {
    return this.#act({ poll: { text, options: [...options], many, endsWallMs: endsAtMs } });
  }
  /** No more votes are taken. Rejects with POST_UNKNOWN, as all that name a poll or question. */
  closePoll(pollId: string): Promise<void> {
    return this.#act({ poll: { pollId, closed: true } });
  }
  removePoll(pollId: string): Promise<void> {
    return this.#act({ poll: { pollId, remove: true } });
  }
  /** Everybody out, and the room is over; by hosts. */
  end(reason = ''): Promise<void> {
    return this.#act({ end: { reason } });
  }

  async #act(act: wire.RoomAct.$Properties): Promise<void> {
    const target = act.remove ?? act.unban ?? act.askUnmute ?? act.member ?? act.update ?? act.stage;
    if (target != null && (target.identity ?? '') === '')
      throw new MeridianClientError('ARGUMENT_INVALID', 'no identity');
    await this.#sent(act);
  }

  #sent(act: wire.RoomAct.$Properties): Promise<Pick<ServerFrame, 'ack'>> {
    return this.#o.request({ act });
  }
}
