// Requests to the scheduling centre over the shell's link (places, leases, locations), and its plans. When the centre
// does not answer, the last plan and the cached leases replace it: joins into known rooms continue; for an unknown room
// the other instances are asked for its owner; this instance takes a room without an owner and places it in its own
// region, marked provisional.
import type { NodeShell } from '@meridian/node-shell';
import { call, MeridianError, note, post, rpc, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger, Rng } from '@meridian/runtime';
import { type Fleet, fallbackNode, type LinkState, shareOfSeats, TurnedAwayRooms } from '../core/index.ts';
import { asMeridianError, codeOf, ignoringErrors, translated } from '../failures.ts';
import { bounds } from '../limits.ts';
import type {
  CentrePort,
  Explanation,
  Lease,
  Placement,
  PlaceRequest,
  RecordAnswer,
  RecordOrder,
  TranscodeOrder,
} from '../ports.ts';
import { fleetFromWire, leaseFromWire, locationFromWire } from '../wire/control-wire.ts';
import { optionsOf } from '../wire/options-wire.ts';
import { type KnownOwner, OwnerSearch } from './owner-search.ts';
import type { RegionPlacing } from './region-placing.ts';

export interface CentreOptions {
  readonly shell: NodeShell;
  selfId: string;
  region: string;
  log: Logger;
  clock: Clock;
  rng: Rng;
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  /** Returns the number of sessions of this node in rooms whose key has the prefix. */
  sessionsOf(prefix: string): number;
  rooms(): wire.RoomHeld.$Properties[];
  onDrain(on: boolean): void;
  /** Called with a new plan: `fleet` has changed. */
  onFleet(): void;
  /** Called with nodes that the centre has shut out: end the links with them. */
  onDenied(nodeIds: ReadonlySet<string>): void;
  /** Asks the other instances of the plan for the owner of this room. Never fails. */
  askOwners(roomKey: string, claiming: boolean): Promise<readonly KnownOwner[]>;
  linkOf(nodeId: string): LinkState;
  /** Called after each registration: leases can be renewed at once. */
  onReady(): void;
  /** Called with a new link to the leader, or to the region's instance, so that others attach their handlers. */
  onLink(link: Link): void;
  onRegionLink(link: Link): void;
  readonly regionPlacing: RegionPlacing;
}

/** Answers of a centre that cannot decide now: the cache replaces it. */
const awayCodes: ReadonlySet<string> = new Set(['CENTRE_UNREACHABLE', 'NOT_REGISTERED', 'NOT_LEADER']);

/** Resolves to undefined on failure, for which the caller has a fallback. */
const leaseOrUndefined = (lease: Promise<Lease>): Promise<Lease | undefined> =>
  lease.then(
    (found) => found,
    () => undefined,
  );

export class CentreClient implements CentrePort {
  readonly #o: CentreOptions;
  readonly #shell: NodeShell;
  readonly #leases = new Map<string, Lease>();
  readonly #search: OwnerSearch;
  readonly #turnedAway = new TurnedAwayRooms(bounds.turnedAwayMax);
  #fleet: Fleet = new Map();

  constructor(o: CentreOptions) {
    this.#o = o;
    this.#search = new OwnerSearch({ selfId: o.selfId, ask: o.askOwners });
    this.#shell = o.shell;
  }

  /** Joins the fleet, until `close`. */
  start(): void {
    const { describe, load, rooms, onDrain, onLink, onRegionLink, onReady, onFleet, onDenied } = this.#o;
    this.#shell.join({
      describe,
      load,
      rooms,
      onDrain,
      onPlan: (plan) => {
        this.#fleet = fleetFromWire(plan);
        const { denied } = this.#shell;
        if (denied.size > 0) onDenied(denied);
        onFleet();
      },
      onLeaderLink: onLink,
      onRegionLink,
      onRegistered: onReady,
    });
  }

  get fleet(): Fleet {
    return this.#fleet;
  }
  get isRegistered(): boolean {
    return this.#shell.centre.registered !== undefined;
  }

  async locate(clientIp: string, fromCity: string): Promise<readonly string[]> {
    try {
      const answer = await this.#regionFirst(
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

  async place(request: PlaceRequest): Promise<Placement> {
    this.#checkTurnedAway(request);
    let answer: wire.PlaceReply;
    // Only the leader decides the owner of a new room, however far away; the region's instance places meanwhile.
    const isNew = this.#o.regionPlacing.isPlacing && !this.#leases.has(request.roomKey);
    const leaseRequest = isNew ? leaseOrUndefined(this.lease(request.roomKey)) : undefined;
    try {
      const message = {
        ...request,
        avoidNodeIds: [...request.avoidNodeIds],
        signalingId: this.#o.selfId,
        priorProven: request.priorSessionId !== '',
      };
      answer = await this.#regionFirst(
        (region) => region.place(message),
        () => call(this.#link(), rpc.place, message, { deadlineMs: bounds.placeDeadlineMs }),
      );
    } catch (error) {
      const failure = asMeridianError(error, 'CENTRE_UNREACHABLE');
      if (!awayCodes.has(failure.code)) throw failure;
      return this.#placeCached(request);
    }
    if (!answer.ok) {
      leaseRequest?.then(
        (lease) => this.#releaseLease(lease),
        ignoringErrors(this.#o.log, 'a lease without a use lapses'),
      );
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
    const lease = await this.#leaseOfPlace(request.roomKey, answer, leaseRequest);
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

  async lease(roomKey: string, aboveEpoch = 0): Promise<Lease> {
    try {
      const request = { roomKey, epoch: 0, signalingId: this.#o.selfId, release: false, above: aboveEpoch };
      return this.#remember(
        leaseFromWire(await call(this.#link(), rpc.roomLease, request, { deadlineMs: bounds.leaseDeadlineMs })),
      );
    } catch (error) {
      const cached = this.#leases.get(roomKey);
      const usable = cached !== undefined && cached.epoch > aboveEpoch;
      // A provisional owner at another instance may have been replaced meanwhile.
      const isSure = cached?.provisional !== true || cached.ownerId === this.#o.selfId;
      if (usable && isSure) return { ...cached, created: false };
      const found = await this.#search.find(roomKey, aboveEpoch);
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
    const { link } = this.#shell.centre;
    if (link === undefined) return;
    const request = { roomKey, epoch, signalingId: this.#o.selfId, release: true };
    await call(link, rpc.roomLease, request, { deadlineMs: bounds.leaseDeadlineMs }).then(
      () => undefined,
      ignoringErrors(this.#o.log, 'a lease could not be given back; it lapses'),
    );
  }

  async explain(decisionId: string, sessionId: string): Promise<Explanation> {
    const request = { decisionId, sessionId };
    const far = (): Promise<wire.DecisionExplained> =>
      call(this.#link(), rpc.explainDecision, request, { deadlineMs: bounds.explainDeadlineMs });
    // After a resume, another region's instance may have made the decision; only the leader can ask that instance.
    const isNear = decisionId.slice(decisionId.indexOf('.') + 1) === this.#o.region;
    try {
      const answer = await (isNear ? this.#regionFirst((region) => region.explain(request), far) : far());
      return { reasons: answer.reasons, options: optionsOf(answer) };
    } catch (error) {
      const failure = asMeridianError(error, 'CENTRE_UNREACHABLE');
      // A centre that does not lead, or does not know this node yet, is unreachable for a client.
      throw awayCodes.has(failure.code)
        ? new MeridianError('CENTRE_UNREACHABLE', 'The scheduling centre does not answer.', { cause: error })
        : failure;
    }
  }

  async transcode({ from, to, ...order }: TranscodeOrder): Promise<void> {
    const request = { ...order, fromMimeType: from, toMimeType: to };
    await translated(
      call(this.#link(), rpc.transcode, request, { deadlineMs: bounds.transcodeDeadlineMs }),
      'CENTRE_UNREACHABLE',
    );
  }

  async record({ recorderAvoidIds, ...order }: RecordOrder): Promise<RecordAnswer> {
    const request = { ...order, recorderAvoidIds: [...recorderAvoidIds] };
    const { state, recorderId, waitMs, later } = await translated(
      call(this.#link(), rpc.record, request, { deadlineMs: bounds.recordDeadlineMs }),
      'CENTRE_UNREACHABLE',
    );
    return { state: state === 'begun' ? 'begun' : 'waiting', recorderId, waitMs, later };
  }

  releaseDecision(decisionId: string): void {
    // Ids with a dot are decisions of a region's instance, unknown to the leader.
    if (decisionId.includes('.')) {
      this.#o.regionPlacing.releaseDecision(decisionId);
      return;
    }
    const { link } = this.#shell.centre;
    if (link === undefined || decisionId === '') return;
    call(link, rpc.releaseDecision, { decisionId }).catch(
      ignoringErrors(this.#o.log, 'a charge could not be taken back; it lapses'),
    );
  }

  /** Sends sessions' measurements; false when the centre is away or its link full. Nothing is retried. */
  sendTimes(times: wire.AccessTimes.$Properties): boolean {
    this.#o.regionPlacing.sendTimes(times);
    const link = this.#shell.centre.registered;
    return link !== undefined && post(link, note.accessTimes, times);
  }

  forgetLease(roomKey: string): void {
    this.#leases.delete(roomKey);
  }

  /** Answers another instance: names this one if it has taken or is taking the room without the centre. */
  provisionalOwner(roomKey: string, askerId: string, claiming: boolean): KnownOwner | undefined {
    const { ownerId, epoch, provisional } = this.#leases.get(roomKey) ?? { ownerId: '', epoch: 0 };
    if (ownerId === this.#o.selfId && provisional === true) return { ownerId, epoch, provisional, claiming: false };
    return this.#search.precedingClaim(roomKey, askerId, claiming);
  }

  /** Idempotent. */
  close(cause: string): void {
    this.#shell.close(cause);
  }

  /** Refuses a room that the centre has just turned away, without asking for each client. */
  #checkTurnedAway({ roomKey, priorSessionId }: PlaceRequest): void {
    const turned = priorSessionId === '' ? this.#turnedAway.find(roomKey, this.#o.clock.nowMs()) : undefined;
    if (turned === undefined) return;
    const retryAfterMs = Math.ceil(turned.retryAfterMs + this.#o.rng.next() * bounds.overloadRetryMs);
    throw new MeridianError('OVERLOADED', turned.message, { retryAfterMs });
  }

  #link(): Link {
    const link = this.#shell.centre.registered;
    if (link === undefined) throw new MeridianError('CENTRE_UNREACHABLE');
    return link;
  }

  /** Asks the instance of this region, or the leader if there is none or it does not place. */
  async #regionFirst<A>(askRegion: (region: RegionPlacing) => Promise<A>, askLeader: () => Promise<A>): Promise<A> {
    const { regionPlacing: region, log } = this.#o;
    if (!region.isPlacing) return askLeader();
    try {
      return await askRegion(region);
    } catch (error) {
      if (!awayCodes.has(asMeridianError(error, 'INTERNAL').code)) throw error;
      log.info({ err: error }, 'the instance of the region does not answer; asking the leader');
      return askLeader();
    }
  }

  /** Returns the lease from the instance's answer or the leader; without either this node takes the room. */
  async #leaseOfPlace(
    roomKey: string,
    answer: wire.PlaceReply,
    leaseRequest: Promise<Lease | undefined> | undefined,
  ): Promise<Lease> {
    if ((answer.lease?.epoch ?? 0) > 0) return this.#remember(leaseFromWire(answer.lease));
    const lease = await (leaseRequest ?? leaseOrUndefined(this.lease(roomKey)));
    return lease ?? this.#remember(await this.#search.claim(roomKey));
  }

  /** Gives back a lease that was requested for a failed join. */
  #releaseLease(lease: Lease | undefined): void {
    if (lease?.created === true && lease.provisional !== true) void this.release(lease.roomKey, lease.epoch);
  }

  async #placeCached(request: PlaceRequest): Promise<Placement> {
    const tenant = request.roomKey.slice(0, request.roomKey.indexOf('/') + 1);
    if (this.#o.sessionsOf(tenant) >= shareOfSeats(request.limits.seats, this.#fleet))
      throw new MeridianError('QUOTA_EXCEEDED', "without the centre, the tenant's share of this node is used up");
    const known = this.#leases.get(request.roomKey);
    const nodeId = fallbackNode(this.#fleet, {
      region: this.#o.region,
      fence: request.regionPin,
      roomNodeIds: known?.nodeIds ?? [],
      avoidNodeIds: request.avoidNodeIds,
      openerHostId: this.#fleet.get(request.openerId)?.hostId ?? '',
      onHost: request.onHost,
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
