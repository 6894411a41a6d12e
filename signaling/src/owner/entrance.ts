// Who may come into a room: nobody who was kicked a short time ago, nobody whose token does not allow the regions that
// the room may use. The fence of the room is kept here: it is that of who comes first, as long as anybody is here.
import { holdsFence, limits, MeridianError, type Participant } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Bans, Roster } from '../core/index.ts';

export interface EntranceOptions {
  readonly roomKey: string;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly bans: Bans;
  /** Other instances have to know, for the time when they own the room. */
  onBanned(roomKey: string, identity: string, leftMs: number): void;
  /** Of the sessions that the media nodes hold; undefined: nobody is here yet. */
  readonly fence: string | undefined;
}

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
   * The fence of the room with whoever joins in it: that of the first, which every later token must allow. Changes
   * nothing. KICKED while banned, FENCE_CONFLICT when the room may use regions that the newcomer's token forbids.
   */
  fenceWith(o: { participant: Participant; takeover: boolean; fence: string }): string {
    this.#refuseBanned(o.participant.identity);
    const { roster } = this.#o;
    const others = roster.size - Number(roster.get(o.participant.sessionId) !== undefined);
    const fence = others > 0 ? this.#fence : o.fence;
    if (o.takeover ? o.fence === fence : holdsFence(o.fence, fence)) return fence;
    throw new MeridianError('FENCE_CONFLICT');
  }

  /** Somebody has come in, and the room has this fence since. */
  entered(fence: string): void {
    this.#fence = fence;
  }

  /** Somebody was kicked. */
  ban(identity: string): void {
    const { bans, roomKey, clock } = this.#o;
    bans.add(roomKey, identity, clock.nowMs() + limits.kickBanMs);
    this.#o.onBanned(roomKey, identity, limits.kickBanMs);
  }

  #refuseBanned(identity: string): void {
    const { bans, roomKey, clock } = this.#o;
    const retryAfterMs = Math.ceil(bans.leftMs(roomKey, identity, clock.nowMs()));
    if (retryAfterMs > 0) throw new MeridianError('KICKED', 'removed from the room a short time ago', { retryAfterMs });
  }
}
