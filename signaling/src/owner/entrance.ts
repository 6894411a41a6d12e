// Admits clients to a room by its policy and fence. While the room is not empty, its first participant's fence holds.
import {
  fenceContains,
  isCrowdSession,
  isWatcher,
  limits,
  MeridianError,
  type Participant,
  type RoomPolicy,
  recorderOf,
  wasRemovedBy,
} from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { banLeftMs, occupiesRoom, type Roster, stageSizeOf } from '../core/index.ts';

export interface EntranceOptions {
  readonly clock: Clock;
  readonly roster: Roster;
  policy(): RoomPolicy;
  /** Returns whether the policy is known; until then a recorder may belong to a recording that is unknown here. */
  isPolicyKnown(): boolean;
  /** Fence of the media nodes' sessions; undefined: the room is still empty. */
  readonly fence: string | undefined;
}

/** Longest retry time that a refusal names; a client that is banned for longer gets none. */
const retryAfterMsMax = 3_600_000;

export class Entrance {
  readonly #o: EntranceOptions;
  #fence: string;

  constructor(o: EntranceOptions) {
    this.#o = o;
    this.#fence = o.fence ?? '';
  }

  /** Regions that the room may use; '': anywhere. */
  get fence(): string {
    return this.#fence;
  }

  /**
   * Returns the fence of the room with the newcomer, without a change: the first participant's, which every later token
   * must allow. KICKED while banned or removed, ROOM_LOCKED, ROOM_FULL; FENCE_CONFLICT when the room may use regions
   * that the newcomer's token forbids; RECORDING_ENDED for the recorder of an unknown recording; ROOM_ENDED for a
   * watcher of a room without people. `participant`: with the rights that the policy gives.
   */
  fenceWith(o: { participant: Participant; takeover: boolean; fence: string }): string {
    this.#refuseBanned(o.participant.identity);
    this.#refuseUnneededRecorder(o.participant);
    // None of these can wait in front of the room until a host lets it in: encoders and players would only hang.
    if (o.takeover || o.participant.hidden || o.participant.protocol !== 'webrtc')
      this.#refuseRemoved(o.participant.identity);
    // A session that another signaling node takes over was in the room already.
    if (!o.takeover) this.assertMayEnter(o.participant);
    const { roster } = this.#o;
    // The hidden sessions that stand for crowds have no media.
    const others = roster
      .participants()
      .some((one) => one.sessionId !== o.participant.sessionId && !isCrowdSession(one));
    const fence = others ? this.#fence : o.fence;
    if (o.takeover ? o.fence === fence : fenceContains(o.fence, fence)) return fence;
    throw new MeridianError('FENCE_CONFLICT');
  }

  /** Sets the room's fence after a participant has entered. */
  setFence(fence: string): void {
    this.#fence = fence;
  }

  /** Checks a viewer of a show's crowd. Throws KICKED while banned, ROOM_LOCKED. */
  assertMayWatch(identity: string): void {
    this.#refuseBanned(identity);
    if (this.#o.policy().locked) throw new MeridianError('ROOM_LOCKED');
  }

  /** Throws KICKED while banned, ROOM_LOCKED, ROOM_FULL. `admin`: leads the room, by policy or token. */
  assertMayEnter(
    o: Pick<Participant, 'identity' | 'admin' | 'hidden'> & Partial<Pick<Participant, 'canPublish'>>,
  ): void {
    const { identity, admin, hidden } = o;
    this.#refuseBanned(identity);
    const { roster } = this.#o;
    const policy = this.#o.policy();
    // A watcher enters only rooms with people, and opens none.
    if (isWatcher({ identity, hidden })) {
      if (!roster.participants().some(occupiesRoom)) throw new MeridianError('ROOM_ENDED');
      return;
    }
    // Recorders also enter a locked room, and do not count as participants.
    if (roster.byIdentity(identity) !== undefined || recorderOf({ identity, hidden }) !== undefined) return;
    if (policy.locked && !admin) throw new MeridianError('ROOM_LOCKED');
    const present = roster.participants().filter((one) => !one.hidden).length;
    if (policy.capacity > 0 && !hidden && present >= policy.capacity)
      throw new MeridianError('ROOM_FULL', `at most ${policy.capacity} participants`);
    const takesStage = policy.kind === 'show' && o.canPublish === true && !hidden && !admin;
    if (takesStage && stageSizeOf(roster.participants()) >= limits.stageMax)
      throw new MeridianError('ROOM_FULL', `${limits.stageMax} people are on the stage`);
  }

  #refuseUnneededRecorder(participant: Participant): void {
    const named = recorderOf(participant);
    if (named === undefined || !this.#o.isPolicyKnown()) return;
    const isWanted = this.#o.policy().recordings.some(({ recordingId }) => recordingId === named.recordingId);
    if (!isWanted) throw new MeridianError('RECORDING_ENDED');
  }

  #refuseRemoved(identity: string): void {
    const { policy, roster } = this.#o;
    if (wasRemovedBy(policy(), identity, roster.info.sid)) throw new MeridianError('KICKED');
  }

  #refuseBanned(identity: string): void {
    const { policy, clock } = this.#o;
    const leftMs = banLeftMs(policy(), identity, clock.wallMs());
    if (leftMs > retryAfterMsMax) throw new MeridianError('KICKED');
    if (leftMs > 0) throw new MeridianError('KICKED', 'removed from the room', { retryAfterMs: Math.ceil(leftMs) });
  }
}
