// Tasks for nodes: leased to one node at a time and ended once, whichever process dies.
import { limits } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFor } from '../../../src/jobs/core/rendezvous.ts';
import { nextOf } from '../../../src/jobs/core/turns.ts';
import { Jobs, type NewJob, type RemoteKind } from '../../../src/jobs/jobs.ts';
import { PAYLOAD_CHARACTERS_MAX, TAKE_CHARACTERS_MAX, type TakenTask } from '../../../src/jobs/tasks.ts';
import { freeAbandoned } from '../../../src/store/abandoned.ts';
import type { Store } from '../../../src/store/store.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';

const log = createLogger({ name: 'api', level: 'silent' });
const LEASE_MS = 30_000;
const AFFINITY_MS = 5000;
const DONE = { code: '', detail: '', retryable: false, result: '{"bytes":1}' };
const FAILED = { code: 'FFMPEG_FAILED', detail: 'no frames', retryable: true, result: '' };

let store: Store;
let clock: ManualClock;
let jobs: Jobs;
let ended: string[];
let instances: number;
const kind = (o: Partial<RemoteKind<string>> = {}): RemoteKind<string> => ({
  name: 'rendition',
  remote: { leaseMs: LEASE_MS, affinityMs: AFFINITY_MS },
  onEnded: async (_trx, { payload, attempt, node }, { code, result }) => {
    ended.push(`${payload} ${code || JSON.stringify(result)} ${attempt} ${node}`);
  },
  ...o,
});
function instance(o: Partial<RemoteKind<string>> = {}): Jobs {
  const made = new Jobs({ store, clock, rng: seededRng(`tasks ${instances++}`), log });
  made.register(kind(o));
  return made;
}
beforeEach(async () => {
  [store, clock, ended, instances] = [await testStore(), new ManualClock(), [], 0];
  jobs = instance();
});
afterEach(() => store.close());

const add = (payload: string, o: Partial<NewJob<string>> = {}) =>
  transact(store.db, (trx) => jobs.add(trx, { name: 'rendition' }, { payload, tenant: 'acme', key: payload, ...o }));
const take = (node = 'one', free = 1, from = jobs, o: object = {}) =>
  from.take({ node, kinds: ['rendition'], free, ...o });
async function takeOne(node = 'one', from = jobs): Promise<TakenTask & { node: string }> {
  const [task] = await take(node, 1, from);
  return task === undefined ? expect.fail('nothing was there') : { ...task, node };
}
const payloads = (tasks: readonly TakenTask[]) => tasks.map(({ payload }) => JSON.parse(payload) as string);
const rows = () => store.db.selectFrom('jobs').selectAll().where('kind', '=', 'rendition').execute();

describe('a task of a pool', () => {
  it('is taken only by nodes of that pool, and hides no tasks from other nodes', async () => {
    for (let at = 0; at < 50; at += 1) await add(`a${at}`, { pool: 'store-1' });
    await add('any');
    await add('b', { pool: 'store-2' });
    expect(payloads(await take('one', 5))).toEqual(['any']);
    expect(payloads(await take('two', 5, jobs, { pools: ['store-2', 'store-3'] }))).toEqual(['b']);
    expect(payloads(await take('one', 2, jobs, { pools: ['store-1'] }))).toHaveLength(2);
  });

  it('is not reserved for a node without its pool', async () => {
    const lane = Array.from({ length: 50 }, (_, at) => `lane ${at}`).find(
      (of) => nodeFor(of, ['one', 'two']) === 'two',
    );
    await take('one', 1, jobs, { pools: ['store-1'] });
    await take('two', 1, jobs, { pools: ['store-2'] });
    await add('a', { pool: 'store-1', lane: lane ?? '' });
    expect(payloads(await take('one', 1, jobs, { pools: ['store-1'] }))).toEqual(['a']);
  });

  it('is not reserved for a node of another kind', async () => {
    const lane = Array.from({ length: 50 }, (_, at) => `lane ${at}`).find(
      (of) => nodeFor(of, ['one', 'rec']) === 'rec',
    );
    await take('rec', 1, jobs, { worker: 'recorder' });
    await add('a', { lane: lane ?? '' });
    expect(await take('rec', 1, jobs, { worker: 'recorder' })).toEqual([]);
    expect(payloads(await take('one'))).toEqual(['a']);
  });

  it('is dropped with its lane, while tasks of other lanes and tenants stay', async () => {
    await add('a', { lane: 'x' });
    await add('held', { lane: 'x' });
    const heldTask = await takeOne();
    await add('other lane', { lane: 'y' });
    await add('other tenant', { lane: 'x', tenant: 'globex' });
    await transact(store.db, (trx) => jobs.drop(trx, { kinds: ['rendition'], tenant: 'acme', lane: 'x' }));
    expect((await rows()).map(({ key }) => key).toSorted()).toEqual(['other lane', 'other tenant']);
    expect([await jobs.renew(heldTask, 0.5), await jobs.end(heldTask, DONE), ended]).toEqual([0, false, []]);
  });
});

it('a node takes no more payloads than fit into one answer', async () => {
  const long = 'x'.repeat(PAYLOAD_CHARACTERS_MAX - 2);
  for (let at = 0; at < 8; at += 1) await add(long, { key: `long ${at}` });
  const characters = (await take('one', 32)).reduce((sum, { payload }) => sum + payload.length, 0);
  expect(characters).toBeGreaterThanOrEqual(TAKE_CHARACTERS_MAX);
  expect(characters).toBeLessThan(TAKE_CHARACTERS_MAX + PAYLOAD_CHARACTERS_MAX);
  expect(TAKE_CHARACTERS_MAX + PAYLOAD_CHARACTERS_MAX).toBeLessThan(limits.controlFrameBytesMax);
});

describe('a task', () => {
  it('is leased to one node, renewed, and ends once', async () => {
    await add('a');
    const task = await takeOne();
    expect(task).toMatchObject({ kind: 'rendition', tenant: 'acme', payload: '"a"', attempt: 1, leaseMs: LEASE_MS });
    expect(await take('two', 5)).toEqual([]);
    for (let third = 0; third < 6; third += 1) {
      clock.advance(LEASE_MS / 3);
      expect(await jobs.renew(task, third / 6)).toBe(LEASE_MS);
      expect(await take('two', 5)).toEqual([]);
    }
    expect(await rows()).toMatchObject([{ done: 5 / 6, worker_node: 'one' }]);
    expect(await jobs.end(task, DONE)).toBe(true);
    expect(await jobs.end(task, DONE)).toBe(false);
    expect(await jobs.renew(task, 1)).toBe(0);
    expect([ended, await rows()]).toEqual([['a {"bytes":1} 1 one'], []]);
  });

  it('of a killed node goes to another node when the lease is over, and not before', async () => {
    await add('a');
    const deadNodeTask = await takeOne('dead');
    clock.advance(LEASE_MS - 1);
    expect(await take('two')).toEqual([]);
    clock.advance(1);
    const task = await takeOne('two');
    expect(task).toMatchObject({ id: deadNodeTask.id, attempt: 2 });
    expect(await jobs.end(task, DONE)).toBe(true);
    expect(ended).toEqual(['a {"bytes":1} 2 two']);
  });

  it('is not ended or renewed by an earlier, foreign or empty lease', async () => {
    await add('a');
    const old = await takeOne('one');
    clock.advance(LEASE_MS);
    const task = await takeOne('two');
    const wrongLeases = [
      old,
      { ...old, node: 'two' },
      { ...task, node: 'one' },
      { ...task, lease: '' },
      { ...task, id: 'JB_other' },
    ];
    const before = await rows();
    for (const held of wrongLeases) {
      expect(await jobs.end(held, DONE)).toBe(false);
      expect(await jobs.end(held, FAILED)).toBe(false);
      expect(await jobs.renew(held, 0.5)).toBe(0);
    }
    expect([ended, await rows()]).toEqual([[], before]);
    expect(await jobs.end(task, DONE)).toBe(true);
  });

  it('whose lease is over still ends if no other node has taken it since', async () => {
    await add('a');
    const task = await takeOne();
    clock.advance(2 * LEASE_MS);
    expect(await jobs.end(task, DONE)).toBe(true);
    expect(ended).toHaveLength(1);
  });

  it('ends together with the effects of its end, or not at all', async () => {
    let isBroken = true;
    jobs = instance({
      onEnded: async (trx, { id }) => {
        await trx.insertInto('quotas').values({ tenant: id, what: 'meetings', who: '', day: 0, used: 1 }).execute();
        if (isBroken) throw new Error('broken');
      },
    });
    await add('a');
    const task = await takeOne();
    const made = async () => (await store.db.selectFrom('quotas').select('what').execute()).length;
    await expect(jobs.end(task, DONE)).rejects.toThrow('broken');
    expect([await made(), (await rows()).length]).toEqual([0, 1]);
    isBroken = false;
    expect(await jobs.end(task, DONE)).toBe(true);
    expect([await made(), (await rows()).length]).toEqual([1, 0]);
  });

  it('that failed is retried later, by any node, and fails for good in the end', async () => {
    jobs = instance({ attemptsMax: 2 });
    await add('a');
    expect(await jobs.end(await takeOne('one'), FAILED)).toBe(true);
    expect(await rows()).toMatchObject([{ result: '{"code":"FFMPEG_FAILED","detail":"no frames"}', leased_by: '' }]);
    expect([ended, await take('two')]).toEqual([[], []]);
    clock.advance(10_000);
    expect(await jobs.end(await takeOne('two'), FAILED)).toBe(true);
    expect([ended, await rows()]).toEqual([['a FFMPEG_FAILED 2 two'], []]);
  });

  it('whose failure is final is not retried', async () => {
    await add('a');
    expect(await jobs.end(await takeOne(), { ...FAILED, retryable: false })).toBe(true);
    expect([ended, await rows()]).toEqual([['a FFMPEG_FAILED 1 one'], []]);
  });

  it('that kills every node is given up', async () => {
    jobs = instance({ attemptsMax: 2 });
    await add('a');
    for (const node of ['one', 'two']) {
      await takeOne(node);
      clock.advance(LEASE_MS);
    }
    expect(await take('three')).toEqual([]);
    expect([ended, await rows()]).toEqual([['a TASK_ABANDONED 3 three'], []]);
  });

  it('added again with another payload begins anew, and the old result does not count', async () => {
    await add('a', { key: 'k' });
    const old = await takeOne('one');
    await add('a', { key: 'k' });
    expect(await jobs.renew(old, 0.5)).toBe(LEASE_MS);
    await add('b', { key: 'k' });
    expect([await jobs.renew(old, 0.5), await jobs.end(old, DONE)]).toEqual([0, false]);
    expect(await jobs.end(await takeOne('two'), DONE)).toBe(true);
    expect([ended, await rows()]).toEqual([['b {"bytes":1} 1 two'], []]);
  });

  it('is not run by the api, and a job of the api is given to no node', async () => {
    const ranPayloads: string[] = [];
    const ownKind = {
      name: 'mail',
      concurrency: 5,
      leaseMs: 1000,
      run: async () => void ranPayloads.push('mail') as undefined,
    };
    jobs.register(ownKind);
    await add('a');
    await transact(store.db, (trx) => jobs.add(trx, ownKind, { payload: {} }));
    await jobs.settled();
    expect(ranPayloads).toEqual(['mail']);
    await transact(store.db, (trx) => jobs.add(trx, ownKind, { payload: {}, inMs: 1 }));
    clock.advance(1);
    expect(
      payloads(await jobs.take({ node: 'one', kinds: ['mail', 'rendition', 'rendition', 'none'], free: 9 })),
    ).toEqual(['a']);
    expect(await jobs.take({ node: 'one', kinds: [], free: 9 })).toEqual([]);
    await jobs.close();
  });

  it('stays with its node when the api restarts on a SQLite file', async () => {
    await add('a');
    const task = await takeOne();
    await freeAbandoned(store);
    expect(await take('two')).toEqual([]);
    expect(await jobs.end(task, DONE)).toBe(true);
  });
});

describe('several nodes', () => {
  it('never get the same task, even if they take at the same time at several instances', async () => {
    const allInstances = [jobs, instance(), instance()];
    for (let at = 0; at < 60; at += 1) await add(`task ${at}`, { tenant: ['acme', 'globex'][at % 2] ?? '' });
    const takenPayloads: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const nodes = allInstances.flatMap((from, at) => [take(`${at}a`, 4, from), take(`${at}b`, 4, from)]);
      takenPayloads.push(...payloads((await Promise.all(nodes)).flat()));
    }
    expect([takenPayloads.length, new Set(takenPayloads).size]).toEqual([60, 60]);
  });

  it('each take their reserved lanes first, and any lane after AFFINITY_MS', async () => {
    const nodes = ['one', 'two', 'three'];
    for (const node of nodes) await take(node);
    const lanes = Array.from({ length: 12 }, (_, at) => `lane ${at}`);
    for (const lane of lanes) await add(lane, { lane });
    const own = (node: string) => lanes.filter((lane) => nodeFor(lane, nodes) === node);
    expect(payloads(await take('one', 20)).sort()).toEqual(own('one').sort());
    clock.advance(AFFINITY_MS - 1);
    expect(payloads(await take('one', 20))).toEqual([]);
    expect(payloads(await take('two', 20)).sort()).toEqual(own('two').sort());
    clock.advance(1);
    expect(payloads(await take('one', 20)).sort()).toEqual(own('three').sort());
  });

  it('that are gone lose their reserved lanes, which the others take at once', async () => {
    for (const node of ['one', 'two', 'three']) await take(node);
    clock.advance(30_000);
    for (let at = 0; at < 12; at += 1) await add(`lane ${at}`, { lane: `lane ${at}` });
    expect(await take('one', 20)).toHaveLength(12);
  });

  it('find unreserved tasks behind very many that are reserved for another node', async () => {
    const nodes = ['one', 'two'];
    const lanes = Array.from({ length: 100 }, (_, at) => `lane ${at}`).filter((lane) => nodeFor(lane, nodes) === 'two');
    await add('old');
    clock.advance(AFFINITY_MS);
    for (const node of nodes) await take(node, 0);
    for (const lane of lanes) await add(lane, { lane, cause: { urgent: 'rule' } });
    expect(lanes.length).toBeGreaterThan(20);
    expect(payloads(await take('one', 1))).toEqual(['old']);
    expect(await take('one', 32, jobs, { affinity: false })).toHaveLength(32);
  });
});

describe('the order of tasks', () => {
  it('is by rank: urgent, hot, ordered by a person, then the rest by time', async () => {
    await add('cold');
    clock.advance(1000);
    await add('person', { cause: { order: 'person' } });
    await add('hot', { cause: { heat: 9 } });
    await add('soon', { cause: { deadlineMs: clock.wallMs() + 60_000, workMs: 60 * 60_000 } });
    await add('urgent', { cause: { urgent: 'rule' } });
    expect(payloads(await take('one', 9))).toEqual(['urgent', 'soon', 'hot', 'person', 'cold']);
  });

  it('lets a hot rendition that arrives later overtake a begun cold one at its next chunk', async () => {
    const addChunk = async (content: string, chunk: number, heat = 0) => {
      await add(`${content} ${chunk}`, { lane: content, cause: { order: 'api', heat } });
      clock.advance(1);
    };
    for (const chunk of [1, 2, 3]) await addChunk('cold', chunk);
    expect(payloads(await take('one', 1))).toEqual(['cold 1']);
    clock.advance(1000);
    for (const chunk of [1, 2]) await addChunk('hot', chunk, 7);
    expect(payloads(await take('one', 4))).toEqual(['hot 1', 'hot 2', 'cold 2', 'cold 3']);
  });

  it('ranks rows of older versions, which have no rank, by their time', async () => {
    await add('b', { inMs: 1 });
    await add('a');
    await store.db.updateTable('jobs').set({ rank_ms: 0 }).execute();
    clock.advance(2);
    await add('c');
    expect(payloads(await take('one', 9))).toEqual(['a', 'b', 'c']);
  });

  it('lets tenants take turns, however many tasks wait; urgent tasks wait for no turn', async () => {
    for (let at = 0; at < 40; at += 1) await add(`acme ${at}`);
    clock.advance(1000);
    for (let at = 0; at < 2; at += 1) await add(`globex ${at}`, { tenant: 'globex' });
    await add('initech', { tenant: 'initech' });
    const names = (tasks: readonly TakenTask[]) => tasks.map(({ tenant }) => tenant);
    expect(names(await take('one', 1))).toEqual(['acme']);
    await add('acme urgent', { cause: { urgent: 'rule' } });
    expect(payloads(await take('one', 1))).toEqual(['acme urgent']);
    expect(names(await take('one', 5))).toEqual(['globex', 'initech', 'acme', 'globex', 'acme']);
  });

  it('equals the order of core/turns.ts for random tasks', async () => {
    const seed = `order ${Math.floor(Math.random() * 1e9)}`;
    const rng = seededRng(seed);
    const pick = (count: number) => Math.floor(rng.next() * count);
    for (let at = 0; at < 60; at += 1) {
      clock.advance(pick(10) * 60_000);
      const heat = pick(13);
      const order = (['person', 'api', 'system'] as const)[pick(3)] ?? 'system';
      const cause = { heat, order, ...(pick(8) === 0 && { urgent: 'rule' as const }) };
      await add(`task ${at}`, { tenant: `tenant ${pick(5)}`, cause });
    }
    const waiting = new Map(
      (await rows()).map((row) => {
        const { id, tenant, payload, created_ms, rank_ms: rankMs } = row;
        return [id, { id, tenant, payload, rankMs, isUrgent: created_ms - rankMs >= 86_400_000 }];
      }),
    );
    const [expected, served] = [[] as string[], new Set<string>()];
    for (let next = nextOf(waiting.values(), served); next !== undefined; next = nextOf(waiting.values(), served)) {
      if (next.beginsRound) served.clear();
      served.add(next.job.tenant);
      waiting.delete(next.job.id);
      expected.push(JSON.parse(next.job.payload));
    }
    const found: string[] = [];
    for (;;) {
      const takenPayloads = payloads(await take('one', 1 + pick(6)));
      found.push(...takenPayloads);
      if (takenPayloads.length === 0) break;
    }
    expect(found, seed).toEqual(expected);
  });

  it('reaches every tenant, even if there are more than one take reads', async () => {
    for (let at = 0; at < 130; at += 1) await add(`task ${at}`, { tenant: `tenant ${at}` });
    const found = new Set<string>();
    for (let takes = 0; takes < 8; takes += 1) for (const { tenant } of await take('one', 32)) found.add(tenant);
    expect(found.size).toBe(130);
  });

  it('changes while tasks wait, by an operator and by heat', async () => {
    let requestedLanes: readonly string[] = [];
    jobs = instance({
      heatOf: async (_trx, all) => {
        requestedLanes = all.map(({ lane }) => lane).sort();
        return new Map([['loved', 6]]);
      },
    });
    for (const lane of ['first', 'plain', 'loved']) {
      await add(lane, { lane, cause: { order: 'api' } });
      clock.advance(1000);
    }
    await transact(store.db, async (trx) => {
      expect(await jobs.order(trx, { name: 'rendition' }, 'plain', { urgent: true })).toBe(true);
      expect(await jobs.order(trx, { name: 'rendition' }, 'none', { urgent: true })).toBe(false);
    });
    await jobs.tasks.reranking.run({}, { tenant: '', pool: '', attempt: 1, signal: new AbortController().signal });
    expect(requestedLanes).toEqual(['first', 'loved', 'plain']);
    const order = async () =>
      (await store.db.selectFrom('jobs').select('key').orderBy('rank_ms').execute()).map(({ key }) => key);
    expect(await order()).toEqual(['plain', 'loved', 'first']);
    await transact(store.db, (trx) => jobs.order(trx, { name: 'rendition' }, 'plain', { urgent: false }));
    expect(await order()).toEqual(['loved', 'first', 'plain']);
    expect(payloads(await take('one', 9))).toEqual(['loved', 'first', 'plain']);
  });
});

describe('bounds of tasks', () => {
  it('limit tenants and lanes over all nodes', async () => {
    jobs = instance({ perTenant: 3, perLane: 2 });
    for (const name of ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3']) {
      await add(`acme ${name}`, { lane: name.slice(0, 1) });
      clock.advance(1);
    }
    await add('globex', { tenant: 'globex', lane: 'c' });
    const first = await take('one', 9, jobs, { affinity: false });
    expect(payloads(first).sort()).toEqual(['acme a0', 'acme a1', 'acme b0', 'globex']);
    expect(await take('two', 9, jobs, { affinity: false })).toEqual([]);
    const one = first.find(({ payload }) => payload === '"acme a0"') ?? expect.fail('it was taken');
    expect(await jobs.end({ ...one, node: 'one' }, DONE)).toBe(true);
    expect(payloads(await take('two', 9, jobs, { affinity: false }))).toEqual(['acme a2']);
  });

  it('are 32 tasks in an answer, and the free slots of the node', async () => {
    for (let at = 0; at < 40; at += 1) await add(`task ${at}`);
    expect(await take('one', 0)).toEqual([]);
    expect(await take('one', 1000)).toHaveLength(32);
  });

  it('exclude a payload too large for any answer', async () => {
    await expect(add('x'.repeat(PAYLOAD_CHARACTERS_MAX))).rejects.toThrow('too long');
    expect(await rows()).toEqual([]);
  });
});
