// How many tasks nodes take from the queue and end in a second, with very much that waits: on SQLite and on PostgreSQL.
import { createLogger, seededRng, systemClock } from '@meridian/runtime';
import { sql } from 'kysely';
import { ApiKeys } from '../../api/src/access/keys.ts';
import { Jobs, type RemoteKind } from '../../api/src/jobs/jobs.ts';
import type { TakenTask } from '../../api/src/jobs/tasks.ts';
import { openStore, type Store } from '../../api/src/store/store.ts';
import { countOption, type LabCase, type Metrics, percentile } from '../support/case.ts';
import { databases } from './api/databases.ts';

/** With segments of a minute a node of 32 processors ends one task in 2 s: this is a hundred of them. */
const RATE_AIM = 50;
const TAKE_AIM_MS = 100;
/** As a node of eight processors asks. */
const FREE = 8;
const DONE = { code: '', detail: '', retryable: false, result: '{}' };

interface Filled {
  readonly waiting: number;
  readonly tenants: number;
  readonly nodes: number;
  readonly tasks: number;
}

export const queueBench: LabCase = {
  name: 'queue',
  summary: 'tasks that nodes take from the queue and end, with very much that waits, on both databases',
  configure: (command) =>
    void command
      .option('--waiting <n>', 'tasks that wait', countOption, 100_000)
      .option('--tenants <n>', 'whose they are; the first has half of them', countOption, 50)
      .option('--nodes <n>', 'that ask at once', countOption, 8)
      .option('--tasks <n>', 'taken and ended', countOption, 4000)
      .option('--only <store>', 'sqlite or postgres'),
  run: async (options, say) => {
    const [waiting, tenants] = [Number(options['waiting']), Number(options['tenants'])];
    const o = { waiting, tenants, nodes: Number(options['nodes']), tasks: Number(options['tasks']) };
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    for (const [name, within] of Object.entries(databases)) {
      if (options['only'] !== undefined && options['only'] !== name) continue;
      const found = await within((url) => measured(url, o));
      say(`${name}: ${JSON.stringify(found)}`);
      metrics[name] = found;
      missed.push(...missedOf(name, found));
    }
    return { params: { ...o }, metrics, missed };
  },
};

function missedOf(name: string, { tasksPerSecond, takeMsP95 }: Metrics): string[] {
  const missed: string[] = [];
  if (Number(tasksPerSecond) < RATE_AIM)
    missed.push(`${Number(tasksPerSecond).toFixed(0)} tasks/s on ${name}, aim ${RATE_AIM}`);
  if (Number(takeMsP95) > TAKE_AIM_MS)
    missed.push(`a take on ${name}: p95 ${Number(takeMsP95).toFixed(0)} ms, aim ${TAKE_AIM_MS} ms`);
  return missed;
}

async function measured(url: string, o: Filled): Promise<Metrics> {
  const log = createLogger({ name: 'api', level: 'fatal' });
  const store = await openStore({ url, dir: '.', log });
  try {
    await fill(store, o);
    const clock = systemClock();
    const keys = new ApiKeys({ db: store.db, clock, sealSecret: 's'.repeat(32) });
    const fencesOf: ApiKeys['fencesOf'] = (db, tenants) => keys.fencesOf(db, tenants);
    const jobs = new Jobs({ store, clock, rng: seededRng('queue'), log, fencesOf });
    let ended = 0;
    const kind: RemoteKind<unknown> = {
      name: 'rendition',
      remote: { leaseMs: 60_000, affinityMs: 5000 },
      onEnded: async () => {
        ended += 1;
      },
    };
    jobs.register(kind);
    const takeMs: number[] = [];
    const beganMs = performance.now();
    const cpu = process.cpuUsage();
    await Promise.all(
      Array.from({ length: o.nodes }, (_, at) => work(jobs, `node-${at}`, takeMs, () => ended < o.tasks)),
    );
    const seconds = (performance.now() - beganMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      tasksPerSecond: ended / seconds,
      takeMsP50: percentile(takeMs, 0.5),
      takeMsP95: percentile(takeMs, 0.95),
      tasksPerTake: ended / takeMs.length,
      cpuMsPerTask: (user + system) / 1000 / ended,
    };
  } finally {
    await store.close();
  }
}

async function work(jobs: Jobs, node: string, takeMs: number[], mayGoOn: () => boolean): Promise<void> {
  while (mayGoOn()) {
    const beganMs = performance.now();
    const tasks: readonly TakenTask[] = await jobs.take({
      node,
      region: 'frankfurt',
      kinds: ['rendition'],
      free: FREE,
    });
    takeMs.push(performance.now() - beganMs);
    if (tasks.length === 0) return;
    for (const { id, lease } of tasks) await jobs.end({ id, lease, node }, DONE);
  }
}

/** All due, in lanes of ten; half of them of one tenant, the others spread. Made by the database. */
async function fill({ db }: Store, { waiting, tenants }: Filled): Promise<void> {
  const nowMs = sql.lit(Date.now());
  const tenant = sql`'tenant ' || (case when i % 2 = 0 then 0 else (i / 2) % ${sql.lit(tenants)} end)`;
  await sql`insert into jobs (id, kind, key, tenant, lane, pool, payload, run_at_ms, rank_ms, attempts, added,
      lease_until_ms, leased_by, created_ms, worker)
    with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${sql.lit(waiting)})
    select 'JB_' || i, 'rendition', 'key ' || i, ${tenant}, 'lane ' || (i / 10), '', '{}', ${nowMs} - i,
      ${nowMs} - i * 37 % 7200000, 0, 1, 0, '', ${nowMs} - i, 'library'
    from numbers`.execute(db);
  await sql`insert into tenants (id, name, limits, created_ms)
    select distinct tenant, tenant, '{}', 0 from jobs where worker <> ''`.execute(db);
  // One in use, and some of before.
  await sql`insert into api_keys (id, tenant, name, sealed_secret, scopes, regions, created_ms, revoked_ms)
    with recursive numbers(i) as (select 0 union all select i + 1 from numbers where i < 9)
    select id || ' ' || i, id, 'server', '', '', 'frankfurt', i, case when i = 0 then null else 1 end
    from tenants, numbers`.execute(db);
  await sql`analyze`.execute(db);
}
