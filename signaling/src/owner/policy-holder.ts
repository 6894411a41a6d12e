// Policy of a room at its owner: applies policy changes to the participants, and ends the room at its booked end.
import { type RoomPolicy, wasRemovedBy } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { banLeftMs, mergedPolicy, type Roster } from '../core/index.ts';
import type { RosterWriter } from './roster-writer.ts';

export interface PolicyHolderOptions {
  readonly roster: Roster;
  /** A copy of the policy was found, or the api has said that there is none. */
  readonly isKnown: boolean;
  readonly clock: Clock;
  readonly rosterWriter: Pick<RosterWriter, 'announce' | 'unpublishForbidden' | 'remove'>;
  /** Stores a policy that the api does not have yet. */
  store(policy: RoomPolicy): void;
  /** Called at the booked end of a room that ends then. */
  end(): void;
}

/** A timer of more than 24 days fires at once, so it is renewed every hour. */
const endCheckMs = 3_600_000;

export class PolicyHolder {
  readonly #o: PolicyHolderOptions;
  #isKnown: boolean;
  #isChanged = false;
  #endTimer: Timer | undefined;
  #closed = false;

  constructor(o: PolicyHolderOptions) {
    this.#o = o;
    this.#isKnown = o.isKnown;
    this.#armEnd();
  }

  get current(): RoomPolicy {
    return this.#o.roster.policy;
  }
  /** True if a media node had the policy, or the api has answered. */
  get isKnown(): boolean {
    return this.#isKnown;
  }
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Adopts the policy of an act, unless it is unchanged. */
  change(policy: RoomPolicy): void {
    if (policy.version > this.current.version) this.#adopt(policy, true);
  }

  /** Adopts the api's policy. Changes that were made here before it was known are merged into it. */
  found(stored: RoomPolicy): void {
    const wasKnown = this.#isKnown;
    this.#isKnown = true;
    const local = this.current;
    if (!wasKnown && local.version > 0) this.#adopt(mergedPolicy(stored, local), true);
    else if (stored.version > local.version) this.#adopt(stored, false);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#endTimer?.cancel();
  }

  #adopt(policy: RoomPolicy, isOurs: boolean): void {
    const { roster, clock, rosterWriter, store } = this.#o;
    this.#isChanged ||= isOurs;
    rosterWriter.announce(roster.applyPolicy(policy));
    const wallMs = clock.wallMs();
    const banned = roster
      .participants()
      .filter(
        ({ identity }) => banLeftMs(policy, identity, wallMs) > 0 || wasRemovedBy(policy, identity, roster.info.sid),
      );
    if (banned.length > 0) rosterWriter.remove(banned, 'KICKED', '');
    for (const participant of roster.participants()) rosterWriter.unpublishForbidden(participant);
    // The removals above may have changed the policy again.
    if (isOurs && this.#isKnown) store(this.current);
    this.#armEnd();
  }

  #armEnd(): void {
    this.#endTimer?.cancel();
    this.#endTimer = undefined;
    const { endsWallMs, hardEnd } = this.current;
    if (this.#closed || !hardEnd || endsWallMs === 0) return;
    const leftMs = endsWallMs - this.#o.clock.wallMs();
    this.#endTimer = this.#o.clock.after(Math.min(endCheckMs, Math.max(0, leftMs)), () => {
      if (this.#o.clock.wallMs() >= endsWallMs) this.#o.end();
      else this.#armEnd();
    });
  }
}
