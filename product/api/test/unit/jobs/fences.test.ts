// Tenants bound to regions: nodes of other regions get none of their tasks, though they share the store.
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFor } from '../../../src/jobs/core/rendezvous.ts';
import { Jobs, type NewJob, type RemoteKind } from '../../../src/jobs/jobs.ts';
import type { TakenTask } from '../../../src/jobs/tasks.ts';
import type { Store } from '../../../src/store/store.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';

const LEASE_MS = 30_000;
const DONE = { code: '', detail: '', retryable: false, result: '{}' };
const kind: RemoteKind<string> = {
  name: 'rendition',
  remote: { leaseMs: LEASE_MS, affinityMs: 5000 },
  onEnded: async () => undefined,
};
const STORE = 's3:one';
const pools = [STORE];
const nodes = { fra: 'frankfurt', sgp: 'singapore' } as const;
type Node = keyof typeof nodes;

let store: Store;
let clock: ManualClock;
let jobs: Jobs;
const fences = new Map<string, string>();
beforeEach(async () => {
  fences.clear();
  [store, clock] = [await testStore(), new ManualClock()];
  const log = createLogger({ name: 'api', level: 'silent' });
  const fencesOf = async () => fences;
  jobs = new Jobs({ store, clock, rng: seededRng('fences'), log, fencesOf });
  jobs.register(kind);
});
afterEach(() => store.close());

const add = (tenant: string, o: Partial<NewJob<string>> = {}) =>
  transact(store.db, (trx) => jobs.add(trx, kind, { payload: tenant, tenant, pool: STORE, ...o }));
const take = (node: Node, free = 32) =>
  jobs.take({ node, region: nodes[node], kinds: ['rendition'], free, pools }).then(tenantsIn);
const tenantsIn = (tasks: readonly TakenTask[]) => tasks.map(({ tenant }) => tenant).toSorted();
async function takeOne(node: Node): Promise<TakenTask & { readonly node: Node }> {
  const [task] = await jobs.take({ node, region: nodes[node], kinds: ['rendition'], free: 1, pools });
  return task === undefined ? expect.fail('nothing was there') : Object.assign(task, { node });
}
const renewed = (task: TakenTask & { readonly node: Node }) => jobs.renew(task, 0.5, nodes[task.node]);

describe('a node', () => {
  it('takes no task of a tenant whose fence excludes its region, and without a region no fenced task at all', async () => {
    fences.set('acme', 'singapore').set('globex', 'frankfurt,singapore');
    for (const tenant of ['acme', 'globex', 'free']) await add(tenant);
    const takenWithoutRegion = await jobs.take({ node: 'dark', kinds: ['rendition'], free: 1, pools });
    expect(tenantsIn(takenWithoutRegion)).toEqual(['free']);
    for (const tenant of ['free', 'acme']) await add(tenant);
    expect(await take('fra')).toEqual(['free', 'globex']);
    expect(await take('fra')).toEqual([]);
    expect(await take('sgp')).toEqual(['acme', 'acme']);
  });

  it('obeys a fence that changes while tasks wait', async () => {
    for (let at = 0; at < 3; at += 1) await add('acme');
    expect(await take('fra', 1)).toEqual(['acme']);
    fences.set('acme', 'singapore');
    expect(await take('fra')).toEqual([]);
    expect(await take('sgp', 1)).toEqual(['acme']);
    fences.set('acme', 'frankfurt');
    expect(await take('sgp')).toEqual([]);
    expect(await take('fra')).toEqual(['acme']);
  });

  it('loses its task when the fence changes to exclude it, and a node inside soon gets the task', async () => {
    await add('acme');
    const task = await takeOne('fra');
    expect(await renewed(task)).toBe(LEASE_MS);
    fences.set('acme', 'singapore');
    expect([await renewed(task), await jobs.renew(task, 0.5)]).toEqual([0, 0]);
    clock.advance(LEASE_MS);
    expect(await take('fra')).toEqual([]);
    const again = await takeOne('sgp');
    expect([again.id, await renewed(again), await renewed(task)]).toEqual([task.id, LEASE_MS, 0]);
    expect(await jobs.end(again, DONE)).toBe(true);
  });

  it('excluded by the fence is neither waited for nor counted', async () => {
    const lanes = Array.from({ length: 50 }, (_, at) => `lane ${at}`);
    const lane = lanes.find((of) => nodeFor(of, ['fra', 'sgp']) === 'fra');
    fences.set('acme', 'singapore');
    await take('fra');
    await add('acme', { lane: lane ?? '' });
    const seen = await jobs.explaining.rows(store.db).where('tenant', '=', 'acme').executeTakeFirstOrThrow();
    expect((await jobs.explaining.factsOf(store.db, seen)).nodes).toMatchObject({ present: 0, free: 0 });
    await take('sgp', 0);
    const { nodes: facts } = await jobs.explaining.factsOf(store.db, seen);
    expect(facts).toMatchObject({ present: 1, affinity: { node: 'sgp' } });
    expect(await take('sgp')).toEqual(['acme']);
  });
});

describe('fenced tenants', () => {
  it('outside a node’s region hide no others from the node, however many they are', async () => {
    for (let at = 100; at < 350; at += 1) {
      fences.set(`a${at}`, 'singapore');
      await add(`a${at}`);
    }
    await add('z');
    expect(await take('fra')).toEqual(['z']);
    expect(await take('fra')).toEqual([]);
  });

  it('outside a node’s region do not disturb the turns of tenants at the node', async () => {
    for (let at = 100; at < 340; at += 1) {
      fences.set(`a${at}`, at < 220 ? 'frankfurt' : 'singapore');
      await add(`a${at}`);
    }
    const tenantsOfNode: Record<Node, string[]> = { fra: [], sgp: [] };
    for (let turn = 0; turn < 8; turn += 1)
      for (const node of ['fra', 'sgp'] as const) tenantsOfNode[node].push(...(await take(node)));
    expect([tenantsOfNode.fra.length, tenantsOfNode.sgp.length]).toEqual([120, 120]);
    expect([tenantsOfNode.fra, tenantsOfNode.sgp].map((all) => all.toSorted().at(-1))).toEqual(['a219', 'a339']);
  });
});
