// The smallest gateway: a node of its kind, as the node shell makes one, with links to signaling nodes and sessions
// over them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinkSessions, type SocketPort, type SocketSource, socketsOf } from '@meridian/client';
import { NodeShell } from '@meridian/node-shell';
import { limits, nodeKind, type wire } from '@meridian/protocol';
import { CloseStack, createLogger, LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import type { TestCloud } from './cloud.ts';
import { until } from './poll.ts';

interface Way {
  readonly dialer: LinkDialer;
  readonly region: string;
  sessions: LinkSessions | undefined;
}

export class TestGateway {
  readonly #shell: NodeShell;
  readonly #closeStack: CloseStack;
  readonly #stateDir: string;
  readonly #region: string;
  /** By signaling node. */
  readonly #ways = new Map<string, Way>();

  /** Enrols and joins the fleet, on the host of that region of the cloud, whose city it has: hosts have one site. */
  static async start(cloud: TestCloud, id: string, region: 'frankfurt' | 'singapore'): Promise<TestGateway> {
    const stateDir = mkdtempSync(join(tmpdir(), 'gateway-'));
    const log = createLogger({ name: id, level: 'silent' });
    const closeStack = new CloseStack({ log, clock: systemClock(), stepLimitMs: 5000 });
    const place =
      region === 'frankfurt'
        ? { region, city: region, latitude: 50.11, longitude: 8.68, hostId: 'host-fra' }
        : { region, city: region, latitude: 1.35, longitude: 103.82, hostId: 'host-sgp' };
    const config = {
      id,
      ...place,
      stateDir,
      drainLimitMs: 0,
      ...(await cloud.enrolment(id, nodeKind.gateway, region)),
    };
    const context = { config, log, clock: systemClock(), rng: secureRng(), closeStack };
    const shell = await NodeShell.start({ kind: nodeKind.gateway, context });
    const gateway = new TestGateway(shell, closeStack, { stateDir, region });
    shell.join({
      describe: () => ({}),
      load: () => ({ rssBytes: process.memoryUsage.rss() }),
      onPlan: (plan) => gateway.#follow(plan, context),
    });
    await until('the gateway has a link to a signaling node', () => gateway.signalingId() !== undefined);
    return gateway;
  }

  private constructor(shell: NodeShell, closeStack: CloseStack, o: { stateDir: string; region: string }) {
    this.#shell = shell;
    this.#closeStack = closeStack;
    this.#stateDir = o.stateDir;
    this.#region = o.region;
  }

  /** The signaling node that a session opened now goes to: of the own region, else any. */
  signalingId(): string | undefined {
    const open = [...this.#ways].filter(([, { sessions }]) => sessions !== undefined);
    return (open.find(([, { region }]) => region === this.#region) ?? open[0])?.[0];
  }

  /** Sockets of one session, over whichever link stands. */
  sockets(): SocketSource {
    return socketsOf(
      (): Promise<SocketPort> =>
        until('a link to a signaling node', () => {
          const sessions = this.#ways.get(this.signalingId() ?? '')?.sessions;
          return sessions?.open({ clientIp: '' });
        }),
    );
  }

  async close(): Promise<void> {
    for (const { dialer } of this.#ways.values()) dialer.close('the test is over');
    await this.#closeStack.close('the test is over');
    rmSync(this.#stateDir, { recursive: true, force: true });
  }

  #follow({ nodes }: wire.Plan, { clock, log, rng }: Parameters<typeof NodeShell.start>[0]['context']): void {
    for (const { addresses, kind, ...node } of nodes) {
      const [nodeId, region] = [node.nodeId ?? '', node.region ?? ''];
      const at = addresses?.find(({ purpose }) => purpose === 'control');
      if (kind !== nodeKind.signaling || at === undefined || this.#ways.has(nodeId)) continue;
      const way: Way = {
        region,
        sessions: undefined,
        dialer: new LinkDialer({
          url: `wss://${at.announced || at.ip}:${at.port}`,
          credentials: this.#shell.credentials,
          clock,
          log,
          rng,
          limits: limits.centreLink,
          expect: (remote) => remote.id === nodeId && remote.kind === nodeKind.signaling,
          onLink: (link) => {
            way.sessions = new LinkSessions(link);
          },
          onDown: () => {
            way.sessions = undefined;
          },
        }),
      };
      this.#ways.set(nodeId, way);
    }
  }
}
