// Crowd of a show at a signaling node: clients that watch without a place in the roster. A single hidden session at the
// room's owner stands for them, as a member of the local room: they follow the roster and changes of owner like
// participants, at no cost per viewer for the owner.
//
// Case 1: with the first viewer the session joins and gets the owner's rules (`CrowdRules`), which are applied here.
// Case 2: after the last viewer the session stays for `crowdLingerMs`, then leaves.
// Case 3: if the owner loses the session, it joins again, and no client notices.
// Case 4: if the room ends or is no show any more, the clients are informed.
import {
  attributesWith,
  type CrowdPageRequest,
  type CrowdPerson,
  changedAttributes,
  crowdIdentity,
  crowdNodesToAttributes,
  crowdPage,
  type ErrorCode,
  encodeServerFrame,
  MeridianError,
  newId,
  type Participant,
  type RoomDifference,
  type RoomState,
  type RosterEvent,
  rosterEventToWire,
  viewersToAttributes,
} from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import {
  type CrowdRules,
  crowdRefusalOf,
  eventsForCrowd,
  isLeading,
  type RenditionNeed,
  rulesAfter,
  tokenRightsOf,
  wasRemovedFromCrowd,
} from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { RoomPort, ServerMessage } from '../ports.ts';
import type { RoomMember } from './room-member.ts';

export interface CrowdViewer extends CrowdPerson {
  /** Media node from which the viewer receives; '': the viewer has signaling alone. */
  readonly nodeId: string;
  /** Needed renditions: tracks that the viewer wants and cannot decode, each with a codec that it decodes. */
  readonly needs: readonly RenditionNeed[];
  send(frame: Uint8Array): void;
  sendMessage(message: ServerMessage): void;
  /** Informs a receiving viewer of differences; undefined: everything may differ. */
  onRoster(differences: readonly RoomDifference[] | undefined): void;
  evict(code: ErrorCode, message: string): void;
}

/** Seats that the crowds of all shows at this node share. */
export interface CrowdSeats {
  taken: number;
}

export interface CrowdOptions {
  readonly selfId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly seats: CrowdSeats;
  readonly room: CrowdRoom;
}

/** Part of the room at this node (local-room.ts) that its crowd needs. */
export interface CrowdRoom {
  readonly roomKey: string;
  readonly epoch: number;
  readonly fence: string;
  readonly replica: RoomState | undefined;
  use(): void;
  leaveUse(): void;
  add(member: RoomMember): void;
  remove(member: RoomMember): void;
  join(o: Parameters<RoomPort['join']>[0]): Promise<unknown>;
  withOwner<T>(action: (port: RoomPort) => Promise<T>): Promise<T>;
}

/** Protocols under which viewers are counted. */
const protocolByKind = { media: 'webrtc', signaling: 'show' } as const;
const oneOfEach = new Map([
  [protocolByKind.media as string, 1],
  [protocolByKind.signaling as string, 1],
]);
/** Codes that end the whole crowd with its session. */
const crowdEndCodes = new Set<string>(['ROOM_ENDED']);

export class Crowd implements RoomMember {
  readonly #o: CrowdOptions;
  readonly #viewers = new Set<CrowdViewer>();
  /** Viewers that receive by WebRTC. */
  readonly #receivingViewers = new Set<CrowdViewer>();
  /** Number of viewers that receive from each media node. */
  readonly #viewerCountByNode = new Map<string, number>();
  readonly #raisedHands = new Set<CrowdViewer>();
  #sessionId = '';
  /** Present rules, and those of the last owner that knew the policy. */
  #rules: CrowdRules | undefined;
  #lastKnownRules: CrowdRules | undefined;
  /** Epoch and version of the owner's latest rules. */
  #latestRules = { epoch: 0, version: 0 };
  #rulesArrived = Promise.withResolvers<void>();
  #opening: Promise<boolean> | undefined;
  #lingerTimer: Timer | undefined;
  #rejoinTimer: Timer | undefined;
  #countTimer: Timer | undefined;
  #isCountStale = false;
  #reportTimer: Timer | undefined;
  #waitingEvents: readonly RosterEvent[] = [];
  #speakersTimer: Timer | undefined;
  #closed = false;

  constructor(o: CrowdOptions) {
    this.#o = o;
  }

  // ---- as a member of the room

  get sessionId(): string {
    return this.#sessionId;
  }
  readonly adoption = 0;
  get fence(): string {
    return this.#o.room.fence;
  }
  readonly quality = 'unknown';
  get needs(): readonly RenditionNeed[] {
    return [...this.#receivingViewers].flatMap(({ needs }) => needs);
  }

  /** Sends the same bytes to every client of the crowd. */
  send(frame: Uint8Array): void {
    for (const viewer of this.#viewers) viewer.send(frame);
  }

  onRoster(differences: readonly RoomDifference[] | undefined): void {
    if (this.#sessionId !== '' && this.#o.room.replica?.get(this.#sessionId) === undefined)
      this.#onSessionLost(reasonOf(differences, this.#sessionId));
    for (const viewer of [...this.#receivingViewers]) viewer.onRoster(differences);
  }

  evict(code: ErrorCode): void {
    this.#onSessionLost(code);
  }

  // ---- of the room

  get size(): number {
    return this.#viewers.size;
  }

  /** Drops waiting events after a snapshot has replaced the roster, which contains them. */
  onRosterReplaced(): void {
    this.#waitingEvents = [];
  }

  /** Sends the events that concern the crowd, speakers at most twice a second. */
  events(epoch: number, shown: readonly RosterEvent[]): void {
    if (this.#viewers.size === 0) return;
    const { events, isUrgent } = eventsForCrowd(this.#waitingEvents, shown);
    this.#waitingEvents = events;
    if (events.length === 0 || (!isUrgent && this.#speakersTimer !== undefined)) return;
    this.#sendWaitingEvents(epoch);
  }

  /** Raises the hands again at a new owner. */
  onNewOwner(port: RoomPort): void {
    for (const { identity, name } of this.#raisedHands)
      port
        .hand({ identity, name, raised: true })
        .catch(ignoringErrors(this.#o.log, 'a raised hand could not be reported to a new owner'));
  }

  /** Handles the owner's order to end the crowd's session. Returns false for any other session. */
  onDisconnect(sessionId: string, code: ErrorCode): boolean {
    if (sessionId !== this.#sessionId || sessionId === '') return false;
    this.#onSessionLost(code);
    return true;
  }

  /** Takes the rules of the owner with this epoch. */
  onNews(epoch: number, rules: CrowdRules): void {
    if (
      epoch < this.#latestRules.epoch ||
      (epoch === this.#latestRules.epoch && rules.version < this.#latestRules.version)
    )
      return;
    this.#rules = rulesAfter(this.#lastKnownRules, rules);
    if (this.#rules === rules) this.#lastKnownRules = rules;
    this.#latestRules = { epoch, version: rules.version };
    this.#rulesArrived.resolve();
    if (!this.#rules.isShow) this.#endAll('ROOM_OWNER_LOST', 'the room is no show any more');
    if (this.#rules.bans.length === 0) return;
    for (const viewer of [...this.#viewers]) if (this.#refusal(viewer.identity, true)) viewer.evict('KICKED', '');
  }

  /** Resolves with whether the show's rules have this identity wait for a host, since one removed it. */
  async wasRemoved(identity: string): Promise<boolean> {
    const isShow = await this.#open();
    return isShow && this.#rules !== undefined && wasRemovedFromCrowd(this.#rules, identity);
  }

  viewersOf(identity: string): CrowdViewer[] {
    return [...this.#viewers].filter((viewer) => viewer.identity === identity);
  }

  /** Lowers the hand of this identity, or all (''), for the owner. Returns the viewers whose hand was up. */
  lowerHands(identity: string): CrowdViewer[] {
    const identities = [...this.#raisedHands].filter((viewer) => identity === '' || viewer.identity === identity);
    for (const viewer of identities) this.#raisedHands.delete(viewer);
    return identities;
  }

  page(request: CrowdPageRequest): CrowdPerson[] {
    return crowdPage(this.#viewers, request);
  }

  // ---- of its clients

  /**
   * Decides whether this identity may come in; false: the room is no show. Rejects with KICKED, ROOM_LOCKED,
   * NOT_ADMITTED, OVERLOADED when the node's crowds are full, and as a join.
   */
  async enter(identity: string, o: { readonly isLetIn: boolean }): Promise<boolean> {
    if (this.#o.seats.taken >= bounds.crowdPerNodeMax)
      throw new MeridianError('OVERLOADED', 'the crowd of this node is full', { retryAfterMs: bounds.overloadRetryMs });
    if (!(await this.#open())) return false;
    const refusal = this.#refusal(identity, o.isLetIn);
    if (refusal !== undefined) throw new MeridianError(refusal.code, undefined, { retryAfterMs: refusal.retryAfterMs });
    return true;
  }

  /** Adds a viewer, which receives all later events. */
  add(viewer: CrowdViewer): void {
    if (this.#viewers.size === 0) this.#o.room.use();
    this.#viewers.add(viewer);
    if (viewer.nodeId !== '') this.#receivingViewers.add(viewer);
    this.#o.seats.taken += 1;
    this.#lingerTimer?.cancel();
    this.#countChanged();
    // The rules may have changed since the viewer asked.
    if (this.#refusal(viewer.identity, true) !== undefined) viewer.evict('KICKED', '');
    else if (this.#rules?.isShow === false) viewer.evict('ROOM_OWNER_LOST', 'the room is no show any more');
  }

  /** Idempotent. */
  remove(viewer: CrowdViewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#receivingViewers.delete(viewer);
    this.#o.seats.taken -= 1;
    this.#countChanged();
    if (this.#raisedHands.delete(viewer)) this.#lowerHandAtOwner(viewer);
    if (this.#viewers.size > 0) return;
    this.#startLinger();
    this.#o.room.leaveUse();
  }

  /**
   * Counts a viewer at this media node. Resolves when the owner knows that the crowd uses the node, since the owner
   * grants tracks only to nodes of the room. Each call needs a `freeNode`, even after a rejection.
   */
  async takeNode(nodeId: string): Promise<void> {
    const count = this.#viewerCountByNode.get(nodeId) ?? 0;
    this.#viewerCountByNode.set(nodeId, count + 1);
    await this.#report();
  }
  freeNode(nodeId: string): void {
    const count = (this.#viewerCountByNode.get(nodeId) ?? 0) - 1;
    if (count > 0) this.#viewerCountByNode.set(nodeId, count);
    else this.#viewerCountByNode.delete(nodeId);
    this.#countChanged();
  }

  /** Raises or lowers a viewer's hand for the stage. QUOTA_EXCEEDED when too many are raised. */
  async hand(viewer: CrowdViewer, raised: boolean): Promise<void> {
    if (!this.#viewers.has(viewer) || this.#raisedHands.has(viewer) === raised) return;
    const { identity, name } = viewer;
    await this.#o.room.withOwner((port) => port.hand({ identity, name, raised }));
    if (!this.#viewers.has(viewer)) this.#lowerHandAtOwner(viewer);
    else if (raised) this.#raisedHands.add(viewer);
    else this.#raisedHands.delete(viewer);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const timer of [
      this.#lingerTimer,
      this.#rejoinTimer,
      this.#countTimer,
      this.#reportTimer,
      this.#speakersTimer,
    ])
      timer?.cancel();
    this.#rulesArrived.reject(new MeridianError('SHUTTING_DOWN'));
    this.#rulesArrived.promise.catch(() => undefined);
  }

  #refusal(identity: string, isLetIn: boolean) {
    const { room, clock } = this.#o;
    if (this.#rules === undefined) return undefined;
    const hosts = (room.replica?.participants() ?? []).filter((one) => !one.hidden && isLeading(one)).length;
    return crowdRefusalOf(this.#rules, { identity, isLetIn, hosts, nowWallMs: clock.wallMs() });
  }

  /** Resolves once the session is at the owner and its rules are known; false: the room is no show. */
  #open(): Promise<boolean> {
    if (this.#sessionId !== '' && this.#rules !== undefined) return Promise.resolve(this.#rules.isShow);
    this.#opening ??= this.#begin().finally(() => {
      this.#opening = undefined;
      if (this.#viewers.size === 0) this.#startLinger();
    });
    return this.#opening;
  }

  async #begin(): Promise<boolean> {
    if (this.#sessionId === '' && !(await this.#join())) return false;
    const { clock } = this.#o;
    let timer: Timer | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      const onTimeout = (): void =>
        reject(new MeridianError('ROOM_OWNER_LOST', 'the owner sent no rules for its crowd'));
      timer = clock.after(bounds.requestDeadlineMs, onTimeout);
    });
    await Promise.race([this.#rulesArrived.promise, timeout]).finally(() => timer?.cancel());
    return this.#rules?.isShow ?? false;
  }

  async #join(): Promise<boolean> {
    const { room, rng } = this.#o;
    const participant = this.#participant(newId('PA_', (count) => rng.bytes(count)));
    room.use();
    try {
      await room.join({ participant, takeover: false, manualSubscribe: true, adoption: 0, fence: '' });
      if (this.#closed) throw new MeridianError('SHUTTING_DOWN');
    } catch (error) {
      room.leaveUse();
      if (codeOf(error) === 'NOT_PERMITTED') return false;
      throw error;
    }
    this.#sessionId = participant.sessionId;
    room.add(this);
    this.#countChanged();
    this.#reportRegularly();
    return true;
  }

  #participant(sessionId: string): Participant {
    const viewerRights = { canPublish: false, canSubscribe: false, canPublishData: false, admin: false };
    const rights = { ...viewerRights, publishSources: undefined };
    return Object.assign({}, rights, {
      sessionId,
      identity: crowdIdentity(this.#o.selfId),
      name: '',
      metadata: '',
      nodeId: '',
      signalingId: this.#o.selfId,
      region: '',
      joinedWallMs: this.#o.clock.wallMs(),
      quality: 'unknown' as const,
      hidden: true,
      kind: 'standard' as const,
      protocol: 'signaling',
      clientProtocol: 0,
      attributes: {},
      role: '' as const,
      handRaisedWallMs: 0,
      tokenRights: tokenRightsOf(rights),
      subscribers: undefined,
      tracks: [],
    });
  }

  /** Handles a session that the owner no longer has. */
  #onSessionLost(reason: string): void {
    if (this.#sessionId === '') return;
    this.#leaveRoom();
    if (crowdEndCodes.has(reason)) this.#endAll(reason as ErrorCode, '');
    else this.#joinAgain();
  }

  #joinAgain(): void {
    if (this.#closed || this.#viewers.size === 0) return;
    this.#open().then(
      (isShow) => {
        if (!isShow) this.#endAll('ROOM_OWNER_LOST', 'the room is no show any more');
      },
      (error: unknown) => {
        this.#o.log.warn({ roomKey: this.#o.room.roomKey, err: error }, 'the crowd could not join at the owner');
        this.#rejoinTimer?.cancel();
        if (!this.#closed) this.#rejoinTimer = this.#o.clock.after(bounds.resolveEveryMs * 4, () => this.#joinAgain());
      },
    );
  }

  #leaveRoom(): void {
    if (this.#sessionId === '') return;
    const { room } = this.#o;
    this.#reportTimer?.cancel();
    room.remove(this);
    this.#sessionId = '';
    room.leaveUse();
  }

  #endAll(code: ErrorCode, message: string): void {
    for (const viewer of [...this.#viewers]) viewer.evict(code, message);
  }

  #startLinger(): void {
    this.#lingerTimer?.cancel();
    if (this.#closed || this.#sessionId === '') return;
    this.#lingerTimer = this.#o.clock.after(bounds.crowdLingerMs, () => {
      const { room, log } = this.#o;
      const sessionId = this.#sessionId;
      if (this.#viewers.size > 0 || sessionId === '' || this.#opening !== undefined) return;
      room.use();
      this.#leaveRoom();
      this.#rules = undefined;
      this.#lastKnownRules = undefined;
      this.#latestRules = { epoch: 0, version: 0 };
      this.#rulesArrived = Promise.withResolvers();
      room
        .withOwner((port) => port.leave(sessionId, 'LEFT'))
        .catch(ignoringErrors(log, 'the leave of the crowd could not be reported to the owner'))
        .finally(() => room.leaveUse());
    });
  }

  #lowerHandAtOwner({ identity, name }: CrowdViewer): void {
    this.#o.room
      .withOwner((port) => port.hand({ identity, name, raised: false }))
      .catch(ignoringErrors(this.#o.log, 'a lowered hand could not be reported to the owner'));
  }

  /** Schedules a report of the numbers, at most once a second. */
  #countChanged(): void {
    this.#isCountStale = true;
    if (this.#countTimer !== undefined || this.#closed) return;
    this.#isCountStale = false;
    this.#countTimer = this.#o.clock.after(bounds.crowdCountEveryMs, () => {
      this.#countTimer = undefined;
      if (this.#isCountStale) this.#countChanged();
    });
    this.#report().catch((error: unknown) => {
      this.#o.log.debug({ err: error }, 'the size of the crowd was not reported; it is sent again');
      this.#isCountStale = true;
    });
  }

  /** Reports now and then without a change, since the room may have a new owner whose announcement was lost. */
  #reportRegularly(): void {
    this.#reportTimer?.cancel();
    this.#reportTimer = this.#o.clock.after(bounds.crowdReportEveryMs, () => {
      this.#report(true).catch(
        ignoringErrors(this.#o.log, 'the crowd was not reported to the owner; it is sent again'),
      );
      this.#reportRegularly();
    });
  }

  /** Reports changes of the crowd's size and places. Rejects with the owner's error. */
  async #report(always = false): Promise<void> {
    const { room } = this.#o;
    const self = room.replica?.get(this.#sessionId);
    if (self === undefined) return;
    const counts = new Map<string, number>([
      [protocolByKind.media, this.#receivingViewers.size],
      [protocolByKind.signaling, this.#viewers.size - this.#receivingViewers.size],
    ]);
    const reportedAttributes = Object.assign(
      {},
      viewersToAttributes(counts, oneOfEach),
      crowdNodesToAttributes(this.#viewerCountByNode.keys()),
    );
    const attributes = attributesWith(self.attributes, reportedAttributes);
    if (!always && changedAttributes(self.attributes, attributes) === undefined) return;
    await room.withOwner((port) => port.update(Object.assign({}, self, { attributes })));
  }

  #sendWaitingEvents(epoch: number): void {
    const events = this.#waitingEvents;
    this.#waitingEvents = [];
    this.send(encodeServerFrame({ roomEvents: { roomEpoch: epoch, events: events.map(rosterEventToWire) } }));
    if (this.#closed || !events.some(({ change }) => change.type === 'speakersChanged')) return;
    this.#speakersTimer?.cancel();
    this.#speakersTimer = this.#o.clock.after(bounds.crowdSpeakersEveryMs, () => {
      this.#speakersTimer = undefined;
      if (this.#waitingEvents.length > 0) this.#sendWaitingEvents(this.#o.room.epoch);
    });
  }
}

/** Returns the reason why the session left, if known. */
export function reasonOf(differences: readonly RoomDifference[] | undefined, sessionId: string): string {
  const left = (differences ?? []).find(
    (one) => one.type === 'participantLeft' && one.participant.sessionId === sessionId,
  );
  return left?.type === 'participantLeft' ? left.reason : '';
}
