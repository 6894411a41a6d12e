// The link of a region's instance to the leading centre. The instance registers like any node, receives the state of
// other regions, charges its region's nodes for decisions of other processes, and has the leader charge other regions'
// nodes for its own decisions.
import {
  CentreSearch,
  call,
  limits,
  MeridianError,
  NodeAgent,
  nodeKind,
  note,
  onNote,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import { type Clock, type Credentials, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';
import { decisionView } from '../../administration/reports.ts';
import type { CentreMetrics } from '../../base/metrics.ts';
import type { Delta, WorldValue } from '../../leading/core/regions/index.ts';
import type { RegionInstance } from '../../leading/regions/instance.ts';
import { LEASE_REQUEST_MS } from '../../leading/regions/region-candidate.ts';
import type { Terms } from '../../leading/terms.ts';
import type { Charged } from '../../placing/charging.ts';
import { chargeLocally } from '../../placing/charging.ts';
import type { Placed } from '../../placing/placing.ts';
import { localStories } from './console.ts';
import { askCharge } from './regions.ts';
import { explainLocally } from './wire.ts';
import { chargeFromWire, feedFromWire } from './world-wire.ts';

export interface LeaderLinkOptions {
  readonly id: string;
  readonly region: string;
  readonly centreUrl: string;
  readonly incarnation: string; // of this process
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  credentials(): Credentials;
  terms(): Terms;
  readonly instance: RegionInstance;
  /** Called when rooms have a new owner, for which media nodes here may be waiting. */
  onLeases(roomKeys: readonly string[]): void;
  /** Called when the leader has promised not to place in this region, and when the promise ends with the link. */
  onChange(): void;
}

export class LeaderLink {
  readonly #o: LeaderLinkOptions;
  readonly #agent: NodeAgent;
  readonly #centres: CentreSearch;
  #dialer: LinkDialer | undefined;
  #yieldingTerm: string | undefined;
  /** Received parts of a delta, which is applied when all parts are there. */
  #deltaParts: Delta<WorldValue>[] = [];

  constructor(o: LeaderLinkOptions) {
    this.#o = o;
    this.#centres = new CentreSearch(o.centreUrl, () => o.clock.nowMs());
    this.#agent = new NodeAgent({
      centres: this.#centres,
      describe: () => ({
        nodeId: o.id,
        kind: nodeKind.centre,
        region: o.region,
        city: '',
        hostId: o.id,
        latitude: 0,
        longitude: 0,
        incarnation: o.incarnation,
        capacity: {},
        versions: { software: '', protocol: limits.protocolVersion, router: 0 },
      }),
      load: () => ({}),
      rooms: () => [],
      // The leader sends this instance the world feed, not the plan for nodes, and never a drain command.
      onPlan: () => undefined,
      onDrain: () => undefined,
      every: (periodMs, fn) => o.clock.every(periodMs, fn),
    });
  }

  start(): void {
    const { clock, rng, log, credentials } = this.#o;
    this.#dialer ??= new LinkDialer({
      url: () => this.#centres.next(),
      limits: limits.centreLink,
      credentials,
      log: log.child({ to: 'leader' }),
      clock,
      rng,
      backoffMs: () => this.#centres.backoffMs,
      expect: ({ kind, id }) => kind === nodeKind.centre && id !== this.#o.id,
      onLink: (link) => this.#onLink(link),
      onDown: () => this.#onDown(),
    });
  }

  /** The term of the leader that promised, on the present link, not to place in this region. */
  get yieldingTerm(): string | undefined {
    return this.#yieldingTerm;
  }

  /** Asks the leader to charge a decision for another region, itself or at its instance. Never rejects. */
  async charge(record: Placed): Promise<Charged> {
    const link = this.#dialer?.link;
    if (link === undefined) return { ok: false, why: 'unanswered', reason: 'the leader is away' };
    const charged = await askCharge(link, record, this.#o.log);
    this.#o.metrics.chargesElsewhere.inc({ outcome: charged.ok ? 'charged' : charged.why });
    return charged;
  }

  /** Idempotent. */
  close(cause: string): void {
    this.#agent.lost();
    this.#dialer?.close(cause);
  }

  #onDown(): void {
    this.#agent.lost();
    this.#deltaParts = [];
    this.#yieldingTerm = undefined;
    this.#o.instance.leaderLost();
    this.#o.onChange();
  }

  #onLink(link: Link): void {
    const { log } = this.#o;
    this.#agent.attach(link);
    onNote(link, note.worldFeed, (feed) => this.#applyFeed(link, feed));
    serve(link, rpc.charge, (message) => this.#charge(message));
    serve(link, rpc.decision, ({ decisionId }) => {
      const decision = decisionView(this.#o.terms().centre, decisionId);
      return { json: decision === undefined ? '' : JSON.stringify(decision) };
    });
    serve(link, rpc.decisionStories, ({ decisionIds }) => ({
      stories: localStories(this.#o.terms().centre.placing, decisionIds),
    }));
    serve(link, rpc.explainDecision, (ask) => explainLocally(this.#o.terms().centre.placing, ask));
    this.#joinRegion(link).catch((error: unknown) => {
      log.warn({ err: error }, 'the leader refused this instance');
      link.close('not accepted as an instance');
    });
  }

  async #joinRegion(link: Link): Promise<void> {
    await this.#agent.register();
    await this.#requestRegion(link);
    const timer = this.#o.clock.every(LEASE_REQUEST_MS, () => {
      if (this.#o.terms().mayDecide()) return;
      this.#requestRegion(link).catch((error: unknown) =>
        this.#o.log.info({ err: error }, 'the leader did not hand over the region'),
      );
    });
    link.onClose(() => timer.cancel());
  }

  /** After the answer the leader places nothing in the region while its lease is free or held by this instance. */
  async #requestRegion(link: Link): Promise<void> {
    if (link.closed) return;
    const { region } = this.#o;
    const answer = await call(link, rpc.followRegions, { region });
    if (link.closed || !this.#agent.obeys(answer.centreEpoch, answer.centreIncarnation)) return;
    if (this.#yieldingTerm === answer.centreIncarnation) return;
    this.#yieldingTerm = answer.centreIncarnation;
    this.#o.onChange();
  }

  #applyFeed(link: Link, feed: wire.WorldFeed): void {
    try {
      this.#deltaParts.push(feedFromWire(feed));
      if (feed.more) return;
      const deltaParts = this.#deltaParts;
      this.#deltaParts = [];
      const changed = new Map(deltaParts.flatMap((part) => [...part.changed]));
      const gone = deltaParts.flatMap((part) => [...part.gone]);
      const { newLeases } = this.#o.instance.applyDelta({ version: feed.version, since: feed.since, changed, gone });
      if (newLeases.length > 0) this.#o.onLeases(newLeases);
    } catch (error) {
      this.#o.log.warn({ err: error }, 'the feed from the leader cannot be used; asking for all of it again');
      link.close('the feed could not be applied');
    }
  }

  #charge(message: wire.ChargeRequest): wire.ChargeReply.$Properties {
    const { clock, metrics, log, region } = this.#o;
    const terms = this.#o.terms();
    if (!terms.mayDecide()) throw new MeridianError('NOT_LEADER');
    const node = terms.centre.fleet.get(message.nodeId);
    const isOurs = node?.description.region === region;
    const refusal = isOurs
      ? chargeLocally({ centre: terms.centre, copy: terms.copy, clock, log }, chargeFromWire(message))
      : 'there is no such media node in this region';
    metrics.chargesForOthers.inc({ outcome: refusal === undefined ? 'charged' : 'refused' });
    return refusal === undefined
      ? { ok: true, regionEpoch: terms.epoch }
      : { ok: false, code: 'refused', reason: refusal };
  }
}
