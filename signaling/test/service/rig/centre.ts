// A fake scheduling centre in a file: registration, plans, leases with epochs, placement by a map that the test sets.
import {
  call,
  type ErrorCode,
  isInFence,
  MeridianError,
  note,
  onNote,
  post,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import {
  type Authority,
  type Clock,
  EnrolmentTokens,
  enrolmentHandler,
  type Link,
  LinkServer,
  type Logger,
  memoryKeyValue,
  secureRng,
} from '@meridian/runtime';

interface LeaseRecord {
  ownerId: string;
  epoch: number;
}

export class FakeCentre {
  readonly nodes = new Map<string, wire.NodeRef.$Properties>();
  readonly leases = new Map<string, LeaseRecord>();
  readonly links = new Map<string, Link>();
  readonly reports: { nodeId: string; report: wire.Report }[] = [];
  readonly released: string[] = [];
  readonly receivedTimes: wire.AccessTimes[] = [];
  readonly echoKeys = [{ id: 1, key: new Uint8Array(32).fill(7) }];
  /** Media node by the client's from_city; others get the first that is not avoided. */
  readonly nodeOfCity = new Map<string, string>();
  readonly placeRequests: wire.PlaceRequest[] = [];
  readonly explainRequests: wire.ExplainDecision[] = [];
  readonly #decisions = new Map<string, { sessionId: string; nodeId: string }>();
  /** Renditions that owners have requested; answered with `transcodeErrorCode`, if set. */
  readonly transcodeRequests: wire.Transcode[] = [];
  transcodeErrorCode: ErrorCode | undefined;
  readonly recording: wire.RecordOrder[] = [];
  record: (order: wire.RecordOrder) => wire.RecordAnswer.$Properties = () => ({ state: 'waiting' });
  refuseWith: { code: string; retryAfterMs: number } | undefined;
  locatedIds: string[] | undefined;
  locateCount = 0;
  /** Places people outside their fence too. */
  breaksFences = false;
  /** Error code of the link with which joins are answered. */
  placeErrorCode: string | undefined;
  /** Makes it the instance of a region: it grants no leases, and answers only those that it knows. */
  instanceOf: { region: string; epoch: number } | undefined;
  tokens: EnrolmentTokens;
  #server: LinkServer | undefined;
  #version = 0;
  readonly #denied = new Set<string>();
  readonly #incarnation = Math.random().toString(36).slice(2);
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #authority: Authority;
  #port = 0;

  constructor(o: { authority: Authority; clock: Clock; log: Logger }) {
    this.#authority = o.authority;
    this.#clock = o.clock;
    this.#log = o.log;
    this.tokens = new EnrolmentTokens({
      kv: memoryKeyValue({ clock: o.clock, maxEntries: 100 }),
      rng: secureRng(),
      clock: o.clock,
      fingerprint: o.authority.fingerprint,
    });
  }

  get url(): string {
    return `wss://127.0.0.1:${this.#port}`;
  }
  get enrolUrl(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** Starts, also after `stop`, on the same port with all its state. */
  async start(): Promise<void> {
    const credentials = await this.#authority.issueCredentials(
      { id: 'centre', kind: 'scheduler', region: 'fra' },
      3600_000,
    );
    this.#server = await LinkServer.listen({
      host: '127.0.0.1',
      port: this.#port,
      credentials,
      log: this.#log,
      clock: this.#clock,
      accept: () => true,
      onLink: (link) => this.#serve(link),
      onHttp: enrolmentHandler({ authority: this.#authority, tokens: this.tokens, ttlMs: 3600_000, log: this.#log }),
    });
    this.#port = this.#server.port;
  }

  async stop(): Promise<void> {
    await this.#server?.close('stopped by the test');
    this.#server = undefined;
  }

  addNode(node: wire.NodeRef.$Properties): void {
    this.nodes.set(node.nodeId ?? '', node);
    this.pushPlan();
  }

  /** Shuts a node out, as an operator does; the plan still names it. */
  deny(nodeId: string): void {
    this.#denied.add(nodeId);
    this.pushPlan();
  }

  pushPlan(): void {
    this.#version += 1;
    for (const link of this.links.values()) post(link, note.plan, this.#plan());
  }

  /** Takes a lease away, as if another instance had asked after it lapsed. */
  giveLease(roomKey: string, ownerId: string): LeaseRecord {
    const record = { ownerId, epoch: (this.leases.get(roomKey)?.epoch ?? 0) + 1 };
    this.leases.set(roomKey, record);
    return record;
  }

  /** Media nodes that report the room, for an instance that only asks. */
  holdersOf: (roomKey: string) => string[] = () => [];
  /** Delays the answer to an instance that only asks. */
  leaseOfHeld: Promise<void> | undefined;

  nodeIdsOf: (roomKey: string) => string[] = () =>
    [...this.nodes.values()].filter((node) => node.kind === 'sfu').map((node) => node.nodeId ?? '');

  #plan(): wire.Plan.$Properties {
    return {
      version: this.#version,
      centreIncarnation: this.#incarnation,
      nodes: [...this.nodes.values()],
      paths: [],
      deniedIds: [...this.#denied],
    };
  }

  #serve(link: Link): void {
    const id = link.remote.id;
    serve(link, rpc.register, ({ node }) => {
      const { capacity: _capacity, versions: _versions, ...ref } = node ?? {};
      this.links.set(id, link);
      this.addNode({ ...ref, state: 'alive' });
      const by = { centreIncarnation: this.#incarnation, centreEpoch: this.instanceOf?.epoch ?? 0 };
      const plan = this.instanceOf === undefined ? this.#plan() : null;
      return { ...by, plan, reportIntervalMs: 1000, draining: false };
    });
    serve(link, rpc.transcode, (order) => {
      this.transcodeRequests.push(order);
      if (this.transcodeErrorCode !== undefined) throw new MeridianError(this.transcodeErrorCode);
      return {};
    });
    serve(link, rpc.record, (order) => {
      this.recording.push(order);
      return this.record(order);
    });
    onNote(link, note.accessTimes, (times) => void this.receivedTimes.push(times));
    if (link.remote.kind === 'signaling') post(link, note.echoKeys, { keys: this.echoKeys });
    onNote(link, note.report, (report) => {
      this.reports.push({ nodeId: id, report });
      if (this.reports.length > 1000) this.reports.shift();
    });
    link.onClose(() => {
      if (this.links.get(id) !== link) return;
      this.links.delete(id);
      for (const [roomKey, lease] of this.leases)
        if (lease.ownerId === id) this.leases.set(roomKey, { ...lease, ownerId: '' });
    });
    serve(link, rpc.locate, ({ fromCity }) => {
      this.locateCount += 1;
      if (fromCity === 'Atlantis') throw new MeridianError('CITY_UNKNOWN');
      return {
        signalingIds:
          this.locatedIds ??
          [...this.nodes.values()].filter((node) => node.kind === 'signaling').map((node) => node.nodeId ?? ''),
      };
    });
    serve(link, rpc.place, (request) => this.#place(request, id));
    serve(link, rpc.explainDecision, (request) => this.#explain(request));
    serve(link, rpc.releaseDecision, ({ decisionId }) => {
      this.released.push(decisionId);
      return {};
    });
    serve(link, rpc.roomLease, (request) => {
      if (!request.release) return this.#lease(request.roomKey, id, request.above);
      const lease = this.leases.get(request.roomKey);
      if (lease?.ownerId === id && lease.epoch === request.epoch)
        this.leases.set(request.roomKey, { ...lease, ownerId: '' });
      return {};
    });
    serve(link, rpc.leaseOf, async ({ roomKey }) => {
      await this.leaseOfHeld;
      const { ownerId, epoch } = this.leases.get(roomKey) ?? { ownerId: '', epoch: 0 };
      return { roomKey, ownerId, epoch, expiresInMs: ownerId === '' ? 0 : 10_000, nodeIds: this.holdersOf(roomKey) };
    });
    serve(link, rpc.renewLeases, ({ leases }) => ({
      lostRoomKeys: leases.filter((lease) => !this.#renew(lease, id)).map((lease) => lease.roomKey ?? ''),
    }));
    serve(link, rpc.renewCertificate, async ({ csrPem }) => {
      const issued = await this.#authority.issue({ csrPem, identity: link.remote, ttlMs: 3600_000 });
      return { ...issued, caPem: this.#authority.caPem };
    });
  }

  #place(request: wire.PlaceRequest, id: string): wire.PlaceReply.$Properties {
    this.placeRequests.push(request);
    if (this.placeErrorCode !== undefined)
      throw Object.assign(new Error('the test says so'), { code: this.placeErrorCode });
    if (request.fromCity === 'Atlantis') throw new MeridianError('CITY_UNKNOWN');
    if (this.refuseWith !== undefined) return { ok: false, ...this.refuseWith, reasons: ['the test says so'] };
    const wanted = this.nodeOfCity.get(request.fromCity);
    const usable = [...this.nodes.values()].filter(
      (node) =>
        node.kind === 'sfu' &&
        !request.avoidNodeIds.includes(node.nodeId ?? '') &&
        (this.breaksFences || isInFence(request.regionPin, node.region ?? '')),
    );
    const node = usable.find((candidate) => candidate.nodeId === wanted) ?? usable[0];
    if (node === undefined) return { ok: false, code: 'NO_NODE', reasons: ['no node'] };
    const location = { latitude: 50.1, longitude: 8.7, radiusKm: 20, source: 'test', label: request.fromCity };
    const decisionId = `DE_${this.placeRequests.length}${this.instanceOf === undefined ? '' : `.${this.instanceOf.region}`}`;
    this.#decisions.set(decisionId, { sessionId: request.sessionId, nodeId: node.nodeId ?? '' });
    return {
      ok: true,
      decisionId,
      regionEpoch: this.instanceOf?.epoch ?? 0,
      nodeId: node.nodeId ?? '',
      location,
      lease: this.instanceOf === undefined ? this.#lease(request.roomKey, id) : this.#placedLease(request.roomKey),
      reasons: ['near'],
      mode: 'normal',
    };
  }

  #explain(request: wire.ExplainDecision): wire.DecisionExplained.$Properties {
    this.explainRequests.push(request);
    const decided = this.#decisions.get(request.decisionId);
    if (decided === undefined || decided.sessionId !== request.sessionId) throw new MeridianError('DECISION_UNKNOWN');
    const { nodeId } = decided;
    const part = { name: 'access', score: 50, weight: 0.8, reason: 'about 9 ms from the client' };
    return {
      nodeId,
      scores: [{ hostId: `host-${nodeId}`, nodeId, total: 40, parts: [part] }],
      rejections: [{ hostId: 'host-x', nodeId: 'sfu-x', filter: 'not-draining', reason: 'the operator says' }],
      reasons: ['near', 'access: about 9 ms from the client'],
    };
  }

  #lease(roomKey: string, id: string, above = 0): wire.RoomLease.$Properties {
    const present = this.leases.get(roomKey);
    const created = present === undefined || present.ownerId === '';
    const granted = created ? { ownerId: id, epoch: (present?.epoch ?? 0) + 1 } : present;
    const lease = { ...granted, epoch: Math.max(granted.epoch, above + 1) };
    this.leases.set(roomKey, lease);
    return { roomKey, ...lease, created, expiresInMs: 10_000, nodeIds: this.nodeIdsOf(roomKey) };
  }

  #placedLease(roomKey: string): wire.RoomLease.$Properties | null {
    const lease = this.leases.get(roomKey);
    return lease === undefined ? null : { roomKey, ...lease, expiresInMs: 10_000, nodeIds: this.nodeIdsOf(roomKey) };
  }

  #renew(lease: wire.RoomLease.$Properties, id: string): boolean {
    const present = this.leases.get(lease.roomKey ?? '');
    if (present === undefined || (present.ownerId === '' && present.epoch === lease.epoch)) {
      this.leases.set(lease.roomKey ?? '', { ownerId: id, epoch: lease.epoch ?? 0 });
      return true;
    }
    return present.ownerId === id && present.epoch === lease.epoch;
  }

  /** Orders the owner of a room to move a session; returns the error's code, or 'ok'. */
  async move(
    roomKey: string,
    sessionId: string,
    toNodeId: string,
    o: { epoch?: number; to?: string } = {},
  ): Promise<string> {
    const lease = this.leases.get(roomKey);
    const link = this.links.get(o.to ?? lease?.ownerId ?? '');
    if (link === undefined) return 'no link';
    const order = { roomKey, sessionId, toNodeId, decisionId: 'DE_move', reason: 'nearer' };
    try {
      const named = { roomKey, ownerId: lease?.ownerId ?? '', epoch: o.epoch ?? lease?.epoch ?? 0 };
      await call(link, rpc.moveSession, { ...order, lease: named }, { deadlineMs: 60_000 });
      return 'ok';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }

  /** Sends a drain command, as the console would. */
  async drain(nodeId: string, on: boolean): Promise<void> {
    const link = this.links.get(nodeId);
    if (link !== undefined) await call(link, rpc.drain, { on, reason: 'test' });
  }
}
