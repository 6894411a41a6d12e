// Starts centres for a test, and shells of nodes that know them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeridianError, type NodeKind, nodeKind, note, onNote, rpc, serve, type wire } from '@meridian/protocol';
import {
  Authority,
  type Clock,
  CloseStack,
  CredentialStore,
  type Credentials,
  type Link,
  LinkDialer,
  LinkServer,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { type NodeConfig, NodeShell } from '../../src/index.ts';

const hourMs = 3_600_000;
/** Time limit of a test's requests: it ends hangs, and a slow disk is no failure. */
const ANSWER_MS = 60_000;
const { log } = collectingLog();

/** Centre that leads, or names another leader. */
export class TestCentre {
  readonly registrations: wire.Register[] = [];
  readonly reports: wire.Report[] = [];
  readonly links = new Set<Link>();
  leads = true;
  leaderUrl = '';
  epoch = 1;
  plan: wire.Plan.$Properties = {};
  /** Code with which registrations are refused. */
  refuseWith: 'NODE_DENIED' | undefined;
  renewals = 0;
  /** Adds handlers to those of the registration. */
  onLink: ((link: Link) => void) | undefined;
  readonly url: string;
  readonly #id: string;
  readonly #server: LinkServer;

  static async open(authority: Authority, id: string): Promise<TestCentre> {
    const held: { centre?: TestCentre } = {};
    const server = await LinkServer.listen({
      host: '127.0.0.1',
      port: 0,
      credentials: await authority.issueCredentials({ id, kind: nodeKind.centre, region: 'x' }, hourMs),
      log,
      clock: systemClock(),
      accept: () => true,
      onLink: (link) => held.centre?.serve(link, authority),
    });
    held.centre = new TestCentre(id, server);
    return held.centre;
  }

  private constructor(id: string, server: LinkServer) {
    this.#id = id;
    this.#server = server;
    this.url = `wss://127.0.0.1:${server.port}`;
  }

  serve(link: Link, authority: Authority): void {
    this.links.add(link);
    this.onLink?.(link);
    link.onClose(() => this.links.delete(link));
    serve(link, rpc.register, (message) => {
      if (!this.leads) throw new MeridianError('NOT_LEADER');
      this.registrations.push(message);
      if (this.refuseWith !== undefined) throw new MeridianError(this.refuseWith);
      const centreIncarnation = `${this.#id}-${this.epoch}`;
      const plan = { centreEpoch: this.epoch, centreIncarnation, version: 1, ...this.plan };
      return { centreEpoch: this.epoch, centreIncarnation, plan, reportIntervalMs: 50, draining: false };
    });
    serve(link, rpc.leader, () => ({ leading: this.leads, url: this.leaderUrl, centreEpoch: this.epoch }));
    serve(link, rpc.renewCertificate, async ({ csrPem }) => {
      this.renewals += 1;
      const issued = await authority.issue({ csrPem, identity: link.remote, ttlMs: 24 * hourMs });
      return { ...issued, caPem: authority.caPem };
    });
    onNote(link, note.report, (report) => void this.reports.push(report));
  }

  cut(cause: string): void {
    for (const link of [...this.links]) link.close(cause);
  }

  close(): Promise<void> {
    return this.#server.close('the centre has ended');
  }
}

export class TestCloud {
  readonly authority: Authority;
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-shell-'));
  readonly #closers: (() => void | Promise<void>)[] = [];

  static async open(): Promise<TestCloud> {
    return new TestCloud(await Authority.create({ clock: systemClock() }));
  }

  private constructor(authority: Authority) {
    this.authority = authority;
  }

  async centre(id = 'centre'): Promise<TestCentre> {
    const centre = await TestCentre.open(this.authority, id);
    this.#closers.push(() => centre.close());
    return centre;
  }

  /**
   * Starts a shell with a certificate for `ttlMs` in its state folder; its close stack ends with the cloud at the
   * latest.
   */
  async shell(
    config: Pick<NodeConfig, 'centreUrl'> & Partial<NodeConfig>,
    o: {
      kind?: NodeKind;
      ttlMs?: number;
      clock?: Clock;
      diskFolder?: string;
      readyAfter?(wait: Promise<void>): void;
    } = {},
  ): Promise<{ shell: NodeShell; stack: CloseStack; credentials: Credentials }> {
    const { kind = nodeKind.media, clock = systemClock(), ttlMs = 24 * hourMs } = o;
    const full = {
      id: 'node-a',
      region: 'fra',
      city: 'Frankfurt',
      latitude: 50.1,
      longitude: 8.7,
      hostId: 'host-1',
      drainLimitMs: 0,
      enrolUrl: 'https://127.0.0.1:1',
      ...config,
    };
    const stateDir = join(this.#folder, full.id);
    const credentials = await this.authority.issueCredentials({ id: full.id, kind, region: full.region }, ttlMs);
    new CredentialStore(join(stateDir, 'credentials.json')).save(credentials);
    const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
    this.#closers.push(() => closeStack.close('the test is over'));
    const base = { config: { ...full, stateDir }, log, clock, rng: secureRng(), closeStack };
    const context = o.readyAfter === undefined ? base : { ...base, readyAfter: o.readyAfter };
    const { diskFolder } = o;
    const shell = await NodeShell.start({ kind, context, ...(diskFolder !== undefined && { diskFolder }) });
    return { shell, stack: closeStack, credentials };
  }

  /**
   * Dials `port` as this node; resolves with the link, or rejects once the other side has refused. `onLink` attaches
   * handlers before the first request of the other side. Requests without a deadline have a minute.
   */
  async dial(port: number, remote: { id: string; kind: string }, onLink?: (link: Link) => void): Promise<Link> {
    const credentials = await this.authority.issueCredentials({ ...remote, region: 'fra' }, hourMs);
    const opened = Promise.withResolvers<Link>();
    let dials = 0;
    const dialer = new LinkDialer({
      url: () => {
        dials += 1;
        if (dials > 1) opened.reject(new Error('refused'));
        return `wss://127.0.0.1:${port}`;
      },
      credentials: () => credentials,
      log,
      clock: systemClock(),
      rng: secureRng(),
      backoffMs: { first: 10, max: 10 },
      expect: () => true,
      onLink: (link) => {
        const request = link.request.bind(link);
        link.request = (type, payload, o) => request(type, payload, { deadlineMs: ANSWER_MS, ...o });
        onLink?.(link);
        opened.resolve(link);
      },
    });
    this.#closers.push(() => dialer.close('the test is over'));
    return opened.promise;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
