// The services that the console is shown by, as processes of their own: the centre, the api on one of its databases,
// the page's server. Everything else of the cloud is the feed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignJWT } from 'jose';
import { type Postgres, startPostgres } from '../../../api/test/support/postgres.ts';
import { bundleOf } from '../../../infra/services/entries.mjs';
import {
  admin,
  type CentreAddress,
  childEnv,
  spawnCentre,
  tempDir,
  writeConfig,
} from '../../../scheduler/test/service/support/centre.ts';
import { writeMmdb } from '../../../scheduler/test/service/support/mmdb.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import { type FedPlace, locationRecords } from './world.ts';

const repository = join(import.meta.dirname, '../../..');
/** The page's server passes requests on from here; the api believes its word. */
const PAGE_PROXY = '127.0.0.2';
const STOP_WITHIN_MS = 10_000;
const secretOf = (name: string): string => `${name}-`.padEnd(40, '0123456789');
export const OPERATOR_TENANT = 'operations';

export interface StageOptions {
  readonly places: readonly FedPlace[];
  readonly store: 'sqlite' | 'postgres';
  /** Beside the centre. */
  readonly services: readonly ('api' | 'web')[];
}

type Centre = Awaited<ReturnType<typeof spawnCentre>>;

export class Stage {
  readonly centre: CentreAddress;
  readonly #centre: Centre;
  readonly #temp: ReturnType<typeof tempDir>;
  readonly #children: ChildProcess[] = [];
  readonly #disown: () => void;
  #postgres: Postgres | undefined;
  #api: ChildProcess | undefined;
  #pageUrl = '';
  #apiUrl = '';

  private constructor(centre: Centre, temp: ReturnType<typeof tempDir>) {
    this.centre = { enrolUrl: centre.enrolUrl, centreUrl: centre.centreUrl, httpUrl: centre.httpUrl };
    this.#centre = centre;
    this.#temp = temp;
    this.#disown = owned('the services of the console', () => this.close());
  }

  /** Resolves when all answer. */
  static async start(o: StageOptions): Promise<Stage> {
    const temp = tempDir();
    const maxmindFile = join(temp.dir, 'places.mmdb');
    const buildEpoch = Math.floor(Date.now() / 1000);
    writeMmdb(maxmindFile, { databaseType: 'GeoLite2-City', buildEpoch, networks: locationRecords(o.places) });
    const centre = await spawnCentre(writeConfig(temp.dir, { maxmindFile, logLevel: 'info', joinsPerCore: 10_000 }));
    const stage = new Stage(centre, temp);
    try {
      if (o.services.includes('api')) await stage.#startApi(o.store);
      if (o.services.includes('web')) await stage.#startPage();
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  get pageUrl(): string {
    return this.#pageUrl;
  }

  get apiUrl(): string {
    return this.#apiUrl;
  }

  get centrePid(): number {
    return this.#centre.child.pid ?? 0;
  }

  get apiPid(): number {
    return this.#api?.pid ?? 0;
  }

  /** Of the key that may do everything for every tenant; for five minutes. */
  operatorToken(): Promise<string> {
    return new SignJWT({ scope: 'operator' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('operator')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.from(secretOf('operator')));
  }

  /** A request to the api by the operator's key; throws when it is refused. */
  async ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${await this.operatorToken()}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.#apiUrl}/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  /** A one-time link by which the first user of the operators' tenant, an operator, signs in. */
  async operatorLink(): Promise<string> {
    return String((await this.ask('POST', `/tenants/${OPERATOR_TENANT}/admin-link`))['url']);
  }

  async #startApi(store: 'sqlite' | 'postgres'): Promise<void> {
    const [apiPort, pagePort] = [await freePort(), await freePort()];
    this.#apiUrl = `http://127.0.0.1:${apiPort}`;
    this.#pageUrl = `http://127.0.0.1:${pagePort}`;
    if (store === 'postgres') this.#postgres = await startPostgres();
    const databaseUrl = this.#postgres === undefined ? undefined : await this.#postgres.database();
    const identity = { id: 'api', kind: 'api', region: 'frankfurt-region' };
    const { body } = await admin(this.centre, 'POST', '/v1/enrolment-tokens', { body: identity });
    this.#api = this.#spawn('api', {
      id: identity.id,
      region: identity.region,
      city: 'frankfurt',
      latitude: 50.11,
      longitude: 8.68,
      hostId: 'host-api',
      logLevel: 'info',
      centreUrl: this.centre.centreUrl,
      enrolUrl: this.centre.enrolUrl,
      enrolmentToken: (body as { token: string }).token,
      httpListen: { ip: '127.0.0.1', port: apiPort },
      publicUrl: this.#pageUrl,
      entryUrls: [this.#pageUrl],
      sealSecret: secretOf('seal'),
      operatorKey: { key: 'operator', secret: secretOf('operator') },
      operatorTenant: OPERATOR_TENANT,
      tenants: [OPERATOR_TENANT, 'acme', 'dev', 'globex'].map((id) => ({
        id,
        name: id,
        key: `API${id}`,
        secret: secretOf(id),
      })),
      trustedProxies: [PAGE_PROXY],
      // The lab's receiver of alarms.
      egressAllow: ['127.0.0.0/8'],
      ...(databaseUrl !== undefined && { databaseUrl }),
    });
    await this.#answers(this.#apiUrl);
  }

  async #startPage(): Promise<void> {
    this.#spawn('web', {
      logLevel: 'warn',
      httpHost: '127.0.0.1',
      httpPort: Number(new URL(this.#pageUrl).port),
      entryUrls: [this.#pageUrl],
      apiUrl: this.#apiUrl,
      apiLocalAddress: PAGE_PROXY,
      pageDir: join(repository, 'web/dist'),
    });
    await this.#answers(this.#pageUrl);
  }

  async #answers(url: string): Promise<void> {
    await until(`${url} answers`, async () => this.#alive() && (await fetch(`${url}/healthz`)).ok);
  }

  /** Throws when a service has ended by itself. */
  #alive(): true {
    for (const child of this.#children)
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${child.spawnargs[1]} ended with ${child.exitCode ?? child.signalCode}`);
    return true;
  }

  #spawn(name: 'api' | 'web', config: Record<string, unknown>): ChildProcess {
    const stateDir = join(this.#temp.dir, name);
    mkdirSync(stateDir, { recursive: true });
    const file = join(stateDir, 'config.json');
    writeFileSync(file, JSON.stringify({ ...config, stateDir }), { mode: 0o600 });
    const args = ['--disable-warning=ExperimentalWarning', bundleOf(repository, name), '--config', file];
    const child = spawn(process.execPath, args, { env: childEnv, stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error(`${name} was started without a pipe`);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/"level":[56]0/.test(line)) process.stderr.write(`${name}: ${line.slice(0, 500)}\n`);
    });
    this.#children.push(child);
    return child;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#disown();
    await Promise.all(this.#children.splice(0).map(ended));
    await this.#centre.kill('SIGTERM');
    await this.#postgres?.stop();
    this.#postgres = undefined;
    this.#temp.remove();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
