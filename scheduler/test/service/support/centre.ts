// A scheduling centre on ephemeral ports of loopback, in this process or in one of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  Authority,
  type Clock,
  CloseStack,
  createLogger,
  createMetrics,
  loadConfig,
  type Metrics,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { build } from '../../../src/app.ts';
import { schedulerConfig } from '../../../src/config.ts';
import './scrypt-once.ts';

export const clusterToken = 'test-cluster-token-0123456789-0123456789';
const clusterSecret = 'test-cluster-secret-0123456789-0123456789';

export interface CentreAddress {
  readonly enrolUrl: string;
  readonly centreUrl: string;
  readonly httpUrl: string;
}

export function tempDir(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-scheduler-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export function writeConfig(dir: string, extra: Record<string, unknown>): string {
  const file = join(dir, 'scheduler.json');
  const config = {
    stateDir: join(dir, 'state'),
    linkPort: 0,
    httpPort: 0,
    clusterToken,
    clusterSecret,
    geoCityFiles: [],
    geoCountryFiles: [],
    logLevel: 'warn',
    ...extra,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** The machine's clock, which a test can move ahead; timers go on as they were. */
export function skippingClock(): Clock & { skip(ms: number): void } {
  const real = systemClock();
  let skippedMs = 0;
  return {
    ...real,
    nowMs: () => real.nowMs() + skippedMs,
    wallMs: () => real.wallMs() + skippedMs,
    skip(ms) {
      skippedMs += ms;
    },
  };
}

/**
 * Starts a centre in this process; `close` ends everything. A first start waits 1.5 s for a fleet that it may have
 * forgotten; only tests of that wait (`waitsForFleet`) pay for it. Making a certificate authority takes longer still: a
 * lone centre finds one in its folder, and so does one of several that `hasAuthority`.
 */
export async function startCentre({
  waitsForFleet = false,
  hasAuthority,
  clock = systemClock(),
  ...extra
}: Record<string, unknown> & { waitsForFleet?: boolean; hasAuthority?: boolean; clock?: Clock } = {}) {
  const temp = tempDir();
  const config = loadConfig(schedulerConfig, { argv: ['--config', writeConfig(temp.dir, extra)], env: {} });
  if (hasAuthority ?? !('redisUrl' in extra)) await keepAuthority(config.stateDir);
  const log = createLogger({ name: 'scheduler', level: 'error' });
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const metrics: Metrics = createMetrics({ service: 'scheduler' });
  const scheduler = await build({ config, log, clock, rng: secureRng(), metrics, closeStack });
  const ports = await scheduler.listen();
  if (!waitsForFleet) scheduler.centre.warmUp.end();
  return {
    ...scheduler,
    ...addressOf(ports),
    metrics,
    stateDir: config.stateDir,
    async close() {
      await closeStack.close('test over');
      temp.remove();
    },
  };
}

let sealed: Promise<string> | undefined;
/** Puts the same authority into the folder of every centre of this process. */
export async function keepAuthority(stateDir: string): Promise<void> {
  sealed ??= Authority.create({ clock: systemClock() }).then((authority) => authority.seal(clusterSecret));
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, 'authority.sealed'), await sealed);
}

export function addressOf(ports: { linkPort: number; httpPort: number }): CentreAddress {
  return {
    enrolUrl: `https://127.0.0.1:${ports.linkPort}`,
    centreUrl: `wss://127.0.0.1:${ports.linkPort}`,
    httpUrl: `http://127.0.0.1:${ports.httpPort}`,
  };
}

/** Environment of a separate process. The compile cache is kept, because most of a start is compiling. */
export const childEnv = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };

/** Starts a centre as a separate process, as in production; resolves when it listens. */
export async function spawnCentre(configFile: string) {
  const main = join(import.meta.dirname, '../../../../dist/services/scheduler.js');
  const env = childEnv;
  const child = spawn(process.execPath, [main, '--config', configFile], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ports = await portsOf(child);
  return {
    child,
    ...addressOf(ports),
    ports,
    async kill(signal: NodeJS.Signals) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await gone;
    },
  };
}

function portsOf(child: ChildProcess): Promise<{ linkPort: number; httpPort: number }> {
  return new Promise((resolve, reject) => {
    let last = ''; // for the error only
    child.once('exit', (code) => reject(new Error(`the centre ended with ${code}: ${last}`)));
    if (child.stdout === null) throw new Error('the centre was started without a pipe');
    // Read to the end: a full pipe would block the centre.
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line.slice(0, 2000);
      if (!line.includes('"listening"')) return;
      const { linkPort, httpPort } = JSON.parse(line) as { linkPort: number; httpPort: number };
      resolve({ linkPort, httpPort });
    });
  });
}

/** Sends an admin request; `token` undefined sends none. */
export async function admin(
  centre: CentreAddress,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  o: { body?: unknown; token?: string | undefined } = { token: clusterToken },
) {
  const token = 'token' in o ? o.token : clusterToken;
  const response = await fetch(`${centre.httpUrl}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(o.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests assert
  return { status: response.status, body: (await response.json()) as any };
}

export async function until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>, limitMs = 60_000) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
