// What quality of sessions costs the api, and how long its reads take when a year of it is there, with reports of a
// month: on SQLite and on PostgreSQL. Rows are made by the database; reads go through HTTP.
import { createLogger } from '@meridian/runtime';
import { SignJWT } from 'jose';
import { openStore } from '../../api/src/store/store.ts';
import { type StartedServer, startApi } from '../../api/test/support/start-api.ts';
import { operatorKey } from '../../api/test/support/test-api.ts';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import { databases } from './api/databases.ts';
import { load } from './api/load.ts';
import { type Filled, liveIdOf, NODES, PLACES, sessionIdOf } from './quality/fill.ts';
import { intakeCosts } from './quality/intake.ts';
import { monthReadTimes } from './quality/month-reads.ts';
import { fillDatabase } from './quality/months.ts';

const READ_AIM_MS = 300;
const RECORD_AIM_US = 40;
const VIEW_AIM_MS = 60;
const STEP_AIM_MS = 50;

export const qualityStoreBench: LabCase = {
  name: 'quality-store',
  summary: 'records of sessions into the api, and reads of a year of them and of months of sums, on both databases',
  configure: (command) =>
    void command
      .option('--hours <n>', 'of sessions, in a year', countOption, 1_000_000)
      .option('--live <n>', 'sessions that are live besides', countOption, 20_000)
      .option('--times <n>', 'each read', countOption, 40)
      .option('--only <store>', 'sqlite or postgres'),
  run: async (options, say) => {
    const [hours, live, times] = [Number(options['hours']), Number(options['live']), Number(options['times'])];
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    for (const [name, within] of Object.entries(databases)) {
      if (options['only'] !== undefined && options['only'] !== name) continue;
      const found = await within((url) => measured(url, { hours, live, nowMs: Date.now() }, times, say));
      metrics[name] = found;
      missed.push(...missedOf(name, found));
    }
    return { params: { hours, live, times }, metrics, missed };
  },
};

function missedOf(name: string, found: Metrics): string[] {
  const missed = Object.entries(found['reads'] as Metrics)
    .map(([read, took]) => [read, Number((took as Metrics)['tookMsP95'])] as const)
    .filter(([, tookMs]) => tookMs > READ_AIM_MS)
    .map(([read, tookMs]) => `${read} on ${name}: p95 ${tookMs.toFixed(0)} ms, aim ${READ_AIM_MS} ms`);
  const intake = found['intake'] as Metrics;
  // A process beside PostgreSQL waits for it; with SQLite it is the database too.
  const aims =
    name === 'sqlite'
      ? { cpuUsPerRecord: RECORD_AIM_US, rollingStepCpuMsMax: STEP_AIM_MS, liveViewCpuMsP50: VIEW_AIM_MS }
      : {};
  for (const [what, aim] of Object.entries(aims))
    if (Number(intake[what]) > aim) missed.push(`${what} on ${name}: ${Number(intake[what]).toFixed(1)}, aim ${aim}`);
  return missed;
}

async function measured(url: string, o: Filled, times: number, say: Say): Promise<Metrics> {
  const beginMs = performance.now();
  const store = await openStore({ url, dir: '.', log: createLogger({ name: 'api', level: 'fatal' }) });
  let reads: Record<string, Metrics>;
  try {
    await fillDatabase(store, o);
    say(`${o.hours} hours of sessions after ${((performance.now() - beginMs) / 1000).toFixed(0)} s`);
  } finally {
    await store.close();
  }
  const api = await startApi(url);
  try {
    reads = await readTimes(api, o, times, say);
  } finally {
    await api.kill();
  }
  Object.assign(reads, await monthReadTimes(url, o, times, say));
  const again = await openStore({ url, dir: '.', log: createLogger({ name: 'api', level: 'fatal' }) });
  try {
    const intake = await intakeCosts(again, { sessions: o.live, nowMs: o.nowMs });
    say(`intake: ${JSON.stringify(intake)}`);
    return { slowest: slowestOf(reads), reads, intake };
  } finally {
    await again.close();
  }
}

/** The p95 of the slowest read. */
function slowestOf(reads: Readonly<Record<string, Metrics>>): Metrics {
  const all = Object.entries(reads).map(([read, took]) => ({ read, tookMsP95: Number(took['tookMsP95']) }));
  return all.reduce((slowest, one) => (one.tookMsP95 > slowest.tookMsP95 ? one : slowest));
}

/** Each asks for something else every time. `last`: of how many last sessions one is asked for. */
const readsOf = ({ hours }: Filled): Readonly<Record<string, (index: number) => string>> => {
  const sessionOf = (index: number, last: number): string => {
    const some = Math.max(1, Math.floor(hours * last));
    return `/console/sessions/${sessionIdOf(hours - 1 - ((index * 7919) % some))}`;
  };
  return {
    listConsoleRooms: () => '/console/rooms?limit=100',
    listConsoleRoomsOfTenant: (index) => `/console/rooms?tenant=acme&search=-${index}1`,
    listConsoleNodeRooms: (index) => `/console/nodes/sfu-${index % NODES}/rooms`,
    listConsoleRoomPeople: (index) => `/console/rooms/acme/room-${index}/people`,
    listConsolePeopleOfPlace: (index) => `/console/people?place=City%20${index % PLACES}`,
    listConsolePeopleOfSite: (index) => `/console/people?site=sfu-${index % NODES}&strength=weak`,
    listConsolePeopleOfLink: (index) =>
      `/console/people?fromSite=sfu-${index % NODES}&toSite=sfu-${(index + 1) % NODES}`,
    getConsoleSessionOfToday: (index) => sessionOf(index, 0.9 / 366),
    getConsoleSessionOfMonth: (index) => sessionOf(index, 30 / 366),
    getConsoleSessionOfYear: (index) => sessionOf(index, 1),
    getConsoleSessionLive: (index) => `/console/sessions/${liveIdOf(index)}`,
  };
};

async function readTimes(api: StartedServer, o: Filled, times: number, say: Say): Promise<Record<string, Metrics>> {
  const found: Record<string, Metrics> = {};
  for (const [name, pathOf] of Object.entries(readsOf(o))) {
    const server = { port: api.port, token: await operatorToken() };
    const ask = (index: number) => ({ method: 'GET', path: `/api/v1${pathOf(index)}` }) as const;
    const took = await load(server, { atOnce: 1, times, ask });
    const one = { tookMsP50: percentile(took, 0.5), tookMsP95: percentile(took, 0.95) };
    found[name] = one;
    say(`${name}: ${JSON.stringify(one)}`);
  }
  return found;
}

function operatorToken(): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({ scope: 'operator', iat: nowS, exp: nowS + 300 })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(operatorKey.key)
    .sign(Buffer.from(operatorKey.secret));
}
