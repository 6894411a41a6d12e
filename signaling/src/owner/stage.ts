// Stage of a show at its owner, and the owner's part of the crowd: rules, raised hands, calls onto the stage. A crowd
// has a hidden session for each signaling node, which alone knows its viewers and raises hands again at a new owner.
import { type ErrorCode, isCrowdSession, limits, MeridianError, type RoomPolicy, type wire } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { crowdRulesOf, isLeading, type Roster, stageSizeOf } from '../core/index.ts';
import { bounds } from '../limits.ts';
import { rulesToWire } from '../wire/crowd-wire.ts';

export type CrowdNotice = Omit<wire.CrowdNews.$Properties, 'room'>;

export interface StageOptions {
  readonly clock: Clock;
  readonly roster: Pick<Roster, 'participants' | 'byIdentity' | 'policy' | 'info'>;
  isPolicyKnown(): boolean;
  send(signalingId: string, news: CrowdNotice): void;
}

interface Hand {
  readonly identity: string;
  readonly name: string;
  readonly sinceWallMs: number;
  readonly signalingId: string;
}

export class Stage {
  readonly #o: StageOptions;
  /** Raised hands of the crowd, longest first. */
  readonly #hands = new Map<string, Hand>();
  /** Sessions of hosts that have received the hands. */
  #shownTo = '';
  #sentRules = '';
  #showTimer: Timer | undefined;
  #closed = false;

  constructor(o: StageOptions) {
    this.#o = o;
  }

  get hasCrowd(): boolean {
    return this.#crowdNodes().size > 0;
  }

  /** Raised hands of the crowd as hosts see them, longest first. */
  get hands(): wire.CrowdHands.$Properties {
    const hands = [...this.#hands.values()]
      .slice(0, limits.waitersShownMax)
      .map(({ identity, name, sinceWallMs }) => ({ identity, name, sinceWallMs }));
    return { hands, more: this.#hands.size - hands.length };
  }

  /** Sends the rules to a signaling node whose crowd's session has joined or rejoined. */
  crowdCame(signalingId: string): void {
    this.#o.send(signalingId, { rules: this.#rules() });
  }

  /** Applies changes of the policy, hosts and crowds. */
  review(): void {
    if (this.#closed) return;
    const rules = this.#rules();
    const rulesKey = `${rules.version} ${rules.isKnown}`;
    if (rulesKey !== this.#sentRules) {
      this.#sentRules = rulesKey;
      this.#sendAll({ rules });
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

  /** Raises or lowers a viewer's hand. QUOTA_EXCEEDED; NOT_PERMITTED from a node without a crowd here. */
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

  /** Throws QUOTA_EXCEEDED when the stage is full. */
  assertHasPlace(): void {
    if (stageSizeOf(this.#o.roster.participants()) >= limits.stageMax)
      throw new MeridianError('QUOTA_EXCEEDED', `${limits.stageMax} people are on the stage`);
  }

  /** Lowers a viewer's hand, also at its signaling node. Returns false if it was not raised. */
  lower(identity: string): boolean {
    const hand = this.#hands.get(identity);
    if (hand === undefined) return false;
    this.#hands.delete(identity);
    this.#o.send(hand.signalingId, { identity, lowered: true });
    this.#handsChanged();
    return true;
  }

  /** Lowers all hands of the crowd; returns how many. */
  lowerAll(): number {
    const count = this.#hands.size;
    if (count === 0) return 0;
    this.#hands.clear();
    this.#sendAll({ lowered: true });
    this.#handsChanged();
    return count;
  }

  /** Asks people of this identity onto the stage, or off it, by way of all signaling nodes. */
  ask(identity: string, on: boolean, byIdentity: string): void {
    this.lower(identity);
    const news = { identity, stage: { on, byIdentity } };
    if (on) this.#sendAll(news);
    const present = this.#o.roster.byIdentity(identity);
    if (!on && present !== undefined) this.#o.send(present.signalingId, news);
  }

  /** Removes this identity from the crowd at every signaling node. */
  remove(identity: string, reason: ErrorCode): void {
    this.lower(identity);
    this.#sendAll({ identity, reason });
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#showTimer?.cancel();
  }

  #rules(): ReturnType<typeof rulesToWire> {
    const policy: RoomPolicy = this.#o.roster.policy;
    return rulesToWire(crowdRulesOf(policy, { isKnown: this.#o.isPolicyKnown(), roomSid: this.#o.roster.info.sid }));
  }

  #sendAll(news: CrowdNotice): void {
    for (const signalingId of this.#crowdNodes()) this.#o.send(signalingId, news);
  }

  #crowdNodes(): Set<string> {
    const crowds = this.#o.roster.participants().filter(isCrowdSession);
    return new Set(crowds.map(({ signalingId }) => signalingId));
  }

  #hosts() {
    return this.#o.roster.participants().filter((one) => !one.hidden && isLeading(one));
  }

  /** Shows changes to hosts, several at once when they come fast. */
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
    for (const signalingId of new Set(hosts.map((one) => one.signalingId))) this.#o.send(signalingId, { hands: shown });
  }
}
