// Our membership in a show's crowd: whether we are in it, whether the next join asks for it, and the hands that hosts
// see.
import type { CrowdHands, Emitter } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { RoomEventMap } from './events.ts';

export interface CrowdMembershipOptions {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  readonly isWanted: boolean;
  /** True for a session without WebRTC media: the page plays the show from a gateway. */
  readonly isSignalingOnly: boolean;
  /** True when the application, not the SDK, follows a call onto the stage (`goOnStage`). */
  readonly isAskedFirst?: boolean;
  joinAgain(): void;
}

const noHands: CrowdHands = { hands: [], more: 0 };

export class CrowdMembership {
  readonly #o: CrowdMembershipOptions;
  #isWanted: boolean;
  #isIn = false;
  #hands = noHands;

  constructor(o: CrowdMembershipOptions) {
    this.#o = o;
    this.#isWanted = o.isWanted;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }
  /** True when the next join asks for no receive transport. */
  get isSignalingOnly(): boolean {
    return this.#isWanted && this.#o.isSignalingOnly;
  }
  get isIn(): boolean {
    return this.#isIn;
  }
  get hands(): CrowdHands {
    return this.#hands;
  }

  /** `first`: connect() has not resolved yet. */
  onJoined({ isCrowd }: wire.Joined, first: boolean): void {
    const wasIn = this.#isIn;
    this.#isIn = isCrowd;
    if (isCrowd) this.#isWanted = true; // the service did not let us onto the stage
    this.setHands(noHands); // the service sends the raised hands again
    if (!first && wasIn !== isCrowd) this.#o.events.emit('crowdChanged', isCrowd);
  }

  setHands(hands: CrowdHands): void {
    if (hands.hands.length === 0 && this.#hands.hands.length === 0) return;
    this.#hands = hands;
    this.#o.events.emit('crowdHandsChanged', hands.hands);
  }

  /** Handles a call onto or off the stage. Off it, the service ends the session, and we rejoin in the crowd. */
  onStageAsked({ on, byIdentity }: wire.StageAsked.$Properties): void {
    const isOn = on === true;
    if (!isOn) this.#isWanted = true;
    this.#o.events.emit('stageAsked', isOn, byIdentity ?? '');
    if (isOn && this.#o.isAskedFirst !== true) this.goOnStage();
  }

  handLowered(): void {
    this.#o.events.emit('handLowered');
  }

  /** Joins as a participant; the service returns an uncalled viewer to the crowd. */
  goOnStage(): void {
    this.#isWanted = false;
    if (this.#isIn) this.#o.joinAgain();
  }
}
