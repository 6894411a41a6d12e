import { type ControlLink, call, MeridianError, type NodeKind, nodeKind, rpc } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Jobs, type RemoteKind } from '../../../src/jobs/jobs.ts';
import { serveTasks } from '../../../src/jobs/task-service.ts';
import type { Store } from '../../../src/store/store.ts';
import { transact } from '../../../src/store/transaction.ts';
import { testStore } from '../../support/database.ts';

interface Place {
  readonly id: string;
  readonly kind: NodeKind;
  readonly region: string;
}
type Handlers = Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>;
let store: Store;
let clock: ManualClock;
let jobs: Jobs;
let ended: unknown[];
const pools = new Map<string, string[]>();
const fences = new Map<string, string>();
const kind: RemoteKind<{ rung: number }> = {
  name: 'rendition',
  remote: { leaseMs: 30_000, affinityMs: 0 },
  onEnded: async (_trx, { payload, node }, outcome) => void ended.push([payload, node, outcome]),
};

function linkOf(id: string, region = 'frankfurt') {
  const handlers: Handlers = new Map();
  const link: ControlLink & { readonly remote: Place; readonly handlers: Handlers } = {
    remote: { id, kind: nodeKind.library, region },
    handlers,
    request: async (type: number, payload: Uint8Array) => {
      const handler = handlers.get(type);
      if (handler === undefined) throw new MeridianError('FRAME_UNKNOWN');
      return await handler(payload);
    },
    onRequest: (type: number, handler: (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array) =>
      void handlers.set(type, handler),
    send: () => true,
    onMessage: () => undefined,
  };
  serveTasks(link, jobs, (node) => pools.get(node) ?? []);
  return link;
}
beforeEach(async () => {
  [store, clock, ended] = [await testStore(), new ManualClock(), []];
  fences.clear();
  const log = createLogger({ name: 'api', level: 'silent' });
  jobs = new Jobs({ store, clock, rng: seededRng('tasks'), log, fencesOf: async () => fences });
  jobs.register(kind);
  await transact(store.db, (trx) => jobs.add(trx, kind, { payload: { rung: 720 }, tenant: 'acme', key: 'k' }));
});
afterEach(() => store.close());
const kinds = ['rendition'];
const take = async (link: ControlLink) => (await call(link, rpc.takeTasks, { kinds, free: 1 })).tasks[0];
async function takeOne(link: ControlLink) {
  const task = (await take(link)) ?? expect.fail('nothing was there');
  return Object.assign(task, { id: task.id ?? '', lease: task.lease ?? '' });
}

describe('a node', () => {
  it('takes only tasks without a pool and of its own pools', async () => {
    const link = linkOf('library-2');
    await transact(store.db, (trx) =>
      jobs.add(trx, kind, { payload: { rung: 360 }, tenant: 'acme', key: 'at store', pool: 'store-2' }),
    );
    expect(await take(link)).toMatchObject({ payload: '{"rung":720}' });
    expect(await take(link)).toBeUndefined();
    pools.set('library-3', ['store-3']);
    expect(await take(linkOf('library-3'))).toBeUndefined();
    // The api learns the node's store a moment later.
    pools.set('library-2', ['store-2']);
    expect(await take(link)).toMatchObject({ payload: '{"rung":360}' });
  });

  it('takes and renews tasks of tenants whose fence lets in the region of its certificate', async () => {
    fences.set('acme', 'singapore');
    expect(await take(linkOf('library-1'))).toBeUndefined();
    const link = linkOf('library-2', 'singapore');
    const { id, lease } = await takeOne(link);
    const renew = () => call(link, rpc.renewTask, { id, lease, done: 0.5 });
    expect((await renew()).isHeld).toBe(true);
    fences.set('acme', 'frankfurt');
    expect((await renew()).isHeld).toBe(false);
  });

  it('takes a task, renews it, and ends it with a result', async () => {
    const link = linkOf('library-1');
    const task = await takeOne(link);
    expect(task).toMatchObject({
      kind: 'rendition',
      tenant: 'acme',
      payload: '{"rung":720}',
      attempt: 1,
      leaseMs: 30_000,
    });
    const { id, lease } = task;
    expect(await call(link, rpc.renewTask, { id, lease, done: 0.5 })).toMatchObject({ isHeld: true, leaseMs: 30_000 });
    const end = { id, lease, result: '{"bytes":5}' };
    expect(await call(link, rpc.endTask, end)).toMatchObject({ isHeld: true });
    expect(await call(link, rpc.endTask, end)).toMatchObject({ isHeld: false });
    expect(ended).toEqual([[{ rung: 720 }, 'library-1', { code: '', detail: '', result: { bytes: 5 } }]]);
    const empty = await call(link, rpc.takeTasks, { kinds, free: 1 });
    expect([empty.tasks, empty.againMs]).toEqual([[], 1000]);
  });

  it('cannot change another node’s task, even with its lease', async () => {
    const { id, lease } = await takeOne(linkOf('library-1'));
    const other = linkOf('library-2');
    expect(await call(other, rpc.renewTask, { id, lease, done: 1 })).toMatchObject({ isHeld: false });
    expect(await call(other, rpc.endTask, { id, lease, result: '{}' })).toMatchObject({ isHeld: false });
    expect(await call(other, rpc.endTask, { id, lease, code: 'NO', retryable: true })).toMatchObject({ isHeld: false });
    expect(ended).toEqual([]);
  });

  it.each([
    ['bytes that are no message', rpc.takeTasks, undefined],
    ['bytes that are no message', rpc.endTask, undefined],
    ['too many kinds', rpc.takeTasks, { kinds: Array.from({ length: 33 }, () => 'a'), free: 1 }],
    ['a kind that is too long', rpc.takeTasks, { kinds: ['a'.repeat(65)], free: 1 }],
    ['too many free slots', rpc.takeTasks, { kinds, free: 4_000_000_000 }],
    ['no id', rpc.renewTask, { lease: 'JL_1', done: 0 }],
    ['no lease', rpc.renewTask, { id: 'JB_1', done: 0 }],
    ['a long id', rpc.renewTask, { id: 'x'.repeat(65), lease: 'JL_1' }],
    ['an id with a NUL', rpc.endTask, { id: 'JB\0', lease: 'JL_1', result: '{}' }],
    ['a progress beyond the end', rpc.renewTask, { id: 'JB_1', lease: 'JL_1', done: 1.01 }],
    ['a progress below 0', rpc.renewTask, { id: 'JB_1', lease: 'JL_1', done: -0.01 }],
    ['a progress that is not a number', rpc.renewTask, { id: 'JB_1', lease: 'JL_1', done: Number.NaN }],
    ['no result', rpc.endTask, { id: 'JB_1', lease: 'JL_1' }],
    ['a result that is not JSON', rpc.endTask, { id: 'JB_1', lease: 'JL_1', result: '{' }],
    ['a result that is too long', rpc.endTask, { id: 'JB_1', lease: 'JL_1', result: `"${'x'.repeat(524_288)}"` }],
    ['an invalid code', rpc.endTask, { id: 'JB_1', lease: 'JL_1', code: 'not a code' }],
    ['a long detail', rpc.endTask, { id: 'JB_1', lease: 'JL_1', code: 'NO', detail: 'x'.repeat(1001) }],
    ['a detail with a NUL', rpc.endTask, { id: 'JB_1', lease: 'JL_1', code: 'NO', detail: '\0' }],
  ])('is refused with %s, and nothing happens', async (_, kindOf, message) => {
    const link = linkOf('library-1');
    const before = await store.db.selectFrom('jobs').selectAll().execute();
    // The cast gives the three requests one type.
    const codec = kindOf.request as { encode(message: object): { finish(): Uint8Array } };
    const bytes = message === undefined ? Uint8Array.of(0xff, 0xff, 0xff) : codec.encode(message).finish();
    const code = message === undefined ? 'FRAME_MALFORMED' : 'REQUEST_INVALID';
    await expect(link.request(kindOf.number, bytes, { deadlineMs: 1000 })).rejects.toMatchObject({ code });
    expect([await store.db.selectFrom('jobs').selectAll().execute(), ended]).toEqual([before, []]);
  });

  it('gets nothing for kinds that are unknown, or that the api runs itself', async () => {
    jobs.register({ name: 'mail', concurrency: 1, leaseMs: 1000, run: async () => undefined });
    await transact(store.db, (trx) => jobs.add(trx, { name: 'mail' }, { payload: {}, inMs: 1 }));
    clock.advance(1);
    for (const name of ['mail', 'none', '', '__proto__'])
      expect((await call(linkOf('library-1'), rpc.takeTasks, { kinds: [name], free: 5 })).tasks).toEqual([]);
  });

  it('that ends a task of a kind unknown to the instance is sent to another instance', async () => {
    const { id, lease } = await takeOne(linkOf('library-1'));
    jobs = new Jobs({ store, clock, rng: seededRng('old'), log: createLogger({ name: 'api', level: 'silent' }) });
    const end = call(linkOf('library-1'), rpc.endTask, { id, lease, result: '{}' });
    await expect(end).rejects.toMatchObject({ code: 'API_UNREACHABLE', retryable: true });
    expect(ended).toEqual([]);
  });
});
