// What a room knows of a show's crowd: whether we are of it, whether the next join asks for that, and the hands that
// hosts see.
import type { CrowdHands, Emitter } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { RoomEventMap } from './events.ts';

export interface CrowdPartOptions {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  /** connect() asks for it. */
  readonly isWanted: boolean;
  /** Without media by WebRTC: the page plays by a gateway. */
  readonly isSignalingOnly: boolean;
  /** The application goes onto the stage by itself (`goOnStage`), when it is called. */
  readonly isAskedFirst?: boolean;
  /** Joins once more, by `joinParts` as they are then. */
  joinAgain(): void;
}

const noHands: CrowdHands = { hands: [], more: 0 };

export class CrowdPart {
  readonly #o: CrowdPartOptions;
  #isWanted: boolean;
  #isIn = false;
  #hands = noHands;

  constructor(o: CrowdPartOptions) {
    this.#o = o;
    this.#isWanted = o.isWanted;
  }

  /** The next join asks to be of the crowd. */
  get isWanted(): boolean {
    return this.#isWanted;
  }
  /** The next join asks for nothing that receives. */
  get isSignalingOnly(): boolean {
    return this.#isWanted && this.#o.isSignalingOnly;
  }
  /** The present session is of the crowd. */
  get isIn(): boolean {
    return this.#isIn;
  }
  get hands(): CrowdHands {
    return this.#hands;
  }

  /** `first`: connect() has not resolved yet. */
  joined({ isCrowd }: wire.Joined, first: boolean): void {
    const before = this.#isIn;
    this.#isIn = isCrowd;
    if (isCrowd) this.#isWanted = true; // who was not called, or no more
    this.takeHands(noHands); // the service says again which are up
    if (!first && before !== isCrowd) this.#o.events.emit('crowdChanged', isCrowd);
  }

  takeHands(hands: CrowdHands): void {
    if (hands.hands.length === 0 && this.#hands.hands.length === 0) return;
    this.#hands = hands;
    this.#o.events.emit('crowdHandsChanged', hands.hands);
  }

  /**
   * A host calls us onto the stage, where we go at once unless the application is asked first; or off it: the service
   * ends that session, and we come back.
   */
  asked({ on, byIdentity }: wire.StageAsked.$Properties): void {
    const isOn = on === true;
    if (!isOn) this.#isWanted = true;
    this.#o.events.emit('stageAsked', isOn, byIdentity ?? '');
    if (isOn && this.#o.isAskedFirst !== true) this.goOnStage();
  }

  handLowered(): void {
    this.#o.events.emit('handLowered');
  }

  /** Joins as a participant; the service takes back into the crowd who was not called. */
  goOnStage(): void {
    this.#isWanted = false;
    if (this.#isIn) this.#o.joinAgain();
  }
}
