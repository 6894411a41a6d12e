// The link to the scheduling centre: registration, reports, plans, certificates, and what is asked of it. When it does not answer, the last
// plan and the leases seen so far stand in for it: joins into known rooms go on; whose a room is that is not known here, the other instances
// are asked; rooms that nobody owns are taken by this instance and placed in the own region, marked provisional.
import { CentreSearch, call, limits, MeridianError, NodeAgent, note, post, rpc, type wire } from '@meridian/protocol';
import { type Clock, type Credentials, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';
import { type Fleet, fallbackNode, type LinkState, TurnedAway } from '../core/index.ts';
import { asMeridianError, codeOf, ignoringErrors, translated } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { CentrePort, Explained, Lease, Placed, PlaceRequest } from '../ports.ts';
import { fleetFromWire, leaseFromWire, locationFromWire } from '../wire/control-wire.ts';
import { optionsOf } from '../wire/options-wire.ts';
import { type KnownOwner, OwnerSearch } from './owner-search.ts';
import type { RegionCentre } from './region-centre.ts';

export interface CentreOptions {
  /** Of the centres, with commas between. */
  url: string;
  selfId: string;
  region: string;
  log: Logger;
  clock: Clock;
  rng: Rng;
  /** The service is ending. */
  isClosing?(): boolean;
  credentials(): Credentials;
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  rooms(): wire.RoomHeld.$Properties[];
  onDrain(on: boolean): void;
  /** There is a new plan: `fleet` is another. */
  onFleet(): void;
  /** Nodes that the centre has shut out: links with them end. */
  onDenied(nodeIds: ReadonlySet<string>): void;
  /** The other instances of the plan: who owns this room. Never fails. */
  askOwners(roomKey: string, claiming: boolean): Promise<readonly KnownOwner[]>;
  /** What is known of the link to a media node. */
  linkOf(nodeId: string): LinkState;
  /** Registered (again): leases can be renewed at once. */
  onReady(): void;
  /** A new link: what else the centre says on it is heard by others. */
  onLink(link: Link): void;
  /** The instance that places for the own region. */
  readonly near: RegionCentre;
}

/** Answers of a centre that cannot decide now: the cache stands in for it. */
const isAway: ReadonlySet<string> = new Set(['CENTRE_UNREACHABLE', 'NOT_REGISTERED', 'NOT_LEADER']);

/** Undefined in place of a failure: whoever waits has something else to do then. */
const settled = (lease: Promise<Lease>): Promise<Lease | undefined> =>
  lease.then(
    (found) => found,
    () => undefined,
  );

export class CentreLink implements CentrePort {
  readonly #o: CentreOptions;
  readonly #agent: NodeAgent;
  readonly #centres: CentreSearch;
  #dialer: LinkDialer | undefined;
  readonly #leases = new Map<string, Lease>();
  readonly #search: OwnerSearch;
  readonly #turnedAway = new TurnedAway(bounds.turnedAwayMax);
  #fleet: Fleet = new Map();
  #denied: ReadonlySet<string> = new Set();
  #closed = false;

  constructor(o: CentreOptions) {
    this.#o = o;
    this.#search = new OwnerSearch({ selfId: o.selfId, ask: o.askOwners });
    this.#centres = new CentreSearch(o.url, () => o.clock.nowMs());
    this.#agent = new NodeAgent({
      centres: this.#centres,
      region: () => o.near.obeyed,
      describe: o.describe,
      load: o.load,
      rooms: o.rooms,
      onPlan: (plan) => {
        this.#fleet = fleetFromWire(plan);
        this.#denied = new Set(plan.deniedIds ?? []);
        if (this.#denied.size > 0) o.onDenied(this.#denied);
        o.onFleet();
      },
      onDrain: o.onDrain,
      every: (periodMs, fn) => o.clock.every(periodMs, fn),
    });
  }

  /** Begins to dial, and goes on until `close`. */
  start(): void {
    const { credentials, log, clock, rng } = this.#o;
    this.#dialer ??= new LinkDialer({
      url: () => this.#centres.next(),
      limits: limits.centreLink,
      credentials,
      log: log.child({ to: 'centre' }),
      clock,
      rng,
      isClosing: () => this.#o.isClosing?.() === true,
      backoffMs: () => this.#centres.backoffMs,
      expect: (remote) => remote.kind === 'scheduler',
      onLink: (link) => this.#onLink(link),
      onDown: () => this.#agent.lost(),
    });
    this.#o.near.start();
  }

  /** Open, registered or not. */
  get link(): Link | undefined {
    return this.#dialer?.link;
  }
  get fleet(): Fleet {
    return this.#fleet;
  }
  /** Shut out by the centre: no link with it is made or taken. */
  isDenied(nodeId: string): boolean {
    return this.#denied.has(nodeId);
  }
  get isRegistered(): boolean {
    return this.#agent.state === 'serving' || this.#agent.state === 'draining';
  }

  async locate(clientIp: string, fromCity: string): Promise<readonly string[]> {
    try {
      const answer = await this.#nearFirst(
        (region) => region.locate({ clientIp, fromCity }),
        () => call(this.#link(), rpc.locate, { clientIp, fromCity }, { deadlineMs: bounds.placeDeadlineMs }),
      );
      return answer.signalingIds;
    } catch (error) {
      if (codeOf(error) === 'CITY_UNKNOWN') throw asMeridianError(error, 'INTERNAL');
      this.#o.log.debug(
        { err: error },
        'the centre did not locate a client; offering instances in the order of this one',
      );
      return [];
    }
  }

  async place(request: PlaceRequest): Promise<Placed> {
    this.#checkTurnedAway(request);
    let answer: wire.PlaceReply;
    // A room that is new here: whose it is is the leader's to say, however far it is, while the place is found near.
    const isNew = this.#o.near.isPlacing && !this.#leases.has(request.roomKey);
    const leasing = isNew ? settled(this.lease(request.roomKey)) : undefined;
    try {
      const message = {
        ...request,
        avoidNodeIds: [...request.avoidNodeIds],
        signalingId: this.#o.selfId,
        priorProven: request.priorSessionId !== '',
      };
      answer = await this.#nearFirst(
        (region) => region.place(message),
        () => call(this.#link(), rpc.place, message, { deadlineMs: bounds.placeDeadlineMs }),
      );
    } catch (error) {
      const failure = asMeridianError(error, 'CENTRE_UNREACHABLE');
      if (!isAway.has(failure.code)) throw failure;
      return this.#placeCached(request);
    }
    if (!answer.ok) {
      leasing?.then((lease) => this.#giveBack(lease), ignoringErrors(this.#o.log, 'a lease that nobody needs lapses'));
      const refusal = asMeridianError(
        Object.assign(new Error(answer.reasons.join('; ') || answer.code), { code: answer.code || 'NO_NODE' }),
        'NO_NODE',
      );
      const { code, message } = refusal;
      const { retryAfterMs } = answer;
      if (code === 'OVERLOADED' && request.priorSessionId === '')
        this.#turnedAway.add(request.roomKey, { retryAfterMs, message }, this.#o.clock.nowMs());
      throw new MeridianError(code, message, { retryAfterMs });
    }
    const lease = await this.#leaseOfPlace(request.roomKey, answer, leasing);
    return {
      nodeId: answer.nodeId,
      decisionId: answer.decisionId,
      regionEpoch: answer.regionEpoch,
      lease,
      location: locationFromWire(answer.location),
      reasons: answer.reasons,
      mode: answer.mode || 'normal',
      provisional: lease.provisional ?? false,
    };
  }

  async lease(roomKey: string, above = 0): Promise<Lease> {
    try {
      const request = { roomKey, epoch: 0, signalingId: this.#o.selfId, release: false, above };
      return this.#remember(
        leaseFromWire(await call(this.#link(), rpc.roomLease, request, { deadlineMs: bounds.leaseDeadlineMs })),
      );
    } catch (error) {
      const cached = this.#leases.get(roomKey);
      const usable = cached !== undefined && cached.epoch > above;
      // A provisional owner elsewhere may have stepped back for another.
      const isSure = cached?.provisional !== true || cached.ownerId === this.#o.selfId;
      if (usable && isSure) return { ...cached, created: false };
      const found = await this.#search.find(roomKey, above);
      if (found !== undefined) return { ...this.#remember(found), created: false };
      if (usable) return { ...cached, created: false };
      throw asMeridianError(error, 'CENTRE_UNREACHABLE');
    }
  }

  async roomExists(roomKey: string): Promise<boolean> {
    try {
      const known = await call(this.#link(), rpc.leaseOf, { roomKey }, { deadlineMs: bounds.leaseDeadlineMs });
      return (known.ownerId !== '' && known.expiresInMs > 0) || known.nodeIds.length > 0;
    } catch (cause) {
      if (this.#leases.has(roomKey) || (await this.#search.find(roomKey, 0)) !== undefined) return true;
      throw new MeridianError('CENTRE_UNREACHABLE', undefined, { cause });
    }
  }

  async renew(leases: readonly { roomKey: string; epoch: number }[]): Promise<readonly string[]> {
    const request = { leases: leases.map((lease) => ({ ...lease, ownerId: this.#o.selfId })) };
    const answer = await translated(
      call(this.#link(), rpc.renewLeases, request, { deadlineMs: bounds.leaseDeadlineMs }),
      'CENTRE_UNREACHABLE',
    );
    return answer.lostRoomKeys;
  }

  async release(roomKey: string, epoch: number): Promise<void> {
    this.forgetLease(roomKey);
    const link = this.#dialer?.link;
    if (link === undefined) return;
    const request = { roomKey, epoch, signalingId: this.#o.selfId, release: true };
    await call(link, rpc.roomLease, request, { deadlineMs: bounds.leaseDeadlineMs }).then(
      () => undefined,
      ignoringErrors(this.#o.log, 'a lease could not be given back; it lapses'),
    );
  }

  async explain(decisionId: string, sessionId: string): Promise<Explained> {
    const request = { decisionId, sessionId };
    const far = (): Promise<wire.DecisionExplained> =>
      call(this.#link(), rpc.explainDecision, request, { deadlineMs: bounds.explainDeadlineMs });
    // What another region's instance has decided (the session was resumed here), the leader asks it.
    const isNear = decisionId.slice(decisionId.indexOf('.') + 1) === this.#o.region;
    try {
      const answer = await (isNear ? this.#nearFirst((region) => region.explain(request), far) : far());
      return { reasons: answer.reasons, options: optionsOf(answer) };
    } catch (error) {
      const failure = asMeridianError(error, 'CENTRE_UNREACHABLE');
      // A centre that does not lead, or does not know this node yet, is away to a client.
      throw isAway.has(failure.code)
        ? new MeridianError('CENTRE_UNREACHABLE', 'The scheduling centre does not answer.', { cause: error })
        : failure;
    }
  }

  releaseDecision(decisionId: string): void {
    // A dot: an instance made it. The leader knows nothing of it.
    if (decisionId.includes('.')) {
      this.#o.near.releaseDecision(decisionId);
      return;
    }
    const link = this.#dialer?.link;
    if (link === undefined || decisionId === '') return;
    call(link, rpc.releaseDecision, { decisionId }).catch(
      ignoringErrors(this.#o.log, 'a charge could not be taken back; it lapses'),
    );
  }

  /** What sessions measured; false when the centre is away or its link full: nothing waits for it. */
  sendTimes(times: wire.AccessTimes.$Properties): boolean {
    this.#o.near.sendTimes(times);
    const link = this.#dialer?.link;
    return link !== undefined && this.isRegistered && post(link, note.accessTimes, times);
  }

  forgetLease(roomKey: string): void {
    this.#leases.delete(roomKey);
  }

  /** For another instance that asks: this one, when it has taken or is taking the room without the centre. */
  takenHere(roomKey: string, askerId: string, claiming: boolean): KnownOwner | undefined {
    const { ownerId, epoch, provisional } = this.#leases.get(roomKey) ?? { ownerId: '', epoch: 0 };
    if (ownerId === this.#o.selfId && provisional === true) return { ownerId, epoch, provisional, claiming: false };
    return this.#search.claimedBefore(roomKey, askerId, claiming);
  }

  /** Idempotent. */
  close(cause: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#agent.lost();
    this.#o.near.close(cause);
    this.#dialer?.close(cause);
  }

  /** The centre has turned this room away a moment ago; it is not asked again for each who wants in. */
  #checkTurnedAway({ roomKey, priorSessionId }: PlaceRequest): void {
    const turned = priorSessionId === '' ? this.#turnedAway.find(roomKey, this.#o.clock.nowMs()) : undefined;
    if (turned === undefined) return;
    const retryAfterMs = Math.ceil(turned.retryAfterMs + this.#o.rng.next() * bounds.overloadRetryMs);
    throw new MeridianError('OVERLOADED', turned.message, { retryAfterMs });
  }

  #link(): Link {
    const link = this.#dialer?.link;
    if (link === undefined || !this.isRegistered) throw new MeridianError('CENTRE_UNREACHABLE');
    return link;
  }

  #onLink(link: Link): void {
    this.#agent.attach(link);
    this.#o.onLink(link);
    this.#agent.register().then(
      () => {
        if (!link.closed) this.#o.onReady();
      },
      (error: unknown) => {
        this.#o.log.warn({ err: error }, 'the centre refused the registration');
        link.close('registration refused');
      },
    );
  }

  /** Asks the instance of the own region, and the leader where there is none or it does not place. */
  async #nearFirst<A>(near: (region: RegionCentre) => Promise<A>, far: () => Promise<A>): Promise<A> {
    const { near: region, log } = this.#o;
    if (!region.isPlacing) return far();
    try {
      return await near(region);
    } catch (error) {
      if (!isAway.has(asMeridianError(error, 'INTERNAL').code)) throw error;
      log.info({ err: error }, 'the instance of the region does not answer; asking the leader');
      return far();
    }
  }

  /** As the instance has heard of it, as the leader says, or taken by this node when nobody can be asked. */
  async #leaseOfPlace(
    roomKey: string,
    answer: wire.PlaceReply,
    leasing: Promise<Lease | undefined> | undefined,
  ): Promise<Lease> {
    if ((answer.lease?.epoch ?? 0) > 0) return this.#remember(leaseFromWire(answer.lease));
    const lease = await (leasing ?? settled(this.lease(roomKey)));
    return lease ?? this.#remember(await this.#search.claim(roomKey));
  }

  /** A lease that was asked for a join that is not placed. */
  #giveBack(lease: Lease | undefined): void {
    if (lease?.created === true && lease.provisional !== true) void this.release(lease.roomKey, lease.epoch);
  }

  async #placeCached(request: PlaceRequest): Promise<Placed> {
    const known = this.#leases.get(request.roomKey);
    const nodeId = fallbackNode(this.#fleet, {
      region: this.#o.region,
      fence: request.regionPin,
      roomNodeIds: known?.nodeIds ?? [],
      avoidNodeIds: request.avoidNodeIds,
      linkOf: this.#o.linkOf,
      rand: this.#o.rng.next(),
    });
    if (nodeId === undefined) throw new MeridianError('CENTRE_UNREACHABLE');
    const lease = known ?? this.#remember(await this.#search.claim(request.roomKey));
    return {
      nodeId,
      decisionId: '',
      regionEpoch: 0,
      lease,
      location: locationFromWire(undefined),
      reasons: ['The scheduling centre did not answer; placed from what was last known.'],
      mode: 'cached',
      provisional: true,
    };
  }

  #remember(lease: Lease): Lease {
    this.#leases.delete(lease.roomKey);
    this.#leases.set(lease.roomKey, lease);
    const oldest = this.#leases.size > bounds.leasesCachedMax ? this.#leases.keys().next().value : undefined;
    if (oldest !== undefined) this.#leases.delete(oldest);
    return lease;
  }
}
