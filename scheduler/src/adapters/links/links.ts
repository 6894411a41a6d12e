// The centre's links: a TLS port for every node. The certificate names the speaking node; a message that names another
// node as its sender is refused. Nodes of every kind may register; only signaling nodes may place and own rooms.
import {
  call,
  controlUrlOf,
  errorInfoOf,
  limits,
  MeridianError,
  mayDial,
  nodeKind,
  note,
  onNote,
  post,
  type Rpc,
  rpc,
  type wire,
} from '@meridian/protocol';
import {
  type Clock,
  type Credentials,
  type HttpHook,
  type Identity,
  type Issuer,
  isProcessEnd,
  type Link,
  LinkServer,
  type LinkServerOptions,
  type Logger,
  type OwnLogReader,
  PkiError,
} from '@meridian/runtime';
import type { CentreMetrics } from '../../base/metrics.ts';
import { Learning } from '../../centre/learning.ts';
import { roomKinds } from '../../fleet/core/node.ts';
import { regionOfDecision } from '../../leading/core/regions/index.ts';
import type { RegionPlacer } from '../../leading/regions/region-candidate.ts';
import type { RegionElections } from '../../leading/regions/region-elections.ts';
import type { Terms } from '../../leading/terms.ts';
import type { EchoKey } from '../../locating/echo-keys.ts';
import type { MoveOrder, Mover } from '../../moving/mover.ts';
import type { LeaseAnswer } from '../../owning/ownership.ts';
import type { Admitting } from '../../placing/admitting.ts';
import { countPlaceTimes, receiveAccessTimes, requestEchoes } from './access.ts';
import { serveApi } from './api.ts';
import { callRate } from './call-rate.ts';
import { serveConsole } from './console.ts';
import { LogQueries } from './log-queries.ts';
import { boundedAuthorities, NodeAuthorities, type TrustingSession } from './node-authorities.ts';
import { OpenLinks } from './open-links.ts';
import { PlanBytes } from './plan-bytes.ts';
import { PlanTurns } from './plan-turns.ts';
import { serveRecordings } from './recordings.ts';
import { RegionLinks } from './regions.ts';
import { clockOffsetOf, type Reporting, Reports } from './reports.ts';
import { RouteLinks } from './routes.ts';
import { serveGuarded } from './serve-guarded.ts';
import { serveSignalingNode } from './signaling-nodes.ts';
import { descriptionFrom, explainLocally, leaseToWire, loadFrom, planToWire, roomsFrom } from './wire.ts';

/** Kinds that may ask which node owns a room; the question does not make the asker its owner. */
const leaseAskers: ReadonlySet<string> = new Set([nodeKind.media, nodeKind.signaling, nodeKind.api]);
/** Nodes that waited for a new leader register spread over a millisecond for each node, the cost of a registration. */
const SPREAD_MS_PER_NODE = 1;
/** Limit of that spread: half of the warm-up's wait, so that all nodes are back within the wait. */
const SPREAD_MS_MAX = 750;

/** Rate limit of a node's registrations: one, and another in each new term; each carries all that the node holds. */
const registerRate = { perSecond: 2, burst: 10 } as const;

/** Longest wait for a gateway, which answers at once whether it has the capacity and the key of the room's tenant. */
const TRANSCODE_MS = 2000;

interface Session extends Reporting, TrustingSession {
  readonly link: Link;
  /** Whether the node understands plans that hold changes only. */
  readonly takesDeltas: boolean;
  /** Incarnation of the centre that sent the node its latest plan; '': none. */
  planIncarnation: string;
  /** Wall time of the end of its link's certificate, or of a newer certificate that it got over the link. */
  certificateEndsAtMs: number;
}

export interface LinksOptions {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly authority: Issuer & { readonly fingerprints: readonly string[] };
  readonly clusterSecret: string;
  readonly terms: Terms;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  readonly onHttp: HttpHook;
  /** Opens the port; the simulator replaces it by a network of its own. */
  readonly openServer?: (o: LinkServerOptions) => Promise<OpenServer>;
  readonly id: string;
  readonly logReader: Pick<OwnLogReader, 'read'>;
  readonly admitting: Admitting;
  echoKeys(): EchoKey[];
  /** The elections of regions that have instances; absent: this centre accepts no instances. */
  readonly elections?: RegionElections | undefined;
  /** Set at a region's instance: it accepts this region's nodes alone, and leaves plans and routes to the leader. */
  readonly placesRegion?: string | undefined;
  onRegistered?(nodeId: string): void;
}

export type OpenServer = Pick<LinkServer, 'port' | 'close' | 'replaceCredentials'>;

export class Links implements Mover {
  readonly #o: LinksOptions;
  readonly #sessions = new Map<string, Session>(); // registered nodes by id
  readonly #openLinks: OpenLinks; // registered or not
  readonly #routes: RouteLinks;
  #server: OpenServer | undefined;
  readonly #learning: Learning;
  readonly #plans: PlanTurns;
  readonly #planBytes: PlanBytes;
  readonly regions: RegionLinks;
  readonly #reports: Reports;
  readonly #authorities: NodeAuthorities;
  readonly #logQueries: LogQueries;

  /** Listens; rejects when the port is taken. */
  static async listen(o: LinksOptions): Promise<Links> {
    const links = new Links(o);
    links.#server = await (o.openServer ?? LinkServer.listen)({
      host: o.host,
      port: o.port,
      credentials: o.credentials,
      log: o.log,
      clock: o.clock,
      maxLinks: limits.fleetNodesMax,
      accept: (remote) => links.#accepts(remote),
      onLink: (link) => links.#onLink(link),
      onHttp: o.onHttp,
    });
    return links;
  }

  private constructor(o: LinksOptions) {
    this.#o = o;
    this.#openLinks = new OpenLinks({
      ...o,
      isIdle: (link) => o.terms.mayDecide() && this.#sessions.get(link.remote.id)?.link !== link,
    });
    this.#routes = new RouteLinks({ ...o, probed: (nodeId, reports) => o.terms.centre.probed(nodeId, reports) });
    this.#learning = new Learning(() => o.terms.centre);
    this.#plans = new PlanTurns({
      clock: o.clock,
      version: () => this.#planVersion(),
      links: () => this.#openLinks.size,
      isWarmingUp: () => o.terms.centre.warmUp.isWaiting,
      send: (nodeId, held) => this.#sendPlan(nodeId, held),
    });
    this.#planBytes = new PlanBytes(o.terms);
    this.regions = new RegionLinks({ ...o, elections: o.elections });
    this.#logQueries = new LogQueries({
      ownId: o.id,
      ownLogReader: o.logReader,
      linkOf: (nodeId) => this.#sessions.get(nodeId)?.link,
      isNode: (nodeId) => o.terms.centre.fleet.get(nodeId) !== undefined,
    });
    this.#authorities = new NodeAuthorities({ clock: o.clock, present: () => o.authority.fingerprints });
    this.#reports = new Reports({
      ...o,
      sessionOf: (nodeId) => this.#sessions.get(nodeId),
      planChanged: () => this.planChanged(),
      planMissed: (nodeId) => this.#plans.planMissed(nodeId),
    });
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  get size(): number {
    return this.#sessions.size;
  }

  replaceCredentials(credentials: Credentials): void {
    this.#server?.replaceCredentials(credentials);
  }

  /** Returns the node's trusted authorities, and for how long it has reported them; undefined: not registered. */
  trustOf(nodeId: string): { readonly authorities: readonly string[]; readonly heldMs: number } | undefined {
    const session = this.#sessions.get(nodeId);
    if (session === undefined) return undefined;
    const { authorities, authoritiesAtMs } = session;
    return { authorities, heldMs: this.#o.clock.nowMs() - authoritiesAtMs };
  }

  /** Ends every link of a shut-out node, registered or not; the next is refused. Returns the number of links. */
  cut(nodeId: string): number {
    const links = this.#openLinks.ofNode(nodeId);
    for (const link of links) link.close('shut out by an administrator');
    return links.length;
  }

  /** Lets waiting nodes register when this centre begins to lead. */
  announce(): void {
    this.#routes.followPlanner();
    this.#openLinks.restart();
    this.announceLeader();
  }

  /** Informs waiting nodes of a new leader, this centre or another. */
  announceLeader(): void {
    for (const link of this.#openLinks.list()) post(link, note.leading, this.#leader());
  }

  /** Ends all links when this centre stops leading: its nodes look for the leader. */
  endAll(cause: string): void {
    for (const link of this.#openLinks.list()) link.close(cause);
  }

  #leader(): wire.Leader.$Properties {
    const { terms } = this.#o;
    if (!terms.mayDecide()) {
      const { url = '', epoch = 0 } = terms.leader ?? {};
      return { leading: false, url, centreEpoch: epoch };
    }
    const spreadMs = Math.min(SPREAD_MS_MAX, Math.round(this.#openLinks.size * SPREAD_MS_PER_NODE));
    return { leading: true, centreEpoch: terms.epoch, url: '', spreadMs };
  }

  /** Soon sends the plan to every node that has an older version. */
  planChanged(): void {
    this.#plans.changed();
  }

  /** Orders a node to drain or to serve again. An absent node learns it at its next registration. */
  async sendDrain(nodeId: string, on: boolean, reason: string): Promise<boolean> {
    const link = this.#sessions.get(nodeId)?.link;
    if (link === undefined) return false;
    try {
      await call(link, rpc.drain, { on, reason });
      return true;
    } catch (error) {
      this.#o.log.warn({ nodeId, err: error }, 'the node did not accept the drain command');
      return false;
    }
  }

  /** Asks the owner to move a session, after informing the target node of the room's lease. */
  async move(ownerId: string, order: MoveOrder, deadlineMs: number): Promise<void> {
    const link = this.#sessions.get(ownerId)?.link;
    if (link === undefined) throw new MeridianError('ROOM_OWNER_LOST', `${ownerId} has no link to the centre`);
    this.#sendLease([order.toNodeId], order.lease);
    await call(link, rpc.moveSession, { ...order, lease: leaseToWire(order.lease) }, { deadlineMs });
  }

  /** Rejects with the gateway's error; NODE_UNREACHABLE without an answer. */
  async #transcode(gatewayId: string, order: wire.Transcode): Promise<void> {
    const link = this.#sessions.get(gatewayId)?.link;
    if (link === undefined) throw new MeridianError('NODE_UNREACHABLE', `${gatewayId} has no link to the centre`);
    try {
      await call(link, rpc.transcode, order, { deadlineMs: TRANSCODE_MS });
    } catch (cause) {
      const { code, message } = errorInfoOf(cause);
      throw new MeridianError(code === 'INTERNAL' ? 'NODE_UNREACHABLE' : code, message, { cause });
    }
  }

  /** Rejects with the recorder's error; NODE_UNREACHABLE: it did not get the order; LINK_…: it may have it. */
  async #record(recorderId: string, order: wire.RecordOrder, deadlineMs: number): Promise<wire.RecordAnswer> {
    const link = this.#sessions.get(recorderId)?.link;
    if (link === undefined) throw new MeridianError('NODE_UNREACHABLE', `${recorderId} has no link to the centre`);
    return call(link, rpc.record, order, { deadlineMs });
  }

  /** Has the session's client time these signaling nodes. False: its own signaling node has no link, or a full one. */
  requestEchoes(
    signalingId: string,
    o: { roomKey: string; sessionId: string; signalingIds: readonly string[] },
  ): boolean {
    const link = this.#sessions.get(signalingId)?.link;
    return link?.remote.kind === nodeKind.signaling && requestEchoes(link, o);
  }

  sendEchoKeys(): void {
    for (const { link } of this.#sessions.values()) this.#sendEchoKeys(link);
  }

  async close(cause: string): Promise<void> {
    this.#openLinks.close();
    this.#plans.close();
    this.#routes.close();
    this.regions.close();
    await this.#server?.close(cause);
  }

  #accepts({ id, kind, region }: Identity): boolean {
    const { elections, placesRegion } = this.#o;
    if (!mayDial(kind, nodeKind.centre)) return false;
    if (kind === nodeKind.centre && elections === undefined) return false;
    if (placesRegion !== undefined && region !== placesRegion) return false;
    if (!this.#o.terms.centre.denied.has(id)) return true;
    this.#o.metrics.linksRefused.inc();
    return false;
  }

  #onLink(link: Link): void {
    const { remote } = link;
    this.#openLinks.add(link);
    const take = callRate(this.#o.clock, registerRate);
    this.#serve(link, rpc.register, (message) => this.#register(link, message), { take });
    this.#serve(link, rpc.renewCertificate, (message) => this.#renew(remote, message), { answeredBy: 'any centre' });
    this.#serve(link, rpc.leader, () => this.#leader(), { answeredBy: 'any centre' });
    this.#serve(link, rpc.leaseOf, (message) => this.#leaseOf(link, message));
    this.#serve(link, rpc.nodeAddress, (message) => this.#nodeAddress(link, message));
    onNote(link, note.report, (message) => {
      this.#reports.receive(link, message);
      const session = this.#sessions.get(remote.id);
      if (session?.link === link) this.#authorities.reported(session, message.authorities);
    });
    this.#routes.attach(link);
    if (remote.kind === nodeKind.centre)
      this.regions.attach(
        link,
        (kind, handler) => this.#serve(link, kind, handler),
        () => this.#checkRegistered(link, ''),
      );
    link.onClose((cause) => this.#onClose(link, cause));
    const { terms, metrics } = this.#o;
    const access = {
      sink: this.#learning,
      counted: (kind: string) => metrics.accessTimes.inc({ kind }),
    };
    const isSignaling = (): boolean =>
      remote.kind === nodeKind.signaling && this.#sessions.get(remote.id)?.link === link;
    receiveAccessTimes({ ...access, link, isSignaling });
    const checkSpeaker = (claimedId: string): void => this.#checkRegistered(link, claimedId);
    serveApi({
      kind: remote.kind,
      get centre() {
        return terms.centre;
      },
      checkSpeaker: () => this.#checkRegistered(link, ''),
      serve: (kind, handler) => this.#serve(link, kind, handler),
    });
    this.#serveConsole(link);
    serveRecordings({
      askerId: remote.id,
      kind: remote.kind,
      get centre() {
        return terms.centre;
      },
      checkSpeaker: () => this.#checkRegistered(link, ''),
      serve: (kind, handler) => this.#serve(link, kind, handler),
      send: (recorderId, order, deadlineMs) => this.#record(recorderId, order, deadlineMs),
    });
    serveSignalingNode({
      signalingId: remote.id,
      clock: this.#o.clock,
      kind: remote.kind,
      get centre() {
        return terms.centre;
      },
      checkSpeaker,
      sendLease: (nodeIds, lease) => this.#sendLease(nodeIds, lease),
      serve: (kind, handler) => this.#serve(link, kind, handler),
      admit: (ask) => this.#o.admitting.enter(ask, remote.id),
      timed: (ask) => countPlaceTimes(access, ask),
      transcode: (gatewayId, order) => this.#transcode(gatewayId, order),
      explain: async (ask) => {
        const region = regionOfDecision(ask.decisionId);
        return region === undefined || this.#isOurs(ask.decisionId)
          ? explainLocally(terms.centre.placing, ask)
          : this.regions.explainAt(region, ask);
      },
    });
  }

  #serveConsole(link: Link): void {
    const { terms, clock, log, placesRegion } = this.#o;
    serveConsole({
      apiId: link.remote.id,
      clock,
      log,
      get centre() {
        return terms.centre;
      },
      get epoch() {
        return terms.epoch;
      },
      checkApi: () => {
        if (link.remote.kind !== nodeKind.api) throw new MeridianError('KIND_NOT_PERMITTED');
        this.#checkRegistered(link, '');
      },
      serve: (kind, handler) => this.#serve(link, kind, handler),
      notAfterMsOf: (nodeId) => this.#sessions.get(nodeId)?.certificateEndsAtMs ?? 0,
      clockOffsetMsOf: (nodeId) => clockOffsetOf(this.#sessions.get(nodeId)?.clockOffsetsMs),
      isOurs: (decisionId) => this.#isOurs(decisionId),
      logLinesOf: (nodeId, query) => this.#logQueries.linesOf(nodeId, query),
      storiesElsewhere: (decisionIds) => this.regions.storiesAt(decisionIds),
      orders:
        placesRegion !== undefined
          ? undefined
          : {
              planChanged: () => this.planChanged(),
              sendDrain: (nodeId, on, reason) => {
                this.planChanged();
                return this.sendDrain(nodeId, on, reason);
              },
            },
    });
  }

  #isOurs(decisionId: string): boolean {
    const region = regionOfDecision(decisionId);
    return region === undefined || region === this.#o.placesRegion;
  }

  async #register(link: Link, message: wire.Register): Promise<wire.Registered.$Properties> {
    const { terms, log } = this.#o;
    const description = descriptionFrom(message.node);
    const { id, kind, region } = link.remote;
    if (description.nodeId !== id || description.kind !== kind || description.region !== region) {
      throw new MeridianError('IDENTITY_MISMATCH', `the certificate says ${kind}/${region}/${id}`);
    }
    // A node that holds rooms remembers the highest epoch that it has obeyed; nodes of other kinds are not asked.
    if (roomKinds.has(kind)) await this.#noteEpochs(region, message);
    if (link.closed || !terms.mayDecide()) throw new MeridianError('NOT_LEADER');
    const { centre } = terms;
    const older = this.#sessions.get(id);
    // A node is granted rooms only after its registration, when this centre's epoch is above all that it obeyed.
    centre.leases.startTerm(terms.epoch);
    const { isDraining } = centre.register({
      description,
      rooms: roomsFrom(message.rooms),
      load: loadFrom(message.load),
    });
    // A crowd gets its plans in turns (plan-turns.ts), and a region's instance leaves them to the leader.
    const isLater = this.#plans.isCrowd || this.#o.placesRegion !== undefined;
    const plan = isLater ? undefined : centre.plan(id);
    this.#sessions.set(id, {
      link,
      fullAskedAtMs: Number.NEGATIVE_INFINITY,
      authorities: boundedAuthorities(message.authorities),
      authoritiesAtMs: this.#o.clock.nowMs(),
      takesDeltas: message.planDeltas && (kind !== nodeKind.signaling || message.pathDeltas),
      planIncarnation: plan === undefined ? '' : centre.incarnation,
      certificateEndsAtMs: link.remoteNotAfterMs ?? 0,
    });
    this.#plans.registered(id, plan?.version);
    if (older !== undefined && older.link !== link) {
      log.warn(
        { nodeId: id, from: older.link.remoteAddress, to: link.remoteAddress },
        'a newer link of the node replaced this one',
      );
      older.link.close('a newer link of the same node took over');
    }
    if (this.#o.placesRegion === undefined) this.#routes.registered(link, description.hostId);
    this.#sendEchoKeys(link);
    this.planChanged();
    this.#o.onRegistered?.(id);
    const placer = this.#o.elections?.placerOf(region);
    if (placer !== undefined) this.#sendPlacer(link, placer);
    return {
      centreIncarnation: centre.incarnation,
      centreEpoch: terms.epoch,
      plan: plan === undefined ? null : planToWire(plan, terms),
      reportIntervalMs: limits.reportIntervalMs,
      draining: isDraining,
    };
  }

  async #noteEpochs(region: string, message: wire.Register): Promise<void> {
    await this.#o.terms.noteEpoch(message.centreEpoch, message.centreIncarnation);
    const { regionEpoch, regionIncarnation } = message;
    if (regionEpoch > 0) await this.#o.elections?.noteEpoch(region, regionEpoch, regionIncarnation);
  }

  /** Informs a region's nodes that another process places for it: they then refuse decisions of lower region epochs. */
  placerChanged(placer: RegionPlacer): void {
    for (const { link } of this.#sessions.values())
      if (link.remote.region === placer.region) this.#sendPlacer(link, placer);
  }

  /** Sends the placing process; a node that misses the message still refuses nothing that it should accept. */
  #sendPlacer(link: Link, { region, epoch, incarnation }: RegionPlacer): void {
    if (incarnation !== '' && link.remote.kind !== nodeKind.centre)
      post(link, note.placer, { region, epoch, incarnation });
  }

  sendLeaseToHolders(lease: LeaseAnswer): void {
    this.#sendLease(lease.nodeIds, lease);
  }

  #sendEchoKeys(link: Link): void {
    if (link.remote.kind === nodeKind.signaling) post(link, note.echoKeys, { keys: this.#o.echoKeys() });
  }

  /**
   * Returns the lease of a room. A media node asks to check an owner that another node has named; a signaling node, to
   * learn whether the room exists; the api, to learn the owner for its requests. Epoch 0: no owner is known here.
   */
  #leaseOf(link: Link, { roomKey }: wire.RoomLeaseRequest): wire.RoomLease.$Properties {
    if (!leaseAskers.has(link.remote.kind)) throw new MeridianError('KIND_NOT_PERMITTED');
    this.#checkRegistered(link, '');
    const known = this.#o.terms.centre.ownership.knownLease(roomKey);
    if (known !== undefined) return leaseToWire(known);
    return { roomKey, epoch: 0, nodeIds: this.#o.terms.centre.fleet.holdersOf(roomKey, nodeKind.media) };
  }

  /** Returns where a media node takes links; '': it is unknown, dead or shut out. */
  #nodeAddress(link: Link, { nodeId }: wire.NodeAddressRequest): wire.NodeAddress.$Properties {
    if (link.remote.kind !== nodeKind.media) throw new MeridianError('KIND_NOT_PERMITTED');
    this.#checkRegistered(link, '');
    const { fleet, denied } = this.#o.terms.centre;
    const node = fleet.get(nodeId);
    const isThere = node?.description.kind === nodeKind.media && node.liveness !== 'dead' && !denied.has(nodeId);
    return { controlUrl: (isThere ? controlUrlOf(node.description.addresses) : undefined) ?? '' };
  }

  /** Sends a lease to media nodes; a node that misses the message (its link is full) asks for the lease. */
  #sendLease(nodeIds: readonly string[], lease: LeaseAnswer): void {
    this.regions.lease(lease.lease);
    for (const nodeId of nodeIds) {
      const link = this.#sessions.get(nodeId)?.link;
      if (link !== undefined) post(link, note.leases, { leases: [leaseToWire(lease)] });
    }
  }

  async #renew(identity: Identity, { csrPem }: wire.RenewCertificate): Promise<wire.CertificateRenewed.$Properties> {
    const { authority, metrics, terms } = this.#o;
    if (await terms.isDenied(identity.id)) throw new MeridianError('NODE_DENIED');
    try {
      const issued = await authority.issue({ csrPem, identity, ttlMs: limits.certificateLifetimeMs });
      metrics.enrolled.inc({ how: 'renewed' });
      const session = this.#sessions.get(identity.id);
      if (session !== undefined) session.certificateEndsAtMs = issued.notAfterMs;
      return { ...issued, caPem: authority.caPem };
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      throw new MeridianError('REQUEST_INVALID', error.message, { cause: error });
    }
  }

  #onClose(link: Link, cause: string): void {
    this.#openLinks.delete(link);
    this.#routes.gone(link);
    const nodeId = link.remote.id;
    if (this.#sessions.get(nodeId)?.link !== link) return;
    this.#sessions.delete(nodeId);
    this.#o.log.info({ nodeId, cause }, 'link closed');
    this.#o.terms.centre.linkDown(nodeId, isProcessEnd(cause));
    this.#plans.gone(nodeId);
    this.planChanged();
  }

  #checkRegistered(link: Link, claimedId: string): void {
    if (claimedId !== '' && claimedId !== link.remote.id) throw new MeridianError('IDENTITY_MISMATCH');
    if (this.#sessions.get(link.remote.id)?.link !== link) throw new MeridianError('NOT_REGISTERED');
  }

  #serve<Q, QP, A, AP>(
    link: Link,
    kind: Rpc<Q, QP, A, AP>,
    handler: (message: Q) => Promise<AP> | AP,
    o?: { answeredBy?: 'any centre'; take?: () => void },
  ): void {
    serveGuarded(this.#o, link, kind, handler, o);
  }

  #planVersion(): number | undefined {
    const { terms, metrics } = this.#o;
    // The leader sends plans.
    if (!terms.mayDecide() || this.#o.placesRegion !== undefined) return undefined;
    const version = terms.centre.fleet.planVersion;
    metrics.planVersion.set(version);
    return version;
  }

  #sendPlan(nodeId: string, heldVersion: number): boolean {
    const { terms } = this.#o;
    const session = this.#sessions.get(nodeId);
    if (session === undefined) return false;
    const { centre } = terms;
    const since = session.takesDeltas && session.planIncarnation === centre.incarnation ? heldVersion : 0;
    for (const part of this.#planBytes.of(session.link.remote, since))
      if (!session.link.send(note.plan.number, part)) return false;
    session.planIncarnation = centre.incarnation;
    return true;
  }
}
