// The stage of a show at its owner, and what the owner has to do with the crowd: it says which rules hold, keeps the
// hands that are raised, and calls people onto the stage. A crowd has one hidden session for each signaling node here;
// its people are known to those nodes alone. Hands are lost with an owner; signaling nodes raise them again.
import { type ErrorCode, isCrowdSession, limits, MeridianError, type RoomPolicy, type wire } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { crowdRulesOf, isLeading, type Roster, stageOf } from '../core/index.ts';
import { bounds } from '../limits.ts';
import { rulesToWire } from '../wire/crowd-wire.ts';

/** News of the crowd, for one signaling node. */
export type CrowdWord = Omit<wire.CrowdNews.$Properties, 'room'>;

export interface StageOptions {
  readonly clock: Clock;
  readonly roster: Pick<Roster, 'participants' | 'byIdentity' | 'policy'>;
  isPolicyKnown(): boolean;
  say(signalingId: string, news: CrowdWord): void;
}

interface Hand {
  readonly identity: string;
  readonly name: string;
  readonly sinceWallMs: number;
  readonly signalingId: string;
}

export class Stage {
  readonly #o: StageOptions;
  /** Longest first. */
  readonly #hands = new Map<string, Hand>();
  /** Sessions of hosts that have been shown the hands. */
  #shownTo = '';
  #saidRules = '';
  #showTimer: Timer | undefined;
  #closed = false;

  constructor(o: StageOptions) {
    this.#o = o;
  }

  /** A signaling node with a crowd. */
  get hasCrowd(): boolean {
    return this.#crowdNodes().size > 0;
  }

  /** Those of the crowd that are raised, longest first, as far as hosts see them. */
  get hands(): wire.CrowdHands.$Properties {
    const hands = [...this.#hands.values()]
      .slice(0, limits.waitersShownMax)
      .map(({ identity, name, sinceWallMs }) => ({ identity, name, sinceWallMs }));
    return { hands, more: this.#hands.size - hands.length };
  }

  /** The session of a signaling node's crowd has come, or come again: it hears what holds. */
  crowdCame(signalingId: string): void {
    this.#o.say(signalingId, { rules: this.#rules() });
  }

  /** What the room allows may be something else, hosts and crowds may have come or gone. */
  review(): void {
    if (this.#closed) return;
    const rules = this.#rules();
    const said = `${rules.version} ${rules.isKnown}`;
    if (said !== this.#saidRules) {
      this.#saidRules = said;
      this.#sayAll({ rules });
    }
    if (this.#hands.size === 0) return;
    const nodes = this.#crowdNodes();
    const gone = [...this.#hands.values()].filter(({ signalingId }) => !nodes.has(signalingId));
    for (const { identity } of gone) this.#hands.delete(identity);
    const isShownToAll =
      this.#shownTo ===
      this.#hosts()
        .map(({ sessionId }) => sessionId)
        .join();
    if (gone.length > 0 || !isShownToAll) this.#handsChanged();
  }

  /** Of one of the crowd of that signaling node. QUOTA_EXCEEDED; NOT_PERMITTED from a node without a crowd here. */
  hand(signalingId: string, { identity, name, raised }: { identity: string; name: string; raised: boolean }): void {
    if (!this.#crowdNodes().has(signalingId)) throw new MeridianError('NOT_PERMITTED');
    const known = this.#hands.get(identity);
    if (raised === (known !== undefined)) return;
    if (!raised) this.#hands.delete(identity);
    else {
      if (this.#hands.size >= limits.handsMax) throw new MeridianError('QUOTA_EXCEEDED', 'too many hands are up');
      this.#hands.set(identity, { identity, name, sinceWallMs: this.#o.clock.wallMs(), signalingId });
    }
    this.#handsChanged();
  }

  /** QUOTA_EXCEEDED when as many as may are on the stage. */
  assertHasPlace(): void {
    if (stageOf(this.#o.roster.participants()) >= limits.stageMax)
      throw new MeridianError('QUOTA_EXCEEDED', `${limits.stageMax} people are on the stage`);
  }

  /** Of the crowd; also at its signaling node. False: it is not up. */
  lower(identity: string): boolean {
    const hand = this.#hands.get(identity);
    if (hand === undefined) return false;
    this.#hands.delete(identity);
    this.#o.say(hand.signalingId, { identity, lowered: true });
    this.#handsChanged();
    return true;
  }

  /** All of the crowd, as `lower`; how many were up. */
  lowerAll(): number {
    const count = this.#hands.size;
    if (count === 0) return 0;
    this.#hands.clear();
    this.#sayAll({ lowered: true });
    this.#handsChanged();
    return count;
  }

  /** Asks people of this identity onto the stage, or off it: the signaling nodes that have one say it. */
  ask(identity: string, on: boolean, byIdentity: string): void {
    this.lower(identity);
    const news = { identity, stage: { on, byIdentity } };
    if (on) this.#sayAll(news);
    const present = this.#o.roster.byIdentity(identity);
    if (!on && present !== undefined) this.#o.say(present.signalingId, news);
  }

  /** This identity is out, wherever in the crowd it is. */
  remove(identity: string, reason: ErrorCode): void {
    this.lower(identity);
    this.#sayAll({ identity, reason });
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#showTimer?.cancel();
  }

  #rules(): ReturnType<typeof rulesToWire> {
    const policy: RoomPolicy = this.#o.roster.policy;
    return rulesToWire(crowdRulesOf(policy, this.#o.isPolicyKnown()));
  }

  #sayAll(news: CrowdWord): void {
    for (const signalingId of this.#crowdNodes()) this.#o.say(signalingId, news);
  }

  #crowdNodes(): Set<string> {
    const crowds = this.#o.roster.participants().filter(isCrowdSession);
    return new Set(crowds.map(({ signalingId }) => signalingId));
  }

  #hosts() {
    return this.#o.roster.participants().filter((one) => !one.hidden && isLeading(one));
  }

  /** Hosts see every change, but not each for itself when many come at once. */
  #handsChanged(): void {
    if (this.#showTimer !== undefined || this.#closed) return;
    this.#showTimer = this.#o.clock.after(bounds.lobbyShownEveryMs, () => {
      this.#showTimer = undefined;
      this.#show();
    });
  }

  #show(): void {
    const hosts = this.#hosts();
    this.#shownTo = hosts.map(({ sessionId }) => sessionId).join();
    const shown = this.hands;
    for (const signalingId of new Set(hosts.map((one) => one.signalingId))) this.#o.say(signalingId, { hands: shown });
  }
}
