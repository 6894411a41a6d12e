import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SessionClient } from '@meridian/client';
import { CloseStack, createLogger, createMetrics, loadConfig, secureRng, systemClock } from '@meridian/runtime';
import { start } from '../../edge-probe/src/app.ts';
import { probeConfig } from '../../edge-probe/src/config.ts';
import { type FleetNode, TestCloud } from '../../test/support/cloud.ts';
import { headless } from '../../test/support/headless.ts';
import { closeOwned, owned } from '../../test/support/owned.ts';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase, type Metrics, percentile } from '../support/case.ts';
import { Kills, killsWithinMs } from '../support/kills.ts';

const DETECTED_MS_MAX = 3000;
const RESEATED_MS_MAX = 5000;
/** Between the end of a client and the next try of a person. */
const RETRY_MS = 100;
const LOOK_EVERY_MS = 20;
/** A death that takes longer is not waited for. */
const GIVE_UP_MS = 60_000;
const ROOM_SIZE = 4;
/**
 * Of a log, shown when something went wrong: the centre's words on which node was silent for how long, the supervisor's
 * on which died.
 */
const LOG_LINES = 12;
/**
 * killed: one process; its sockets close at once. frozen: all of a machine that carries or measures media; nothing
 * closes, nothing answers.
 */
const kinds = ['killed', 'frozen'] as const;
type Kind = (typeof kinds)[number];

interface Death {
  readonly kind: Kind;
  readonly detectedMs: number;
  readonly reseatedMs: readonly number[];
}

/**
 * Media nodes of a real cloud die, one after another, under people that come back as the SDK does; without media, which
 * would only cost time.
 */
export const nodeDeath: LabCase = {
  name: 'node-death',
  summary:
    'media nodes are killed, machines frozen: how soon the centre knows, how soon everybody sits elsewhere (aims: p99 3 s, 5 s)',
  configure: (command) => {
    command
      .option('--deaths <n>', 'of each kind', countOption, 10)
      .option('--people <n>', 'in rooms of four', countOption, 40);
  },
  run: async (options, say) => {
    const { deaths, people } = options as { deaths: number; people: number };
    try {
      const cloud = await TestCloud.start({ nodesPerRegion: 2, extraArgs: ['--log-level', 'warn'] });
      // Two machines that probe a third one in vain are what the centre goes by (ADR 0011): Frankfurt, Singapore, and
      // this one.
      await startWitness(cloud);
      const all = await gather(cloud, people);
      const seen: Death[] = [];
      const kills = new Kills();
      for (let round = 0; round < deaths * kinds.length; round += 1) {
        const death = await dieOnce(cloud, all, kinds[round % kinds.length] ?? 'killed', kills);
        seen.push(death);
        say(`${round + 1}: ${death.kind}, known after ${death.detectedMs} ms, ${said(death.reseatedMs)}`);
        if (isLate(death)) for (const line of cloud.log('centre').slice(-LOG_LINES)) say(`  centre: ${line}`);
      }
      return { params: { deaths, people }, ...summary(seen) };
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

function isLate({ detectedMs, reseatedMs }: Death): boolean {
  return detectedMs > DETECTED_MS_MAX || Math.max(...reseatedMs) > RESEATED_MS_MAX;
}

function said(reseatedMs: readonly number[]): string {
  return `${reseatedMs.length} people sat elsewhere after at most ${Math.max(...reseatedMs)} ms`;
}

function summary(deaths: readonly Death[]): { metrics: Metrics; missed: string[] } {
  const of = (list: readonly Death[]): Metrics => {
    const detected = list.map(({ detectedMs }) => detectedMs);
    const reseated = list.flatMap(({ reseatedMs }) => reseatedMs);
    return {
      detectedMsP50: percentile(detected, 0.5),
      detectedMsP99: percentile(detected, 0.99),
      reseated: reseated.length,
      reseatedMsP50: percentile(reseated, 0.5),
      reseatedMsP99: percentile(reseated, 0.99),
    };
  };
  const metrics: Metrics = {
    deaths: deaths.length,
    ...of(deaths),
    ...Object.fromEntries(kinds.map((kind) => [kind, of(deaths.filter((death) => death.kind === kind))])),
  };
  const missed = [
    ...(Number(metrics['detectedMsP99']) <= DETECTED_MS_MAX ? [] : [`detected p99 above ${DETECTED_MS_MAX} ms`]),
    ...(Number(metrics['reseatedMsP99']) <= RESEATED_MS_MAX ? [] : [`sat elsewhere p99 above ${RESEATED_MS_MAX} ms`]),
  ];
  return { metrics, missed };
}

/** A person in Frankfurt that is in a room, and joins again when the client has given up. */
class Person {
  nodeId = '';
  seatedAtMs = Number.NaN;
  readonly #url: string;
  readonly #token: string;
  #client: SessionClient | undefined;
  #isOver = false;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    owned('a person', async () => {
      this.#isOver = true;
      this.#client?.leave();
    });
    void this.#stay();
  }

  async #stay(): Promise<void> {
    while (!this.#isOver) {
      await this.#stayOnce();
      this.nodeId = '';
      await pause(RETRY_MS);
    }
  }

  /** Until the client gives up, or the case is over. */
  #stayOnce(): Promise<void> {
    const client = headless(this.#url, { token: this.#token, fromCity: 'Frankfurt' });
    this.#client = client;
    client.on('joined', ({ placement, resumed }) => {
      this.nodeId = placement.nodeId;
      if (!resumed) this.seatedAtMs = performance.now();
    });
    client.on('interrupted', (mediaToo) => {
      if (mediaToo) this.nodeId = '';
    });
    return new Promise((resolve) => {
      client.once('disconnected', () => resolve());
      client.connect().catch(() => undefined); // it is disconnected then
    });
  }
}

async function gather(cloud: TestCloud, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let at = 0; at < count; at += 1) {
    const token = await cloud.token(`deaths-${Math.floor(at / ROOM_SIZE)}`, `person-${at}`);
    people.push(new Person(cloud.entryUrl('frankfurt'), token));
  }
  await until('everybody is in', () => people.every(({ nodeId }) => nodeId !== ''), GIVE_UP_MS);
  return people;
}

async function dieOnce(cloud: TestCloud, people: readonly Person[], kind: Kind, kills: Kills): Promise<Death> {
  let missing = '';
  await until(
    'all nodes serve and everybody is in',
    async () => {
      const away = (await cloud.fleet()).nodes.filter(({ state }) => state !== 'alive');
      const out = people.flatMap(({ nodeId }, index) => (nodeId === '' ? [index] : []));
      missing = `not serving: ${away.map(({ nodeId, state }) => `${nodeId} ${state}`).join(', ')}; not in: ${out.join(', ')}`;
      return away.length === 0 && out.length === 0;
    },
    GIVE_UP_MS,
  ).catch((error: unknown) => {
    const lines = [...cloud.output.slice(-LOG_LINES), ...cloud.log('centre').slice(-LOG_LINES)];
    throw new Error([missing, ...lines].join('\n'), { cause: error });
  });
  const { nodes } = await cloud.fleet();
  const victimId = busiest(people);
  if (kind === 'killed') {
    await until('it may be killed again', () => kills.mayDie(victimId), GIVE_UP_MS + killsWithinMs);
    kills.note(victimId);
  }
  const hostId = nodes.find(({ nodeId }) => nodeId === victimId)?.hostId;
  const dies = (node: FleetNode): boolean =>
    kind === 'killed' ? node.nodeId === victimId : node.hostId === hostId && node.kind !== 'signaling';
  const dying = nodes.filter(dies);
  const victims = people.filter((person) => dying.some(({ nodeId }) => nodeId === person.nodeId));
  const pids = dying.map(({ nodeId }) => cloud.pid(nodeId));
  const sinceMs = performance.now();
  for (const pid of pids) process.kill(pid, kind === 'killed' ? 'SIGKILL' : 'SIGSTOP');
  const detected = first(async () => {
    const now = (await cloud.fleet()).nodes;
    return dying.every(({ incarnation }) =>
      now.every((one) => one.incarnation !== incarnation || one.state === 'dead'),
    );
  });
  const reseated = victims.map((person) => first(async () => person.nodeId !== '' && person.seatedAtMs > sinceMs));
  const detectedMs = Math.round((await detected) - sinceMs);
  const reseatedMs = (await Promise.all(reseated)).map((atMs) => Math.round(atMs - sinceMs));
  if (kind === 'frozen') for (const pid of pids) process.kill(pid, 'SIGCONT');
  return { kind, detectedMs, reseatedMs };
}

function busiest(people: readonly Person[]): string {
  const counts = new Map<string, number>();
  for (const { nodeId } of people) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** An edge probe on a machine of its own: it measures, and serves no session. */
async function startWitness(cloud: TestCloud): Promise<void> {
  const log = createLogger({ name: 'witness', level: 'silent' });
  const clock = systemClock();
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const dir = mkdtempSync(join(tmpdir(), 'meridian-witness-'));
  owned('the witness', async () => {
    await closeStack.close('the case is over');
    rmSync(dir, { recursive: true, force: true });
  });
  const id = 'probe-witness';
  const enrolment = await cloud.enrolment(id, 'edge-probe', 'frankfurt');
  const place = { region: 'frankfurt', city: 'Frankfurt', latitude: 50.1, longitude: 8.7, hostId: 'host-witness' };
  const file = join(dir, 'config.json');
  const probeListen = { ip: '127.0.3.9', port: 0 };
  writeFileSync(file, JSON.stringify({ stateDir: join(dir, id), id, ...place, ...enrolment, probeListen }));
  const config = loadConfig(probeConfig, { argv: ['--config', file], env: {} });
  await start({ config, log, clock, rng: secureRng(), metrics: createMetrics({ service: 'edge-probe' }), closeStack });
  await until('the witness measures', async () =>
    (await cloud.fleet()).nodes.some(({ nodeId, state }) => nodeId === id && state === 'alive'),
  );
}

/** When it is so for the first time, on the clock of `performance`. */
async function first(isSo: () => Promise<boolean>): Promise<number> {
  const endMs = performance.now() + GIVE_UP_MS;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${GIVE_UP_MS} ms`);
    await pause(LOOK_EVERY_MS);
  }
  return performance.now();
}
