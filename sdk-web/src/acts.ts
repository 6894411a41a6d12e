// Acts of hosts and cohosts in a running room, and each participant's own hand. The service judges each act by the
// room's policy (docs/rooms.md). A call resolves when its act is done, and all participants see it within a second.
import { type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import { newRecordingId, sourceToWire, type wire } from '@meridian/protocol';
import type {
  BreakOutOptions,
  MemberRights,
  ParticipantUpdate,
  PollOptions,
  RecordingLayout,
  RecordingMode,
  RoomRole,
  RoomSettings,
  TrackSource,
} from './types.ts';

/** @internal */
export interface RoomActsPorts {
  request(body: Body): Promise<Pick<ServerFrame, 'ack'>>;
}

/**
 * Each act rejects with NOT_PERMITTED, PARTICIPANT_UNKNOWN, TRACK_UNKNOWN, REQUEST_INVALID or NOT_CONNECTED. Acts that
 * change the policy (roles, rights, bans) accept identities that are not in the room.
 */
export class RoomActs {
  readonly #o: RoomActsPorts;

  /** @internal */
  constructor(o: RoomActsPorts) {
    this.#o = o;
  }

  /**
   * Removes a participant. For the rest of the meeting it waits in front of the room when it comes back, until a host
   * lets it in; with `mayReturn` it comes in. `banS` refuses it for this many seconds, `forever` until `unban`.
   */
  remove(
    identity: string,
    o: { reason?: string; banS?: number; forever?: boolean; mayReturn?: boolean } = {},
  ): Promise<void> {
    const { reason = '', banS = 0, forever = false, mayReturn = false } = o;
    return this.#act({ remove: { identity, reason, banS, forever, mayReturn } });
  }
  unban(identity: string): Promise<void> {
    return this.#act({ unban: { identity } });
  }
  /** Mutes one track, the tracks of a source, or (by default) all. No act unmutes others; `askUnmute` asks them to. */
  mute(identity: string, o: { trackId?: string; source?: TrackSource } = {}): Promise<void> {
    const { trackId = '', source } = o;
    const allSources = trackId === '' && source === undefined;
    return this.#act({ mute: { identity, trackId, source: sourceToWire(source ?? 'unknown'), allSources } });
  }
  /** Mutes all but hosts, cohosts and ourselves. */
  muteEverybody(): Promise<void> {
    return this.#act({ mute: { everybody: true } });
  }
  /** Asks a participant to unmute: its app gets `UnmuteAsked`. */
  askUnmute(identity: string, source: TrackSource = 'microphone'): Promise<void> {
    return this.#act({ askUnmute: { identity, source: sourceToWire(source) } });
  }
  /** Sets lobby, lock, capacity, spotlight, booked end, kind, and limits on posts. */
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
  /** '' resets the role to the token's. Only a host makes hosts. */
  setRole(identity: string, role: RoomRole | ''): Promise<void> {
    return this.#act({ member: { identity, role, reset: role === '' } });
  }
  /** Sets rights that override role and token; rights left out stay. `reset` restores the token's role and rights. */
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
  /** In a show: brings a viewer of the crowd onto the stage, or off it. Rejects with QUOTA_EXCEEDED. */
  stage(identity: string, on: boolean): Promise<void> {
    return this.#act({ stage: { identity, on } });
  }
  /** Admits the named waiters of `room.waiters` (by `waitId`), or all. Skips waiters that have gone. */
  admit(waitIds: readonly string[] | 'all'): Promise<void> {
    return this.#act({ admit: waitIds === 'all' ? { all: true } : { waitIds: [...waitIds] } });
  }
  /** Makes the waiters' connect() reject with NOT_ADMITTED. */
  refuse(waitIds: readonly string[]): Promise<void> {
    return this.#act({ admit: { waitIds: [...waitIds], refused: true } });
  }
  raiseHand(): Promise<void> {
    return this.#act({ hand: { raised: true } });
  }
  /** Lowers our own hand, or another participant's, also in the crowd of a show. */
  lowerHand(identity = ''): Promise<void> {
    return this.#act({ hand: { identity } });
  }
  lowerAllHands(): Promise<void> {
    return this.#act({ hand: { everybody: true } });
  }
  /**
   * Starts a recording of the room, or of one participant; for hosts. Resolves with the recording's id: the recording
   * is then in `room.recordings` and waits for a recorder. `mode` `composed` makes one video of all with this layout;
   * `tracks` keeps a file of each camera, microphone and screen. Without a mode it is composed, or tracks where the
   * company may record these alone. Rejects with NOT_PERMITTED for a mode that the company may not record,
   * QUOTA_EXCEEDED beyond eight recordings, NO_LIBRARY when no library node in the room's regions can keep it.
   */
  async startRecording({
    identity = '',
    mode,
    layout = 'grid',
  }: {
    identity?: string;
    mode?: Exclude<RecordingMode, 'page'>;
    layout?: RecordingLayout;
  } = {}): Promise<string> {
    // With this id a repeated request starts no second recording. An older service uses it as the recording's id.
    const askedId = newRecordingId((count) => crypto.getRandomValues(new Uint8Array(count)));
    const start = async (sentMode: 'composed' | ''): Promise<string> => {
      const startRecording = { recordingId: askedId, identity, mode: sentMode, layout };
      const { ack } = await this.#sent({ startRecording });
      return ack?.recordingId || askedId;
    };
    if (mode !== undefined) return start(mode === 'composed' ? 'composed' : '');
    try {
      return await start('composed');
    } catch (error) {
      if (!(error instanceof MeridianClientError && error.code === 'NOT_PERMITTED')) throw error;
      return start('');
    }
  }
  /** Sets the layout of one composed recording, or by default of all; for hosts. Rejects with REQUEST_INVALID. */
  setRecordingLayout(layout: RecordingLayout, recordingId = ''): Promise<void> {
    return this.#act({ recordingLayout: { recordingId, layout } });
  }
  /** Stops one recording, or by default all; for hosts. */
  stopRecording(recordingId = ''): Promise<void> {
    return this.#act({ stopRecording: { recordingId } });
  }
  /**
   * Opens these break-out rooms in place of the present ones: at most 50, for at most 1000 people. An open room of the
   * same name stays; an empty list closes all. `message`: an announcement to all.
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
  /** Sends an announcement (`room.posts`) to all participants, also in break-out rooms. */
  announce(message: string): Promise<void> {
    return this.#act({ breakOuts: { message } });
  }
  /** Removes a post or question from every screen. */
  removePost(postId: string): Promise<void> {
    return this.#act({ removePost: { postId } });
  }
  setQuestion(postId: string, state: 'open' | 'answering' | 'answered'): Promise<void> {
    return this.#act({ question: { postId, state } });
  }
  /** Starts a poll on `room.board`. Rejects with QUOTA_EXCEEDED beyond 20 polls. */
  startPoll({ text, options, many = false, endsAtMs = 0 }: PollOptions): Promise<void> {
    return this.#act({ poll: { text, options: [...options], many, endsWallMs: endsAtMs } });
  }
  /** Ends the voting. Rejects with POST_UNKNOWN, like every call that names a poll or question. */
  closePoll(pollId: string): Promise<void> {
    return this.#act({ poll: { pollId, closed: true } });
  }
  removePoll(pollId: string): Promise<void> {
    return this.#act({ poll: { pollId, remove: true } });
  }
  /** Ends the room for all; for hosts. */
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
