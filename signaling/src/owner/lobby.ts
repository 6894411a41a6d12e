// Waiting room at the room's owner: waiting clients, admitted identities, and the view for hosts. A signaling node
// knocks again for its clients every few seconds (clients/waiting.ts), so lost messages or owners do no harm.
//
// An admitted identity never waits again under this owner, wherever it is. A new owner knows only the participants at
// media nodes, so an absent identity waits once more.
import {
  type ErrorCode,
  limits,
  MeridianError,
  type Participant,
  type RoomPolicy,
  type wire,
} from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { KnockAnswer } from '../clients/waiting.ts';
import {
  insertByWait,
  isLeading,
  type Knocking,
  leadsUnder,
  mayTakeAnother,
  type WaitReason,
  waitReasonOf,
} from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';

export interface LobbyOptions {
  readonly clock: Clock;
  policy(): RoomPolicy;
  /** Returns whether the policy is known: a media node had it, or the api has answered. */
  isPolicyKnown(): boolean;
  participants(): readonly Participant[];
  /** Present life of the room. */
  roomSid(): string;
  /** Throws KICKED, ROOM_LOCKED or ROOM_FULL for a client that may not enter, waiting or not. */
  assertMayEnter(knocking: { readonly identity: string; readonly admin: boolean; readonly hidden: boolean }): void;
  /** Answers waiting clients: they may join (code ''), are refused, or still wait (`waiting`: why). */
  answer(signalingId: string, answer: KnockAnswer): void;
  /** Shows the waiting clients to the hosts and cohosts at a signaling node. */
  show(signalingId: string, lobby: wire.Lobby.$Properties): void;
  /** Ends the removal of these people, whom a host lets in. */
  readmit(identities: readonly string[]): void;
  /** Called when the first client waits, or the last has gone. */
  sizeChanged(): void;
}

interface Waiter extends Knocking {
  readonly signalingId: string;
  /** Reason that the client was last informed of. */
  readonly reason: WaitReason;
  readonly hosts: number;
  readonly lastKnockMs: number;
}

/** A timer of more than 24 days fires at once, so it is renewed every hour. */
const opensCheckMs = 3_600_000;
/** Pause after a host's refusal, so that a removed person cannot disturb the hosts without end. */
const askAgainMs = 60_000;

export class Lobby {
  readonly #o: LobbyOptions;
  #queue: readonly Waiter[] = [];
  /** Identities that need not wait again; the oldest goes. */
  readonly #admitted = new Set<string>();
  /** Times at which hosts turned removed people away, oldest first. */
  readonly #turnedAwayMs = new Map<string, number>();
  /** Sessions of hosts and cohosts that have received the waiting clients. */
  #shownTo = new Set<string>();
  #lastShownMs = Number.NEGATIVE_INFINITY;
  #showTimer: Timer | undefined;
  #sweepTimer: Timer | undefined;
  #opensTimer: Timer | undefined;
  #closed = false;

  constructor(o: LobbyOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#queue.length;
  }

  /** Waiting clients as hosts see them, longest first. */
  get shown(): wire.Lobby.$Properties {
    const waiters = this.#queue
      .slice(0, limits.waitersShownMax)
      .map(({ waitId, identity, name, sinceWallMs, reason }) => {
        return { waitId, identity, name, sinceWallMs, removed: reason === 'removed' };
      });
    return { waiters, more: this.#queue.length - waiters.length };
  }

  /**
   * Takes a knock. Returns why the client waits, undefined to come in. The same person with another wait id keeps its
   * place. KICKED, ROOM_LOCKED, ROOM_FULL.
   */
  knock(signalingId: string, knocking: Knocking): wire.Waiting.$Properties | undefined {
    const known = this.#queue.find(({ waitId }) => waitId === knocking.waitId);
    const samePerson = this.#queue.find(
      ({ identity, waitId }) => identity === knocking.identity && waitId !== knocking.waitId,
    );
    const hosts = this.#hosts().length;
    let reason: WaitReason | undefined;
    try {
      this.#assertMayEnter(knocking);
      reason = this.#reasonFor(knocking, hosts);
      if (reason === 'removed' && known === undefined) this.#assertMayAskAgain(knocking.identity);
      if (reason !== undefined && known === undefined && samePerson === undefined) this.#assertHasPlace(knocking);
    } catch (error) {
      this.#remove(known === undefined ? [] : [known]);
      throw error;
    }
    if (reason === undefined) {
      this.#remove(known === undefined ? [] : [known]);
      return undefined;
    }
    const sinceWallMs = Math.min(
      knocking.sinceWallMs,
      known?.sinceWallMs ?? Infinity,
      samePerson?.sinceWallMs ?? Infinity,
    );
    const waiter = { ...knocking, sinceWallMs, signalingId, reason, hosts, lastKnockMs: this.#o.clock.nowMs() };
    this.#queue = insertByWait(
      this.#queue.filter((one) => one !== known && one !== samePerson),
      waiter,
    );
    if (samePerson !== undefined) this.#answer([samePerson], 'DUPLICATE_IDENTITY');
    if (known === undefined || known.name !== knocking.name) this.#changed();
    return { reason, hosts };
  }

  unknock(signalingId: string, waitId: string): void {
    this.#remove(this.#queue.filter((one) => one.waitId === waitId && one.signalingId === signalingId));
  }

  /**
   * Admits or refuses clients for a host; returns how many of them waited. `all` admits no person that was removed; a
   * removed person that is refused may ask again after `askAgainMs`.
   */
  admit(o: { readonly waitIds: readonly string[]; readonly all: boolean; readonly refused: boolean }): number {
    const wanted = new Set(o.waitIds);
    const targets = this.#queue.filter(({ waitId, reason }) =>
      o.all ? o.refused || reason !== 'removed' : wanted.has(waitId),
    );
    if (o.refused) this.#turnAway(targets);
    else this.#letIn(targets);
    return targets.length;
  }

  /** Throws NOT_ADMITTED for a participant that has to knock first. */
  assertAdmitted(participant: Pick<Participant, 'identity' | 'admin'>): void {
    const reason = this.#reasonFor({ ...participant, lobby: false, needsPolicy: false }, this.#hosts().length);
    if (reason !== undefined) throw new MeridianError('NOT_ADMITTED', 'a host has to let this person in');
  }

  /** Handles a participant's leave; a kicked participant has to wait again. */
  left(identity: string, reason: string): void {
    if (reason === 'KICKED') this.#admitted.delete(identity);
    else this.#remember(identity);
  }

  /** Applies changed leaders or policy: admits clients that no longer need to wait. */
  review(): void {
    if (this.#closed) return;
    this.#armOpens();
    const hosts = this.#hosts();
    const newHosts = hosts.filter(({ sessionId }) => !this.#shownTo.has(sessionId));
    this.#shownTo = new Set(hosts.map(({ sessionId }) => sessionId));
    if (this.size === 0) return;
    for (const signalingId of new Set(newHosts.map((one) => one.signalingId))) this.#o.show(signalingId, this.shown);
    const refused = Map.groupBy(this.#queue, (waiter) => this.#refusalOf(waiter));
    for (const [code, waiters] of refused) if (code !== undefined) this.#refuse(waiters, code);
    const reasons = Map.groupBy(this.#queue, (waiter) => this.#reasonFor(waiter, hosts.length));
    this.#letIn(reasons.get(undefined) ?? []);
    for (const [reason, waiters] of reasons) {
      if (reason === undefined) continue;
      const outdated = waiters.filter((one) => one.reason !== reason || one.hosts !== hosts.length);
      if (outdated.length === 0) continue;
      const outdatedWaiters = new Set(outdated);
      this.#queue = this.#queue.map((one) =>
        outdatedWaiters.has(one) ? { ...one, reason, hosts: hosts.length } : one,
      );
      this.#answer(outdated, '', { reason, hosts: hosts.length });
    }
  }

  end(): void {
    this.#refuse(this.#queue, 'ROOM_ENDED');
    this.#admitted.clear();
  }

  /** Sends waiting clients to the room's new owner. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of [this.#showTimer, this.#sweepTimer, this.#opensTimer]) timer?.cancel();
    this.#answer(this.#queue, 'ROOM_OWNER_LOST');
    this.#queue = [];
  }

  #hosts(): readonly Participant[] {
    return this.#o.participants().filter(isLeading);
  }

  #reasonFor(
    knocking: Pick<Knocking, 'identity' | 'admin' | 'lobby' | 'needsPolicy'>,
    hosts: number,
  ): WaitReason | undefined {
    const isPresent = this.#o.participants().some(({ identity }) => identity === knocking.identity);
    const isAdmitted = isPresent || this.#admitted.has(knocking.identity);
    const policy = this.#o.policy();
    const isPolicyKnown = this.#o.isPolicyKnown();
    return waitReasonOf({
      policy,
      roomSid: this.#o.roomSid(),
      isPolicyKnown,
      knocking,
      isAdmitted,
      hosts,
      nowWallMs: this.#o.clock.wallMs(),
    });
  }

  /** Throws ROOM_FULL; QUOTA_EXCEEDED for a network that has half of the places which others leave. */
  #assertHasPlace({ network }: Pick<Knocking, 'network'>): void {
    const free = limits.waitersMax - this.size;
    if (free <= 0) throw new MeridianError('ROOM_FULL', 'too many people wait');
    const own = network === '' ? 0 : this.#queue.filter((one) => one.network === network).length;
    if (!mayTakeAnother({ own, free, atLeast: bounds.waitersOfOneMin }))
      throw new MeridianError('QUOTA_EXCEEDED', 'too many people from one network wait: let some of them in first');
  }

  #assertMayEnter({ identity, admin }: Pick<Knocking, 'identity' | 'admin'>): void {
    const isLeader = leadsUnder(this.#o.policy(), { identity, admin });
    this.#o.assertMayEnter({ identity, admin: isLeader, hidden: false });
  }

  /** Returns why a waiting client may not enter any more; ROOM_FULL does not count, since the room may empty. */
  #refusalOf(waiter: Waiter): ErrorCode | undefined {
    try {
      this.#assertMayEnter(waiter);
      return undefined;
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      return code === 'ROOM_FULL' ? undefined : code;
    }
  }

  #letIn(waiters: readonly Waiter[]): void {
    for (const { identity } of waiters) this.#remember(identity);
    this.#answer(waiters, '');
    this.#remove(waiters);
    const removed = waiters.filter(({ reason }) => reason === 'removed').map(({ identity }) => identity);
    if (removed.length > 0) this.#o.readmit(removed);
  }

  #refuse(waiters: readonly Waiter[], code: ErrorCode): void {
    this.#answer(waiters, code);
    this.#remove(waiters);
  }

  #turnAway(waiters: readonly Waiter[]): void {
    for (const { identity, reason } of waiters)
      if (reason === 'removed') this.#turnedAwayMs.set(identity, this.#o.clock.nowMs());
    const [oldest] = this.#turnedAwayMs.size > bounds.admittedMax ? this.#turnedAwayMs.keys() : [];
    if (oldest !== undefined) this.#turnedAwayMs.delete(oldest);
    this.#refuse(waiters, 'NOT_ADMITTED');
  }

  /** Throws NOT_ADMITTED for a removed person that a host has just turned away. */
  #assertMayAskAgain(identity: string): void {
    const leftMs = (this.#turnedAwayMs.get(identity) ?? Number.NEGATIVE_INFINITY) + askAgainMs - this.#o.clock.nowMs();
    if (leftMs > 0) throw new MeridianError('NOT_ADMITTED', undefined, { retryAfterMs: Math.ceil(leftMs) });
    this.#turnedAwayMs.delete(identity);
  }

  #remember(identity: string): void {
    this.#admitted.delete(identity);
    this.#admitted.add(identity);
    const [oldest] = this.#admitted;
    if (this.#admitted.size > bounds.admittedMax && oldest !== undefined) this.#admitted.delete(oldest);
  }

  #remove(waiters: readonly Waiter[]): void {
    if (waiters.length === 0) return;
    const gone = new Set(waiters.map(({ waitId }) => waitId));
    const before = this.size;
    this.#queue = this.#queue.filter(({ waitId }) => !gone.has(waitId));
    if (this.size !== before) this.#changed();
  }

  #answer(waiters: readonly Waiter[], code: ErrorCode | '', waiting?: wire.Waiting.$Properties): void {
    for (const [signalingId, group] of Map.groupBy(waiters, (waiter) => waiter.signalingId)) {
      const waitIds = group.map(({ waitId }) => waitId);
      this.#o.answer(signalingId, { waitIds, code, waiting });
    }
  }

  /** Shows changes to hosts, several at once when they come fast. */
  #changed(): void {
    if (this.#closed) return;
    this.#sweepLater();
    this.#armOpens();
    this.#o.sizeChanged();
    if (this.#showTimer !== undefined) return;
    const waitMs = this.#lastShownMs + bounds.lobbyShownEveryMs - this.#o.clock.nowMs();
    if (waitMs <= 0) this.#show();
    else
      this.#showTimer = this.#o.clock.after(waitMs, () => {
        this.#showTimer = undefined;
        this.#show();
      });
  }

  #show(): void {
    this.#lastShownMs = this.#o.clock.nowMs();
    const hosts = this.#hosts();
    this.#shownTo = new Set(hosts.map(({ sessionId }) => sessionId));
    for (const signalingId of new Set(hosts.map((one) => one.signalingId))) this.#o.show(signalingId, this.shown);
  }

  /** Drops clients that have not knocked for long: they are gone with their signaling node. */
  #sweepLater(): void {
    if (this.#sweepTimer !== undefined || this.size === 0) return;
    this.#sweepTimer = this.#o.clock.after(bounds.knockEveryMs, () => {
      this.#sweepTimer = undefined;
      const untilMs = this.#o.clock.nowMs() - bounds.waiterSilentMsMax;
      this.#remove(this.#queue.filter(({ lastKnockMs }) => lastKnockMs < untilMs));
      this.#sweepLater();
    });
  }

  #armOpens(): void {
    this.#opensTimer?.cancel();
    this.#opensTimer = undefined;
    const leftMs = this.#o.policy().opensWallMs - this.#o.clock.wallMs();
    if (this.size > 0 && leftMs > 0)
      this.#opensTimer = this.#o.clock.after(Math.min(leftMs, opensCheckMs), () => this.review());
  }
}
