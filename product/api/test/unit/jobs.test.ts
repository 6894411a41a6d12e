import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTime } from '../../src/jobs/calendar.ts';
import { type JobContext, type JobKind, Jobs } from '../../src/jobs/jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { transact } from '../../src/store/transaction.ts';
import { testStore, withoutEffects } from '../support/database.ts';

const log = createLogger({ name: 'api', level: 'silent' });
let store: Store;
let clock: ManualClock;
let openedJobs: Jobs[];
/** Runs of `held`, which a failing test would leave open. */
const begunRuns: { readonly go: () => void }[] = [];
beforeEach(async () => {
  store = await testStore();
  clock = new ManualClock();
  openedJobs = [];
});
afterEach(async () => {
  const closing = openedJobs.map((jobs) => jobs.close());
  for (const { go } of begunRuns.splice(0)) go();
  await Promise.all(closing);
  await store.close();
});

type Run = (payload: string, o: JobContext) => Promise<{ againMs: number } | undefined>;
function instance(run: Run, o: Partial<JobKind<string>> = {}) {
  const jobs = new Jobs({ store, clock, rng: seededRng(`jobs ${openedJobs.length}`), log });
  const kind = { name: 'mail', concurrency: 10, leaseMs: 10_000, ...o, run };
  jobs.register(kind);
  openedJobs.push(jobs);
  /** Adds a job as another instance does: this instance finds it by a poll or `wake`. */
  const add = (payload: string, more: object = {}) =>
    withoutEffects(store.db, (trx) => jobs.add(trx, kind, { payload, ...more }));
  return { jobs, add };
}
const remainingKeys = async () => (await store.db.selectFrom('jobs').select('key').execute()).length;
function heldRun() {
  const running: { payload: string; go: () => void }[] = [];
  const run: Run = (payload) =>
    new Promise((resolve) => {
      const held = { payload, go: () => resolve(undefined) };
      running.push(held);
      begunRuns.push(held);
    });
  return { running, run };
}
const runsBegun = (running: readonly unknown[], count: number) =>
  vi.waitFor(() => expect(running.length).toBeGreaterThanOrEqual(count), { timeout: 60_000, interval: 2 });
const timerTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a job', () => {
  it('runs once, after jobs of earlier times, and its row is gone', async () => {
    const ranPayloads: string[] = [];
    const { jobs, add } = instance(async (payload) => void ranPayloads.push(payload) as undefined, { concurrency: 1 });
    await add('later', { inMs: 5000 });
    await add('a');
    await add('b', { inMs: -1 });
    await jobs.settled();
    await jobs.settled();
    expect(ranPayloads).toEqual(['b', 'a']);
    clock.advance(5000);
    await jobs.settled();
    expect([ranPayloads, await remainingKeys()]).toEqual([['b', 'a', 'later'], 0]);
  });

  it('is retried later when it fails, and fails for good in the end', async () => {
    const attempts: number[] = [];
    const { jobs, add } = instance(
      async (_payload, { attempt }) => {
        attempts.push(attempt);
        throw new Error('no');
      },
      { attemptsMax: 3 },
    );
    await add('a');
    await jobs.settled();
    await jobs.settled();
    expect(attempts).toEqual([1]);
    for (let at = 0; at < 5; at += 1) {
      clock.advance(20_000);
      await jobs.settled();
    }
    expect([attempts, await remainingKeys()]).toEqual([[1, 2, 3], 0]);
  });

  it('runs again when its run returns a time for it', async () => {
    let ran = 0;
    const { jobs, add } = instance(async () => (++ran < 3 ? { againMs: 100 } : undefined));
    await add('a');
    for (let at = 0; at < 5; at += 1) {
      await jobs.settled();
      clock.advance(100);
    }
    expect([ran, await remainingKeys()]).toEqual([3, 0]);
  });

  it('is unique by key, and runs once more when it was added during its run', async () => {
    const { running, run } = heldRun();
    const { jobs, add } = instance(run);
    await add('first', { key: 'k', inMs: 5000 });
    await add('second', { key: 'k' });
    jobs.wake();
    await runsBegun(running, 1);
    expect(running.map(({ payload }) => payload)).toEqual(['second']);
    await add('third', { key: 'k' });
    running[0]?.go();
    await runsBegun(running, 2);
    expect(running.map(({ payload }) => payload)).toEqual(['second', 'third']);
    running[1]?.go();
    await jobs.settled();
    expect(await remainingKeys()).toBe(0);
  });

  it('is not added if its transaction fails', async () => {
    const { jobs } = instance(async () => undefined);
    const adding = transact(store.db, async (trx) => {
      await jobs.add(trx, { name: 'mail' }, { payload: 'a' });
      throw new Error('no');
    });
    await expect(adding).rejects.toThrow('no');
    expect(await remainingKeys()).toBe(0);
  });
});

describe('several instances', () => {
  it('share the jobs, of which each runs once', async () => {
    const ran: string[] = [];
    const run: Run = async (payload) => {
      await timerTurn();
      ran.push(payload);
      return undefined;
    };
    const [one, otherInstance] = [instance(run), instance(run)];
    const names = Array.from({ length: 40 }, (_, index) => `job ${index}`);
    for (const name of names) await one.add(name);
    await Promise.all([one.jobs.settled(), otherInstance.jobs.settled()]);
    expect(ran.sort()).toEqual(names.sort());
  });

  it('take over the job of a dead instance when its lease is over, and not before', async () => {
    const heldForever = heldRun();
    const died = instance(heldForever.run);
    await died.add('a');
    died.jobs.wake();
    await runsBegun(heldForever.running, 1);
    const ran: string[] = [];
    const other = instance(async (payload) => void ran.push(payload) as undefined);
    clock.advance(9_999);
    await other.jobs.settled();
    expect(ran).toEqual([]);
    clock.advance(1);
    await other.jobs.settled();
    expect([ran, await remainingKeys()]).toEqual([['a'], 0]);
    heldForever.running[0]?.go();
    await died.jobs.settled();
  });

  it('do not end each other’s jobs, since a late run has lost its lease', async () => {
    const [slowRun, quickRun] = [heldRun(), heldRun()];
    const lateInstance = instance(slowRun.run);
    await lateInstance.add('a');
    lateInstance.jobs.wake();
    await runsBegun(slowRun.running, 1);
    clock.advance(10_000);
    const other = instance(quickRun.run);
    other.jobs.wake();
    await runsBegun(quickRun.running, 1);
    slowRun.running[0]?.go();
    await lateInstance.jobs.settled();
    expect(await remainingKeys()).toBe(1);
    quickRun.running[0]?.go();
    await other.jobs.settled();
    expect(await remainingKeys()).toBe(0);
  });
});

describe('bounds of concurrency', () => {
  it('limit a tenant and a lane to their shares of the slots', async () => {
    const { running, run } = heldRun();
    const { jobs, add } = instance(run, { concurrency: 5, perTenant: 3, perLane: 2 });
    for (const [at, lane] of ['dead', 'dead', 'dead', 'slow', 'slow'].entries())
      await add(lane, { tenant: 'acme', lane, inMs: at - 10 });
    for (let at = 0; at < 4; at += 1) await add('other', { tenant: 'globex', lane: `other${at}` });
    jobs.wake();
    await runsBegun(running, 5);
    const first = running.map(({ payload }) => payload).sort();
    for (let at = 0; at < 9; at += 1) {
      await runsBegun(running, at + 1);
      running[at]?.go();
    }
    await jobs.settled();
    expect(first).toEqual(['dead', 'dead', 'other', 'other', 'slow']);
    expect([running.length, await remainingKeys()]).toEqual([9, 0]);
  });

  it('make tenants take turns, however many jobs of one tenant wait', async () => {
    const ran: string[] = [];
    const run: Run = async (payload) => void ran.push(payload) as undefined;
    const { jobs, add } = instance(run, { concurrency: 1, perTenant: 1 });
    for (let at = 0; at < 4; at += 1) await add('acme', { tenant: 'acme', inMs: -10 });
    for (let at = 0; at < 2; at += 1) await add('globex', { tenant: 'globex', inMs: -5 });
    await add('initech', { tenant: 'initech' });
    await jobs.settled();
    expect(ran).toEqual(['acme', 'globex', 'initech', 'acme', 'globex', 'acme', 'acme']);
  });

  it('of a pool and of its kind are separate; a moved lane uses the slots of its new pool', async () => {
    const { running, run } = heldRun();
    const { jobs, add } = instance(run, { concurrency: 2, pools: { slow: { concurrency: 1 } } });
    for (const [at, payload] of ['a0', 'a1', 'a2', 'b0', 'b1'].entries())
      await add(payload, { lane: payload.slice(0, 1), inMs: at - 9 });
    await add('c0', { lane: 'c', pool: 'slow' });
    jobs.wake();
    await runsBegun(running, 3);
    const names = () => running.map(({ payload }) => payload).sort();
    expect(names()).toEqual(['a0', 'a1', 'c0']);
    await transact(store.db, (trx) => jobs.move(trx, { name: 'mail' }, 'a', 'slow'));
    await runsBegun(running, 5);
    expect(names()).toEqual(['a0', 'a1', 'b0', 'b1', 'c0']);
    // The pool runs two jobs more than it has slots.
    const go = (payload: string) => running.find((each) => each.payload === payload)?.go();
    for (const payload of ['a0', 'a1']) {
      go(payload);
      await timerTurn();
      await timerTurn();
    }
    expect(running).toHaveLength(5);
    go('c0');
    await runsBegun(running, 6);
    for (const { go } of running) go();
    await jobs.settled();
    expect(await remainingKeys()).toBe(0);
  });

  it('are those of the last pool to which a job was added', async () => {
    const ran: string[] = [];
    const run: Run = async (_payload, { pool }) => void ran.push(pool) as undefined;
    const { jobs, add } = instance(run, { pools: { slow: { concurrency: 1 } } });
    await add('a', { key: 'k' });
    await add('a', { key: 'k', pool: 'slow' });
    await jobs.settled();
    expect(ran).toEqual(['slow']);
  });
});

describe('closing an instance', () => {
  it('aborts the running jobs, waits for them, and begins no more', async () => {
    let isAborted = false;
    const running: string[] = [];
    const { jobs, add } = instance(
      (payload, { signal }) =>
        new Promise((resolve) => {
          running.push(payload);
          signal.addEventListener('abort', () => {
            isAborted = true;
            resolve({ againMs: 0 });
          });
        }),
    );
    await add('a');
    jobs.wake();
    await runsBegun(running, 1);
    await jobs.close();
    await jobs.close();
    await add('b');
    jobs.wake();
    expect([isAborted, await remainingKeys()]).toEqual([true, 2]);
  });

  it('returns jobs at once that it was about to take', async () => {
    const ran: string[] = [];
    const run = (name: string) => async (payload: string) => void ran.push(`${name} ${payload}`) as undefined;
    const { jobs, add } = instance(run('one'));
    await add('a');
    jobs.wake();
    await jobs.close();
    expect(ran).toEqual([]);
    await instance(run('other')).jobs.settled();
    expect(ran).toEqual(['other a']);
  });

  it('a poll takes no lock of the database while nothing is due', async () => {
    const { jobs, add } = instance(async () => undefined);
    await add('later', { inMs: 60_000 });
    jobs.start();
    await jobs.settled();
    const selectSpy = vi.spyOn(store.db, 'selectFrom');
    const locked = vi.spyOn(store.db, 'updateTable');
    clock.advance(1500);
    await vi.waitFor(() => expect(selectSpy).toHaveBeenCalled());
    await timerTurn();
    expect(locked).not.toHaveBeenCalled();
  });

  it('an open instance polls for the jobs of others', async () => {
    const ran: string[] = [];
    const { jobs } = instance(async (payload) => void ran.push(payload) as undefined);
    jobs.start();
    await jobs.settled(); // its first look finds nothing
    const other = instance(async () => undefined);
    await other.add('a');
    const checkCount = (): void => {
      clock.advance(1500);
      expect(ran).toEqual(['a']);
    };
    await vi.waitFor(checkCount, { timeout: 60_000, interval: 2 });
  });
});

describe('jobs on a schedule', () => {
  const everyMinute = { ms: 60_000 };
  /** Lets time pass until all instances have polled, and checks how often the job ran. */
  const passAndCheck = async (ms: number, ran: readonly string[], times: number) => {
    for (let left = ms; left > 0; left -= 1000) {
      clock.advance(Math.min(1000, left));
      await Promise.all(openedJobs.map((jobs) => jobs.settled()));
    }
    expect(ran.length).toBe(times);
  };
  const untilNext = () => nextTime(everyMinute, clock.wallMs()) - clock.wallMs();
  const start = async (...all: readonly { readonly jobs: Jobs }[]) => {
    for (const { jobs } of all) jobs.start();
    await Promise.all(all.map(({ jobs }) => jobs.settled()));
  };

  it('run once at each time, however many instances there are', async () => {
    const ran: string[] = [];
    const run: Run = async () => void ran.push('') as undefined;
    await start(
      instance(run, { every: everyMinute }),
      instance(run, { every: everyMinute }),
      instance(run, { every: everyMinute }),
    );
    await passAndCheck(untilNext() - 1000, ran, 0);
    await passAndCheck(5000, ran, 1);
    await passAndCheck(everyMinute.ms, ran, 2);
    expect(await remainingKeys()).toBe(1);
  });

  it('make up once for times without an instance', async () => {
    const ran: string[] = [];
    const run: Run = async () => void ran.push('') as undefined;
    const first = instance(run, { every: everyMinute });
    await start(first);
    await first.jobs.close();
    clock.advance(10 * everyMinute.ms);
    await start(instance(run, { every: everyMinute }));
    await passAndCheck(2000, ran, 1);
    await passAndCheck(everyMinute.ms, ran, 2);
  });

  it('run again at their next time even if they failed for good', async () => {
    const ran: string[] = [];
    const run: Run = async () => {
      ran.push('');
      throw new Error('no');
    };
    await start(instance(run, { every: everyMinute, attemptsMax: 1 }));
    await passAndCheck(untilNext() + 20_000, ran, 1);
    await passAndCheck(everyMinute.ms, ran, 2);
  });

  it.each([
    [{ ms: 60_000 }, '1970-01-01T00:00:00Z', '1970-01-01T00:01:00Z'],
    [{ ms: 60_000 }, '1970-01-01T00:00:59.999Z', '1970-01-01T00:01:00Z'],
    [{ cron: '41 2 * * *' }, '2026-11-28T02:40:59.999Z', '2026-11-28T02:41:00Z'],
    [{ cron: '41 2 * * *' }, '2026-11-28T02:41:00Z', '2026-11-29T02:41:00Z'],
    [{ cron: '0 * * * *' }, '2026-12-31T23:10:00Z', '2027-01-01T00:00:00Z'],
  ])('%j after %s comes again at %s', (each, after, at) => {
    expect(new Date(nextTime(each, Date.parse(after)))).toEqual(new Date(at));
  });

  it('refuse an expression without a time within a month', () => {
    expect(() => nextTime({ cron: '0 0 1 1 *' }, Date.parse('2026-02-01T00:00:00Z'))).toThrow('no time within a month');
  });
});
