// Tests a node's API keys: fetched once, kept, refreshed, and served while the api is down.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { type ApiKey, MISSING_MS, PENDING_KEYS_MAX, TenantKeys } from '../../src/api-keys.ts';
import { SealedFile } from '../../src/sealed-file.ts';
import { ScriptedApi, secretOf } from '../support/scripted-api.ts';

const configured: ApiKey[] = [{ key: 'own', secret: secretOf('own'), tenant: 'dev' }];
let dir: string;
let clock: ManualClock;
let api: ScriptedApi;
let keys: TenantKeys;
let file: SealedFile;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-keys-'));
  clock = new ManualClock();
  start();
});
afterEach(async () => {
  keys.close();
  await file.close();
  rmSync(dir, { recursive: true, force: true });
});

function start(o: { configured?: readonly ApiKey[] } = {}): void {
  const { log } = collectingLog();
  api = new ScriptedApi(() => clock.nowMs());
  file = new SealedFile({ dir, name: 'api-keys.sealed', log });
  keys = new TenantKeys({ configured, api: api.links, file, clock, log, ...o });
}
async function restart(): Promise<void> {
  keys.close();
  await file.close();
  start();
}
const outcomeOf = (key: string): Promise<string> =>
  keys.get(key).then(
    ({ tenant }) => tenant,
    (error: unknown) => (error instanceof MeridianError ? error.code : String(error)),
  );
/** Resolves when all pending requests have been answered. */
const untilSettled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a key outside the configuration', () => {
  it('does not exist without an api, and cannot be judged while the api does not answer', async () => {
    expect([await outcomeOf('own'), await outcomeOf('other')]).toEqual(['dev', 'TOKEN_INVALID']);
    keys.expectApi();
    expect([await outcomeOf('own'), await outcomeOf('other')]).toEqual(['dev', 'API_UNREACHABLE']);
    start({ configured: [] });
    expect(await outcomeOf('other')).toBe('API_UNREACHABLE');
  });

  it.each([
    ['', 'TOKEN_INVALID'],
    ['k'.repeat(129), 'TOKEN_INVALID'],
  ])('is not fetched with the id %j', async (key, code) => {
    api.up();
    expect([await outcomeOf(key), api.requestedKeys]).toEqual([code, []]);
  });

  it('is fetched once, however many callers wait for it, and not again', async () => {
    api.add('k', {
      tenant: 'acme',
      regions: ['fra'],
      limits: { seats: 5, rooms: 2, publishBps: 1e6, recording: 'tracks' },
    });
    api.up();
    expect(await Promise.all(Array.from({ length: 50 }, () => outcomeOf('k')))).toEqual(Array(50).fill('acme'));
    expect([await outcomeOf('k'), api.requestedKeys]).toEqual(['acme', [['k']]]);
    expect(keys.findKnown('k')).toMatchObject({ fence: 'fra' });
    expect(keys.limitsOf('acme')).toEqual({ seats: 5, rooms: 2, publishBps: 1e6, recording: 'tracks', version: 0 });
    expect(keys.ofTenant('acme').map(({ key }) => key)).toEqual(['k']);
  });

  it('is fetched by the next request while another request is under way', async () => {
    for (const key of ['a', 'b', 'c']) api.add(key);
    api.up();
    const { promise, resolve } = Promise.withResolvers<void>();
    api.held = promise;
    const all = ['a', 'b', 'c'].map(outcomeOf);
    resolve();
    expect(await Promise.all(all)).toEqual(['acme', 'acme', 'acme']);
    expect(api.requestedKeys).toEqual([['a'], ['b', 'c']]);
  });

  it('is remembered for a while when it does not exist', async () => {
    api.up();
    expect([await outcomeOf('k'), await outcomeOf('k'), api.requestedKeys.length]).toEqual([
      'TOKEN_INVALID',
      'TOKEN_INVALID',
      1,
    ]);
    api.add('k');
    clock.advance(MISSING_MS - 1);
    expect(await outcomeOf('k')).toBe('TOKEN_INVALID');
    clock.advance(1);
    expect([await outcomeOf('k'), api.requestedKeys.length]).toEqual(['acme', 2]);
  });

  it('is refused for now when too many wait, and when the api fails', async () => {
    api.up();
    const { promise, resolve } = Promise.withResolvers<void>();
    api.held = promise;
    const all = Array.from({ length: PENDING_KEYS_MAX }, (_, index) => outcomeOf(`made up ${index}`));
    expect(await outcomeOf('k')).toBe('OVERLOADED');
    api.failsWith = 'DATABASE_AWAY';
    resolve();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['API_UNREACHABLE']));
    api.failsWith = undefined;
    api.add('k');
    expect(await outcomeOf('k')).toBe('acme');
  });

  it.each([
    ['a short secret', { secret: 'short' }],
    ['no tenant', { tenant: '' }],
    ['an invalid tenant', { tenant: 'a/b' }],
    ['invalid regions', { regions: ['a b'] }],
  ])('is not accepted with %s', async (_what, o) => {
    api.add('k', o);
    api.up();
    expect(await outcomeOf('k')).toBe('TOKEN_INVALID');
  });
});

describe('known keys', () => {
  beforeEach(async () => {
    for (const key of ['a', 'b']) api.add(key);
    api.up();
    expect([await outcomeOf('a'), await outcomeOf('b')]).toEqual(['acme', 'acme']);
  });

  it('are refreshed with a new link and every minute; removed ones are announced', async () => {
    const removedKeys: string[][] = [];
    keys.onGone((those) => removedKeys.push([...those]));
    api.down();
    api.keys.delete('a');
    api.add('b', { limits: { seats: 9 } });
    api.up();
    await untilSettled();
    expect(removedKeys).toEqual([['a']]);
    expect([await outcomeOf('a'), keys.limitsOf('acme').seats]).toEqual(['TOKEN_INVALID', 9]);
    api.keys.delete('b');
    clock.advance(60_000);
    await untilSettled();
    expect([removedKeys, keys.findKnown('b')]).toEqual([[['a'], ['b']], undefined]);
  });

  it('are refreshed in as many requests as the api accepts', async () => {
    for (let n = 0; n < limits.apiKeysPerRequestMax; n += 1) {
      api.add(`more ${n}`);
      await outcomeOf(`more ${n}`);
    }
    api.requestedKeys.length = 0;
    clock.advance(60_000);
    await untilSettled();
    expect(api.requestedKeys.map(({ length }) => length)).toEqual([limits.apiKeysPerRequestMax, 2]);
  });

  it('stay when the api fails to answer', async () => {
    api.down();
    api.failsWith = 'DATABASE_AWAY';
    api.up();
    await untilSettled();
    expect([await outcomeOf('a'), await outcomeOf('b')]).toEqual(['acme', 'acme']);
  });

  it('serve while the api is down, also after a restart; others are refused for now', async () => {
    api.down();
    expect([await outcomeOf('a'), await outcomeOf('other')]).toEqual(['acme', 'API_UNREACHABLE']);
    await restart();
    expect([await outcomeOf('a'), await outcomeOf('b'), await outcomeOf('other')]).toEqual([
      'acme',
      'acme',
      'API_UNREACHABLE',
    ]);
    expect(keys.findKnown('a')?.secret.export().toString()).toBe(secretOf('a'));
  });

  it('are fetched again when an older version kept them without scopes', async () => {
    const limits = { seats: 0, rooms: 0, publishBps: 0, recording: '', version: 0 };
    file.save(() => ({ keys: [{ key: 'k', secret: secretOf('k'), tenant: 'acme', regions: [], limits }] }));
    await restart();
    expect(await outcomeOf('k')).toBe('API_UNREACHABLE');
    api.add('k', { scopes: ['rooms:join'] });
    api.up();
    expect([await outcomeOf('k'), keys.findKnown('k')?.scopes]).toEqual(['acme', ['rooms:join']]);
    await restart();
    expect(keys.findKnown('k')?.scopes).toEqual(['rooms:join']);
  });

  it('stay removed after a restart', async () => {
    api.keys.delete('a');
    clock.advance(60_000);
    await untilSettled();
    await restart();
    expect(await outcomeOf('a')).toBe('API_UNREACHABLE');
  });

  it('are fetched again when the file is damaged', async () => {
    keys.close();
    await file.close();
    const path = join(dir, 'api-keys.sealed');
    writeFileSync(path, readFileSync(path).subarray(1));
    start();
    keys.expectApi();
    expect(await outcomeOf('a')).toBe('API_UNREACHABLE');
    api.add('a');
    api.up();
    expect(await outcomeOf('a')).toBe('acme');
  });

  it('are not fetched any more after the close', async () => {
    keys.close();
    expect([await outcomeOf('a'), await outcomeOf('other')]).toEqual(['acme', 'SHUTTING_DOWN']);
    clock.advance(60_000);
    expect(api.requestedKeys).toEqual([['a'], ['b']]);
  });
});

describe('limits of a tenant', () => {
  const seats = (): number => keys.limitsOf('acme').seats;
  let changes = 0;
  beforeEach(async () => {
    api.add('a', { limits: { seats: 5, version: 3 } });
    api.up();
    await outcomeOf('a');
    changes = 0;
    keys.onLimits(() => {
      changes += 1;
    });
  });

  it.each([
    ['count at once when an api sends them', { seats: 7, version: 4 }, [7, 1]],
    ['are lifted when an api sends none', { version: 4 }, [0, 1]],
    ['stay as they are when an older change arrives later', { seats: 7, version: 2 }, [5, 0]],
    ['do not change when they arrive twice', { seats: 5, version: 3 }, [5, 0]],
  ])('%s', (_what, limits, expected) => {
    api.tellLimits('acme', limits);
    expect([seats(), changes]).toEqual(expected);
  });

  it('are kept on disk, but not for tenants without a key here', async () => {
    api.tellLimits('acme', { seats: 7, version: 4 });
    api.tellLimits('globex', { seats: 1, version: 9 });
    await restart();
    expect([seats(), keys.limitsOf('globex').seats]).toEqual([7, 0]);
  });

  it("are fetched again when they changed during the request; the api's answer counts, even after a restore", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    api.held = promise;
    clock.advance(60_000);
    api.tellLimits('acme', { seats: 7, version: 4 });
    resolve();
    await untilSettled();
    expect([api.requestedKeys.slice(1), seats(), changes]).toEqual([[['a'], ['a']], 7, 1]);
    api.add('a', { limits: { seats: 2, version: 1 } });
    clock.advance(60_000);
    await untilSettled();
    expect([seats(), changes]).toEqual([2, 2]);
  });
});

describe('a key for rooms of a tenant', () => {
  const keyFor = (tenant: string, fence = ''): Promise<string> =>
    keys.forRooms(tenant, fence).then(
      ({ key }) => key,
      (error: unknown) => (error instanceof MeridianError ? error.code : String(error)),
    );

  it('is a known key that contains the fence, without a request', async () => {
    start({ configured: [...configured, { key: 'eu', secret: secretOf('eu'), tenant: 'dev', regions: ['eu'] }] });
    api.up();
    expect([await keyFor('dev'), await keyFor('dev', 'ap,eu'), api.askedOwn]).toEqual(['own', 'own', []]);
  });

  it("is otherwise the tenant's own, fetched once, kept on disk, and refreshed", async () => {
    api.add('own-acme', { regions: ['eu'] });
    api.up();
    keys.expectApi();
    expect([await keyFor('acme', 'eu'), await keyFor('acme', 'eu'), api.askedOwn]).toEqual([
      'own-acme',
      'own-acme',
      ['acme'],
    ]);
    expect(await keyFor('acme', 'ap')).toBe('TOKEN_INVALID');
    await restart();
    expect(await keyFor('acme', 'eu')).toBe('own-acme');
    api.keys.clear();
    api.up();
    await untilSettled();
    expect(await keyFor('acme', 'eu')).toBe('TOKEN_INVALID');
  });

  it('does not exist without an api or when the api has none, and is unknown while the api does not answer', async () => {
    expect([await keyFor('acme'), api.askedOwn]).toEqual(['TOKEN_INVALID', []]);
    keys.expectApi();
    expect(await keyFor('acme')).toBe('API_UNREACHABLE');
    api.up();
    expect([await keyFor('acme'), api.askedOwn]).toEqual(['TOKEN_INVALID', ['acme']]);
  });

  it('is never that of another tenant in the answer', async () => {
    api.add('own-acme', { tenant: 'globex' });
    api.up();
    keys.expectApi();
    expect([await keyFor('acme'), keys.ofTenant('globex')]).toEqual(['TOKEN_INVALID', []]);
  });
});
