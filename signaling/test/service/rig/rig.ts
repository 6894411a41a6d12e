// Two regions on loopback: fake centre and media nodes, real signaling nodes, links with real certificates.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Authority,
  type Clock,
  CloseStack,
  CredentialStore,
  createLogger,
  createMetrics,
  type Logger,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { type Signaling, startSignaling } from '../../../src/app.ts';
import type { Config } from '../../../src/config.ts';
import { FakeCentre } from './centre.ts';
import { apiKey, secret } from './client.ts';
import { FakeNode } from './node.ts';
import { until } from './until.ts';

export interface Instance extends Signaling {
  readonly id: string;
  readonly url: string;
  readonly httpUrl: string;
  readonly metrics: ReturnType<typeof createMetrics>;
  close(): Promise<void>;
  /** Ends every link and socket at once, silently: as near to kill -9 as a process gets. */
  kill(): Promise<void>;
}

export class Rig {
  readonly authority: Authority;
  readonly clock: Clock;
  readonly log: Logger;
  readonly centre: FakeCentre;
  readonly nodes: FakeNode[] = [];
  readonly instances: Instance[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-signaling-'));

  private constructor(authority: Authority, clock: Clock, log: Logger) {
    this.authority = authority;
    this.clock = clock;
    this.log = log;
    this.centre = new FakeCentre({ authority, clock, log });
  }

  static async start(o: { log?: Logger; clock?: Clock } = {}): Promise<Rig> {
    const clock = o.clock ?? systemClock();
    const log = o.log ?? createLogger({ name: 'test', level: process.env['TEST_LOG'] ?? 'fatal' });
    const rig = new Rig(await Authority.create({ clock }), clock, log);
    await rig.centre.start();
    return rig;
  }

  async node(id: string, o: { region?: string; hostId?: string } = {}): Promise<FakeNode> {
    const node = new FakeNode({
      id,
      region: o.region ?? 'fra',
      ...(o.hostId === undefined ? {} : { hostId: o.hostId }),
      authority: this.authority,
      clock: this.clock,
      log: this.log,
    });
    await node.start();
    this.nodes.push(node);
    this.centre.addNode(node.ref);
    return node;
  }

  config(id: string, o: Partial<Config> = {}): Config {
    return {
      logLevel: 'fatal' as never,
      metricsHost: '127.0.0.1',
      metricsPort: 0,
      stateDir: join(this.#folder, id),
      closeLimitMs: 5000,
      id,
      region: 'fra',
      city: 'Frankfurt',
      latitude: 50.1,
      longitude: 8.7,
      hostId: `host-${id}`,
      drainLimitMs: 0,
      centreUrl: this.centre.url,
      enrolUrl: this.centre.enrolUrl,
      httpHost: '127.0.0.1',
      httpPort: 0,
      publicUrl: 'ws://127.0.0.1:0',
      controlListen: { ip: '127.0.0.1', port: 0 },
      apiKeys: [{ key: apiKey, secret, tenant: 'acme' }],
      trustedProxies: [],
      checksMax: 40,
      development: true,
      allowedOrigins: ['*'],
      ...o,
    };
  }

  /** Starts a real instance, registered at the centre, with every other instance in its plan. */
  async instance(id: string, o: Partial<Config> = {}): Promise<Instance> {
    const config = this.config(id, o);
    if (o.enrolmentToken === undefined) {
      const store = new CredentialStore(join(config.stateDir, 'credentials.json'));
      if (store.load() === undefined)
        store.save(await this.authority.issueCredentials({ id, kind: 'signaling', region: config.region }, 3600_000));
    }
    const { clock, log } = this;
    const closeStack = new CloseStack({ log, clock, stepLimitMs: 3000 });
    const metrics = createMetrics({ service: 'signaling' });
    const started = await startSignaling({ config, log, clock, rng: secureRng(), metrics, closeStack });
    const close = () => closeStack.close('the test is over');
    const instance: Instance = {
      ...started,
      id,
      url: `ws://127.0.0.1:${started.http.port}/v1/rtc`,
      httpUrl: `http://127.0.0.1:${started.http.port}`,
      metrics,
      close,
      kill: async () => {
        started.journal.close();
        started.centre.close('killed');
        started.nodes.close('killed');
        started.peers.close('killed');
        await started.http.close();
        await close();
      },
    };
    this.instances.push(instance);
    await until(
      () => started.centre.isRegistered && started.centre.fleet.size >= this.centre.nodes.size,
      `${id} registered`,
    );
    return instance;
  }

  async close(): Promise<void> {
    // No api stores the journals; other tests show a stop that waits for it.
    for (const { journal } of this.instances) journal.close();
    await Promise.all(this.instances.map((instance) => instance.close()));
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.centre.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
