// What requests to the api cost, per second of processor of its process, and how long lists take when there are very
// many meetings: on SQLite and on PostgreSQL, beside an empty route of Fastify, which no service of it can surpass. All
// take turns in one run; of the turns the median counts. Rooms have no owner here: no signaling node is asked.
import { createLogger, seededRng } from '@meridian/runtime';
import { openStore } from '../../api/src/store/store.ts';
import { BUSY_PERSON, fillWithMeetings, personOf } from '../../api/test/support/many-meetings.ts';
import { type StartedServer, startApi, startEmpty } from '../../api/test/support/start-api.ts';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import { databases } from './api/databases.ts';
import { type Load, load } from './api/load.ts';
import { goFirst, treeCpuMs } from './capacity/processor.ts';

const listAimMs = 20;
const YEAR_MS = 365 * 86_400_000;

interface Options {
  readonly atOnce: number;
  readonly forMs: number;
  readonly turns: number;
}

/** Each asks for something else every time. */
const requests: Readonly<Record<string, Load['ask']>> = {
  createMeeting: (index) => ({
    method: 'POST',
    path: '/api/v1/meetings',
    body: {
      title: `Weekly ${index}`,
      localStart: '2030-01-07T10:00:00',
      timeZone: 'Europe/Berlin',
      durationMinutes: 45,
      hosts: [personOf(index)],
      invitees: [{ email: 'ann@example.org', name: 'Ann' }, { userId: personOf(index + 1) }],
    },
  }),
  mintToken: (index) => ({
    method: 'POST',
    path: '/api/v1/rooms/bench/tokens',
    body: { identity: `person-${index}`, name: 'Ann', grants: { canPublish: true } },
  }),
  listMeetings: (index) => ({ method: 'GET', path: `/api/v1/meetings?limit=100&${windowOf(index)}` }),
  listNextPage: (_index, before) => ({
    method: 'GET',
    path: `/api/v1/meetings?limit=100&${windowOf(0)}${cursorOf(before)}`,
  }),
  listOfPerson: (index) => ({
    method: 'GET',
    path: `/api/v1/meetings?limit=100&${windowOf(index)}&userId=${personOf(index)}`,
  }),
  listOfBusyPerson: (index) => ({
    method: 'GET',
    path: `/api/v1/meetings?limit=100&${windowOf(index)}&userId=${BUSY_PERSON}`,
  }),
};
const lists = ['listMeetings', 'listNextPage', 'listOfPerson', 'listOfBusyPerson'];

export const apiBench: LabCase = {
  name: 'api',
  summary: 'requests per second of processor of the api on both databases, and lists of very many meetings',
  configure: (command) =>
    void command
      .option('--meetings <n>', 'of the tenant, whole thousands', countOption, 1_000_000)
      .option('--at-once <n>', 'requests; more than one wait for each other', countOption, 1)
      .option('--seconds <n>', 'of each window', countOption, 2)
      .option('--turns <n>', 'of each of the compared', countOption, 3)
      .option('--only <store>', 'sqlite or postgres')
      .option('--first', 'before all else that runs on the machine, whose turns would count as time of answers'),
  run: async (options, say) => {
    const [meetings, turns, seconds] = [
      Number(options['meetings']),
      Number(options['turns']),
      Number(options['seconds']),
    ];
    const o = { atOnce: Number(options['atOnce']), forMs: seconds * 1000, turns };
    if (options['first'] === true && !goFirst()) throw new Error('--first: this user may not');
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    for (const [name, within] of Object.entries(databases)) {
      if (options['only'] !== undefined && options['only'] !== name) continue;
      const found = await within(async (url) => {
        await fill(url, meetings, say);
        return measured(url, o, say);
      });
      metrics[name] = found;
      for (const list of lists) {
        const tookMs = Number((found[list] as Metrics)['tookMsP99']);
        if (tookMs > listAimMs) missed.push(`${list} on ${name}: p99 ${tookMs.toFixed(1)} ms, aim ${listAimMs} ms`);
      }
    }
    return { params: { meetings, atOnce: o.atOnce, seconds, turns }, metrics, missed };
  },
};

async function fill(url: string, meetings: number, say: Say): Promise<void> {
  const beginMs = performance.now();
  const log = createLogger({ name: 'api', level: 'fatal' });
  const store = await openStore({ url, dir: '.', log });
  try {
    await fillWithMeetings(store, 'acme', meetings);
  } finally {
    await store.close();
  }
  say(`${meetings} meetings after ${((performance.now() - beginMs) / 1000).toFixed(0)} s`);
}

async function measured(url: string, { atOnce, forMs, turns }: Options, say: Say): Promise<Metrics> {
  const [empty, api] = [await startEmpty(), await startApi(url)];
  try {
    const perCpuSecond: Record<string, number[]> = {};
    const tookMs: Record<string, number[]> = {};
    await load(api, {
      atOnce: 1,
      times: 1,
      ask: () => ({ method: 'POST', path: '/api/v1/rooms', body: { name: 'bench' } }),
    });
    const run = async (name: string, server: StartedServer, ask: Load['ask']): Promise<void> => {
      const beforeMs = treeCpuMs(server.pid);
      const times = await load(server, { atOnce, forMs, ask });
      const rate = (times.length * 1000) / (treeCpuMs(server.pid) - beforeMs);
      perCpuSecond[name] = [...(perCpuSecond[name] ?? []), rate];
      tookMs[name] = [...(tookMs[name] ?? []), ...times];
    };
    // The first turn warms both up and is not counted.
    for (let turn = 0; turn <= turns; turn += 1) {
      if (turn === 1) for (const one of [perCpuSecond, tookMs]) for (const name of Object.keys(one)) delete one[name];
      await run('empty', empty, () => ({ method: 'GET', path: '/' }));
      for (const [name, ask] of Object.entries(requests)) await run(name, api, ask);
    }
    const limit = percentile(perCpuSecond['empty'] ?? [], 0.5);
    const figures = Object.entries(perCpuSecond).map(([name, rates]): [string, Metrics] => {
      const times = tookMs[name] ?? [];
      const rate = percentile(rates, 0.5);
      const took = { tookMsP50: percentile(times, 0.5), tookMsP99: percentile(times, 0.99) };
      return [name, { perCpuSecond: rate, toEmpty: rate / limit, ...took }];
    });
    for (const [name, one] of figures) say(`${name}: ${JSON.stringify(one)}`);
    return Object.fromEntries(figures);
  } finally {
    await empty.kill();
    await api.kill();
  }
}

function cursorOf(page: string): string {
  const { nextCursor } = page === '' ? {} : (JSON.parse(page) as { readonly nextCursor?: string });
  return nextCursor === undefined ? '' : `&cursor=${nextCursor}`;
}

/** From a day somewhere in the year that has the meetings up to its end: the same days in every run. */
function windowOf(index: number): string {
  const nowMs = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const fromMs = nowMs + (seededRng(`day ${index}`).next() - 0.5) * 0.9 * YEAR_MS;
  const at = (ms: number): string => encodeURIComponent(new Date(ms).toISOString());
  return `from=${at(fromMs)}&to=${at(nowMs + YEAR_MS)}`;
}
