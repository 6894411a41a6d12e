// A small cloud in one process: an authority, a fake centre, real media nodes, and signaling nodes that dial them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bracketed,
  call,
  note,
  onNote,
  post,
  type RtpParameters,
  routerConstant,
  rpc,
  rtpCapabilitiesToWire,
  rtpParametersToWire,
  serve,
  wire,
} from '@meridian/protocol';
import {
  Authority,
  CloseStack,
  CredentialStore,
  type Credentials,
  createLogger,
  createMetrics,
  EnrolmentTokens,
  enrolmentHandler,
  type Link,
  LinkDialer,
  LinkServer,
  memoryKeyValue,
  secureRng,
  signWith,
  systemClock,
} from '@meridian/runtime';
import { type SfuApp, startSfu } from '../../../src/app.ts';
import type { SfuConfig } from '../../../src/config.ts';
import { type EngineLog, type InjectedTransport, injectedEngines } from './injected-engine.ts';

const log = createLogger({
  name: 'sfu-test',
  level: process.env['SFU_TEST_LOG'] === undefined ? 'fatal' : 'debug',
} as Parameters<typeof createLogger>[0]);
export const clock = systemClock();
export const rng = secureRng();
export const room = (epoch = 1, ownerId = 'sig-a', roomKey = 'dev/demo'): wire.RoomRef.$Properties => ({
  roomKey,
  ownerId,
  epoch,
});

/** Polls until `read` returns something, or fails with `what` in the message. */
export async function until<T>(
  what: string,
  read: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 90_000,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'it did not fail';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

export interface TestNode {
  readonly id: string;
  readonly region: string;
  readonly app: SfuApp;
  readonly engines: EngineLog;
  readonly stack: CloseStack;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly failures: string[];
}

/** A media node as a signaling node needs it: in this process, or (without transports) in its own. */
export interface LinkTarget {
  readonly id: string;
  readonly app: { readonly controlPort: number };
  readonly engines?: EngineLog;
}

export class Cloud {
  readonly authority: Authority;
  readonly tokens: EnrolmentTokens;
  readonly nodes = new Map<string, TestNode>();
  readonly registrations: wire.Register[] = [];
  readonly reports: wire.Report[] = [];
  /** Path of the forwarder for nodes that start later; undefined: none. */
  pathdBin: string | undefined;
  readonly pathListens = new Map<string, NonNullable<SfuConfig['pathListen']>>();
  readonly flips: wire.PathFlip.$Properties[] = [];
  readonly linkSamples: (wire.LinkSample.$Properties & { fromNodeId: string })[] = [];
  /** Control ports by node id that the plan names instead of the nodes' own, for nodes behind a tap. */
  readonly controlPorts = new Map<string, number>();
  /** The centre's leases by room; other rooms are unknown to the centre. */
  readonly leases = new Map<string, wire.RoomLease.$Properties>();
  readonly leaseRequests: string[] = [];
  /** The centre's answers about leases wait for this promise. */
  leaseAnswersHeld: Promise<void> | undefined;
  /** Control ports of media nodes in their own processes. */
  readonly processPorts = new Map<string, number>();
  /** Nodes that no plan names, as those of hosts beyond the number with routes; the centre knows their addresses. */
  readonly leftOutIds = new Set<string>();
  readonly addressRequests: string[] = [];
  /** Nodes that the centre shuts out from the next plan on. */
  readonly deniedIds = new Set<string>();
  readonly dir = mkdtempSync(join(tmpdir(), 'sfu-test-'));
  readonly ip: string;
  readonly #centre: LinkServer;
  readonly #centreLinks = new Set<Link>();
  readonly #stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  #planVersion = 0;

  static async open(ip = '127.0.0.1'): Promise<Cloud> {
    const authority = await Authority.create({ clock });
    const credentials = await authority.issueCredentials({ id: 'centre', kind: 'scheduler', region: 'x' }, 3600_000);
    const kv = memoryKeyValue({ clock, maxEntries: 100 });
    const tokens = new EnrolmentTokens({ kv, rng, clock, fingerprint: authority.fingerprint });
    const holder: { cloud?: Cloud } = {};
    const centre = await LinkServer.listen({
      host: ip,
      port: 0,
      credentials,
      log,
      clock,
      accept: () => true,
      onLink: (link) => holder.cloud?.serveCentre(link),
      onHttp: enrolmentHandler({ authority, tokens, ttlMs: 3600_000, log }),
    });
    holder.cloud = new Cloud({ authority, tokens, centre, ip });
    return holder.cloud;
  }

  constructor(o: { authority: Authority; tokens: EnrolmentTokens; centre: LinkServer; ip: string }) {
    this.authority = o.authority;
    this.tokens = o.tokens;
    this.ip = o.ip;
    this.#centre = o.centre;
  }

  serveCentre(link: Link): void {
    onNote(link, note.pathReport, ({ flips, samples }) => {
      this.flips.push(...flips);
      this.linkSamples.push(...samples.map((sample) => ({ ...sample, fromNodeId: link.remote.id })));
    });
    this.#centreLinks.add(link);
    link.onClose(() => this.#centreLinks.delete(link));
    serve(link, rpc.register, (message) => {
      this.registrations.push(message);
      return { centreIncarnation: 'centre-1', plan: this.#plan(), reportIntervalMs: 200, draining: false };
    });
    serve(link, rpc.renewCertificate, async ({ csrPem }) => {
      const { certPem, notAfterMs } = await this.authority.issue({ csrPem, identity: link.remote, ttlMs: 3600_000 });
      return { certPem, caPem: this.authority.caPem, notAfterMs };
    });
    serve(link, rpc.leaseOf, async ({ roomKey }) => {
      this.leaseRequests.push(roomKey);
      await this.leaseAnswersHeld;
      return this.leases.get(roomKey) ?? { roomKey, epoch: 0 };
    });
    serve(link, rpc.nodeAddress, ({ nodeId }) => {
      this.addressRequests.push(nodeId);
      return { controlUrl: this.controlUrl(nodeId) };
    });
    onNote(link, note.report, (message) => {
      this.reports.push(message);
      if (this.reports.length > 1000) this.reports.shift();
    });
  }

  async sendDrain(on: boolean): Promise<void> {
    for (const link of this.#centreLinks) await call(link, rpc.drain, { on, reason: 'the test says so' });
  }

  /** Sends the leader's note about the centre that places for the nodes' region. */
  sendPlacer(placer: wire.RegionPlacer.$Properties): void {
    for (const link of this.#centreLinks) post(link, note.placer, placer);
  }

  async node(
    id: string,
    o: { forwarders?: Record<string, { ip: string; port: number }>; config?: Partial<SfuConfig> } = {},
  ): Promise<TestNode> {
    const stateDir = join(this.dir, id);
    const store = new CredentialStore(join(stateDir, 'credentials.json'));
    const region = o.config?.region ?? 'fra';
    store.save(await this.authority.issueCredentials({ id, kind: 'sfu', region }, 3600_000));
    const config = { ...this.config(id, stateDir), ...o.config };
    const { factory, log: engines } = injectedEngines({
      workerBin: process.env['MEDIASOUP_WORKER_BIN'],
      mediaListen: config.mediaListen,
      pipeListen: config.pipeListen,
      plainListen: config.plainListen,
      log,
    });
    const stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
    const failures: string[] = [];
    const metrics = createMetrics({ service: 'sfu' });
    const app = await startSfu({
      config,
      log: log.child({ node: id }),
      clock,
      rng,
      metrics,
      closeStack: stack,
      engines: factory,
      onFailed: (reason) => failures.push(reason),
    });
    for (const [remoteId, target] of Object.entries(o.forwarders ?? {}))
      app.node.pipes.forwarders.set(remoteId, target);
    const node: TestNode = { id, region, app, engines, stack, metrics, failures };
    this.nodes.set(id, node);
    this.#stack.add(`node ${id}`, (cause) => stack.close(cause));
    await until(`${id} registers`, () => app.agent.state === 'serving');
    this.sendPlan();
    return node;
  }

  async waitUntilLinked(...ids: string[]): Promise<void> {
    for (const id of ids) {
      const others = ids.filter((other) => other !== id);
      await until(`${id} is linked`, () => others.every((other) => this.linkIds(id).includes(other)));
    }
  }
  linkIds(id: string): string[] {
    return this.nodes.get(id)?.app.linkedNodes() ?? [];
  }

  /** Address at which a node takes links; '': there is no such node. */
  controlUrl(id: string): string {
    const app = this.nodes.get(id)?.app;
    return app === undefined ? '' : `wss://${this.ip}:${app.controlPort}`;
  }

  sendRoutes(routes: (id: string) => wire.Routes.$Properties): void {
    for (const link of this.#centreLinks) post(link, note.routes, routes(link.remote.id));
  }

  /** Sends the centre's leases to every node; resolves when all have received them. */
  async sendLeases(leases: wire.RoomLease.$Properties[]): Promise<void> {
    for (const link of this.#centreLinks) {
      post(link, note.leases, { leases });
      await call(link, rpc.fullReport, {}); // answered after the leases, because a link keeps its order
    }
  }

  sendPlan(): void {
    this.#planVersion += 1;
    for (const link of this.#centreLinks) post(link, note.plan, this.#plan());
  }

  async signaling(id: string, node: LinkTarget, kind = 'signaling', region = 'fra'): Promise<SignalingLink> {
    const credentials = await this.authority.issueCredentials({ id, kind, region }, 3600_000);
    const signaling = await SignalingLink.open(id, node, credentials, this.ip);
    this.#stack.add(`signaling node ${id}`, (cause) => signaling.close(cause));
    return signaling;
  }

  /** Returns a grant signed like a room owner's. */
  async grant(o: GrantRequest & { owner?: string; kind?: string }): Promise<wire.Grant.$Properties> {
    const identity = { id: o.owner ?? 'sig-a', kind: o.kind ?? 'signaling', region: 'fra' };
    return grantBy(await this.authority.issueCredentials(identity, 3600_000), o);
  }

  close(): Promise<void> {
    return this.#stack
      .close('test over')
      .then(() => this.#centre.close('test over'))
      .then(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  #plan(): wire.Plan.$Properties {
    const portOf = (id: string, app: SfuApp): number => this.controlPorts.get(id) ?? app.controlPort;
    const nodes: wire.NodeRef.$Properties[] = [...this.nodes.values()].map(({ id, region, app }) => ({
      nodeId: id,
      region,
      kind: 'sfu',
      state: 'alive',
      incarnation: app.node.incarnation,
      hostId: `host-${id}`,
      addresses: [
        { purpose: 'control', protocol: 'tcp', ip: this.ip, port: portOf(id, app) },
        ...(app.paths?.address === undefined ? [] : [{ purpose: 'path', protocol: 'udp', ...app.paths.address }]),
      ],
    }));
    const processes = [...this.processPorts].map(([nodeId, port]) => ({
      nodeId,
      kind: 'sfu',
      state: 'alive',
      incarnation: this.registrations.findLast(({ node }) => node?.nodeId === nodeId)?.node?.incarnation ?? '',
      addresses: [{ purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', port }],
    }));
    nodes.push(...processes);
    return {
      version: this.#planVersion,
      centreIncarnation: 'centre-1',
      nodes: nodes.filter(({ nodeId }) => !this.leftOutIds.has(nodeId ?? '')),
      paths: [],
      deniedIds: [...this.deniedIds],
    };
  }

  /** Returns the configuration of a node in this cloud, with ephemeral ports on loopback. */
  config(id: string, stateDir: string): SfuConfig {
    const listen = this.pathListens.get(id);
    const pathListen = listen === undefined ? {} : { pathListen: listen };
    return {
      logLevel: 'fatal' as SfuConfig['logLevel'],
      metricsHost: '127.0.0.1',
      metricsPort: 0,
      stateDir,
      closeLimitMs: 10_000,
      id,
      region: 'fra',
      city: 'Frankfurt',
      latitude: 50.1,
      longitude: 8.7,
      hostId: `host-${id}`,
      drainLimitMs: 0,
      ...(this.pathdBin === undefined ? {} : { pathdBin: this.pathdBin }),
      ...pathListen,
      centreUrl: `wss://${bracketed(this.ip)}:${this.#centre.port}`,
      enrolUrl: `https://${bracketed(this.ip)}:${this.#centre.port}`,
      mediaListen: [{ ip: this.ip, port: 0 }],
      pipeListen: { ip: this.ip, portMin: 20_000, portMax: 59_000 },
      controlListen: { ip: this.ip, port: 0 },
      cpuCores: 1,
      bandwidthBps: 1e9,
      downlinkControl: true,
      linkBudgetBps: 1e9,
    };
  }
}

/** Contents of a grant. `pullerId` and `carrierId`: node ids; `ageMs`: time since the grant was signed. */
interface GrantRequest {
  trackId: string;
  pullerId: string;
  carrierId: string;
  epoch?: number;
  roomKey?: string;
  fence?: string;
  ageMs?: number;
}

export function grantBy(owner: Credentials, o: GrantRequest): wire.Grant.$Properties {
  const claim = wire.GrantClaim.encode({
    roomKey: o.roomKey ?? 'dev/demo',
    trackId: o.trackId,
    pullerNodeId: o.pullerId,
    servingNodeId: o.carrierId,
    epoch: o.epoch ?? 1,
    issuedWallMs: clock.wallMs() - (o.ageMs ?? 0),
    lifetimeMs: 60_000,
    grantId: 'GR_1',
    fence: o.fence ?? '',
  }).finish();
  return { claim, signature: signWith(owner.keyPem, claim), certificatePem: owner.certPem };
}

type Note = keyof typeof note;

/** A signaling node's link to a media node; it records all messages of the media node. */
export class SignalingLink {
  readonly id: string;
  readonly node: LinkTarget;
  readonly messages: { name: Note; message: Record<string, unknown> }[] = [];
  readonly #dialer: LinkDialer;

  static async open(id: string, node: LinkTarget, credentials: Credentials, ip = '127.0.0.1'): Promise<SignalingLink> {
    const signaling = new SignalingLink(id, { node, ip }, credentials);
    await until(`signaling node ${id} is linked`, () => signaling.#dialer.link !== undefined);
    return signaling;
  }

  constructor(id: string, { node, ip }: { node: LinkTarget; ip: string }, credentials: Credentials) {
    this.id = id;
    this.node = node;
    this.#dialer = new LinkDialer({
      url: `wss://${bracketed(ip)}:${node.app.controlPort}`,
      credentials: () => credentials,
      log,
      clock,
      rng,
      expect: (remote) => remote.id === node.id,
      onLink: (link) => {
        for (const name of Object.keys(note) as Note[]) {
          onNote(link, note[name] as typeof note.trackEnded, (message) => {
            this.messages.push({ name, message: message as unknown as Record<string, unknown> });
          });
        }
      },
    });
  }

  get isLinked(): boolean {
    return this.#dialer.link !== undefined;
  }
  get link(): Link {
    const { link } = this.#dialer;
    if (link === undefined) throw new Error(`signaling node ${this.id} is not linked`);
    return link;
  }

  messagesOf<K extends Note>(name: K): Record<string, unknown>[] {
    return this.messages.flatMap((entry) => (entry.name === name ? [entry.message] : []));
  }

  async attach(
    n: number,
    o: Partial<{
      session: wire.SessionInfo.$Properties;
      participant: wire.ParticipantInfo.$Properties;
      room: wire.RoomRef.$Properties;
      subscriptions: wire.TrackSubscription.$Properties[];
      sendEndpoint: wire.Endpoint.$Properties;
      recvEndpoint: wire.Endpoint.$Properties;
    }> = {},
  ): Promise<Attached> {
    const sessionId = sessionIdOf(n);
    const session = sessionInfo(n, this.id);
    const answer = await call(this.link, rpc.attachSession, {
      room: o.room ?? room(),
      session: { ...session, ...o.session, participant: { ...session.participant, ...o.participant } },
      sendEndpoint: o.sendEndpoint ?? endpoint,
      recvEndpoint: o.recvEndpoint ?? endpoint,
      subscriptions: o.subscriptions ?? [],
    });
    const transport = (id: string | null | undefined): InjectedTransport => {
      const found = this.node.engines?.transports.get(id ?? '');
      if (found === undefined) throw new Error('no such transport');
      return found;
    };
    return { sessionId, answer, send: transport(answer.sendTransport?.id), recv: transport(answer.recvTransport?.id) };
  }

  produce(
    sessionId: string,
    track: wire.TrackInfo.$Properties,
    rtp: RtpParameters,
    ref = room(),
  ): Promise<wire.Produced> {
    return call(this.link, rpc.produce, { room: ref, sessionId, track, rtpParameters: rtpParametersToWire(rtp) });
  }

  subscribe(
    sessionId: string,
    subscriptions: wire.TrackSubscription.$Properties[],
    ref = room(),
  ): Promise<wire.TracksSubscribed> {
    return call(this.link, rpc.subscribeTracks, { room: ref, sessionId, subscriptions }, { deadlineMs: 8000 });
  }

  close(cause: string): void {
    this.#dialer.close(cause);
  }
}

export interface Attached {
  readonly sessionId: string;
  readonly answer: wire.SessionAttached;
  readonly send: InjectedTransport;
  readonly recv: InjectedTransport;
}

export const sessionIdOf = (n: number): string => `PA_${String(n).padStart(16, '0')}`;
export const trackIdOf = (n: number): string => `TR_${String(n).padStart(12, '0')}`;
export const fingerprint = { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'ab').join(':') };
export const endpoint: wire.Endpoint.$Properties = { webrtc: { fingerprint } };
export const audioTrack = (n: number): wire.TrackInfo.$Properties => ({
  trackId: trackIdOf(n),
  kind: wire.MediaKind.MEDIA_KIND_AUDIO,
});
export const videoTrack = (n: number): wire.TrackInfo.$Properties => ({
  trackId: trackIdOf(n),
  kind: wire.MediaKind.MEDIA_KIND_VIDEO,
});
export const sessionInfo = (n: number, signalingId: string): wire.SessionInfo.$Properties => ({
  participant: {
    sessionId: sessionIdOf(n),
    identity: `user-${n}`,
    signalingId,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
  },
  recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
  decisionId: `DE_${n}`,
});
