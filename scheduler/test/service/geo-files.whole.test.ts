// A database file that changes under a running centre, in every way in which people change files. `poll` is called as
// the centre's timer calls it, so that nothing here waits for time.
import { closeSync, openSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { type GeoChain, openGeo } from '../../src/adapters/geo/chain.ts';
import { admin, startCentre, tempDir, until } from './support/centre.ts';
import { ADDRESSES, BUILT, cityFile, HOUR } from './support/city-file.ts';
import { mmdbBytes, type Value } from './support/mmdb.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const later = BUILT + 24 * HOUR;

let temp: ReturnType<typeof tempDir>;
let file: string;
let outcomes: string[];

beforeEach(() => {
  temp = tempDir();
  file = join(temp.dir, 'city.mmdb');
  outcomes = [];
});
afterEach(() => temp.remove());

function opened(o: { allowOlder?: boolean; wallMs?: number } = {}): Promise<GeoChain> {
  const files = {
    geoipLite: false,
    maxmindFile: file,
    cityFiles: [],
    countryFiles: [],
    allowOlder: o.allowOlder ?? false,
  };
  return openGeo(files, log, {
    wallMs: () => o.wallMs ?? (later + HOUR) * 1000,
    onReload: (source, outcome) => void outcomes.push(`${source} ${outcome}`),
  });
}
const said = (geo: GeoChain): unknown[] => [geo.locate(ADDRESSES.v4)?.label, geo.locate(ADDRESSES.v6)?.label];
/** Two looks: the first sees the change, the second that it stands still. */
async function looks(geo: GeoChain, count = 2): Promise<void> {
  for (let at = 0; at < count; at += 1) await geo.poll();
}
function replace(bytes: Buffer | string): void {
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

test('a lazy chain opens its files when the first public address is looked up', async () => {
  writeFileSync(file, cityFile('one'));
  const geo = await openGeo({ geoipLite: false, maxmindFile: file, cityFiles: [], countryFiles: [] }, log, {
    isLazy: true,
  });
  geo.locate('127.0.0.1');
  await geo.poll();
  expect(geo.sources).not.toContain('maxmind');
  expect(geo.locate(ADDRESSES.v4)).toBeUndefined();
  await geo.poll();
  expect(said(geo)[0]).toBe('one');
});

describe('a file is not taken, and the old one stays, when the new one', () => {
  const junk: Value = { autonomous_system_number: 3320, organization: 'unrelated' };
  test.each([
    { name: 'is empty', bytes: () => Buffer.alloc(0), problem: /./ },
    { name: 'is a web page', bytes: () => Buffer.from('<html>404'), problem: /./ },
    { name: 'is a gzip', bytes: () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), problem: /gzip/ },
    { name: 'is cut', bytes: () => cityFile('new', { buildEpoch: later }).subarray(0, -200), problem: /./ },
    {
      name: 'lacks its first half',
      bytes: () => cityFile('new', { buildEpoch: later }).subarray(1200),
      problem: /./,
    },
    {
      name: 'was built before',
      bytes: () => cityFile('new', { buildEpoch: BUILT - HOUR }),
      problem: /built 2026-10-31/,
    },
    {
      name: 'is another kind of database',
      bytes: () => cityFile('new', { buildEpoch: later, record: junk }),
      problem: /another kind/,
    },
    {
      name: 'knows no address',
      bytes: () => mmdbBytes({ databaseType: 'GeoLite2-City', buildEpoch: later, networks: { '10.0.0.0/8': junk } }),
      problem: /another kind|no address/,
    },
    {
      name: 'has lost most of the places',
      bytes: () => cityFile('new', { buildEpoch: later, networks: 3 }),
      problem: /of \d+ addresses that the one in use places it places/,
    },
  ])('$name', async ({ bytes, problem }) => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened();
    replace(bytes());
    await looks(geo, 3);
    expect(said(geo)).toEqual(['old', 'old']);
    expect(geo.status()).toMatchObject([{ isInUse: true, refusals: 1, problem: expect.stringMatching(problem) }]);
    expect(outcomes).toEqual(['maxmind taken', 'maxmind refused']);
    // A good one after it clears the report.
    replace(cityFile('newest', { buildEpoch: later }));
    await looks(geo);
    expect(said(geo)).toEqual(['newest', 'newest']);
    expect(geo.status()).toMatchObject([{ problem: null, builtAt: new Date(later * 1000).toISOString() }]);
  });

  test('is gone; it is taken again when it comes back', async () => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened();
    rmSync(file);
    await looks(geo, 3);
    expect(said(geo)).toEqual(['old', 'old']);
    expect(geo.status()).toMatchObject([{ isInUse: true, problem: 'there is no such file', refusals: 0 }]);
    writeFileSync(file, cityFile('back', { buildEpoch: later }));
    await looks(geo);
    expect([said(geo), geo.status()[0]?.problem]).toEqual([['back', 'back'], null]);
    expect(outcomes).toEqual(['maxmind taken', 'maxmind missing', 'maxmind taken']);
  });

  test('is a folder', async () => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened();
    rmSync(file);
    symlinkSync(temp.dir, file);
    await looks(geo);
    expect([said(geo), geo.status()[0]?.problem]).toEqual([['old', 'old'], 'it is not a regular file']);
  });
});

describe('a file is taken when it was replaced by', () => {
  test('a rename, at the second look that finds it the same', async () => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened();
    replace(cityFile('new', { buildEpoch: later }));
    await geo.poll();
    expect(said(geo)).toEqual(['old', 'old']);
    await geo.poll();
    expect(said(geo)).toEqual(['new', 'new']);
  });

  test('a link that points elsewhere, as volumes of containers are updated', async () => {
    const [one, two, link] = ['one', 'two', 'data'].map((name) => join(temp.dir, name)) as [string, string, string];
    writeFileSync(one, cityFile('old'));
    writeFileSync(two, cityFile('new', { buildEpoch: later }));
    symlinkSync(one, link);
    symlinkSync(link, file);
    const geo = await opened();
    symlinkSync(two, `${link}.next`);
    renameSync(`${link}.next`, link);
    await looks(geo);
    expect(said(geo)).toEqual(['new', 'new']);
  });

  test('bytes written in place, piece by piece, and never half of it', async () => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened();
    const bytes = cityFile('new', { buildEpoch: later });
    const descriptor = openSync(file, 'w');
    for (let at = 0; at < bytes.length; at += 300) {
      writeSync(descriptor, bytes.subarray(at, at + 300));
      await geo.poll();
      expect(said(geo)).toEqual(['old', 'old']);
    }
    closeSync(descriptor);
    expect(outcomes).toEqual(['maxmind taken']);
    await looks(geo);
    expect(said(geo)).toEqual(['new', 'new']);
  });

  test('an older one, when that is allowed', async () => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened({ allowOlder: true });
    replace(cityFile('older', { buildEpoch: BUILT - HOUR }));
    await looks(geo);
    expect(said(geo)).toEqual(['older', 'older']);
  });
});

test('a file that is not there at start is taken when it comes', async () => {
  const geo = await opened();
  expect([said(geo), geo.sources, geo.status()[0]?.isInUse]).toEqual([[undefined, undefined], [], false]);
  writeFileSync(file, cityFile('first'));
  await looks(geo);
  expect([said(geo), geo.sources]).toEqual([['first', 'first'], ['maxmind']]);
});

test('of several old files the start speaks once; of one that comes later it speaks when it comes', async () => {
  const names = [file, join(temp.dir, 'second.mmdb'), join(temp.dir, 'late.mmdb')];
  const dbip: Value = { city: 'Ulm', country_code: 'DE', latitude: 48.4, longitude: 9.99 };
  for (const name of names.slice(0, 2)) writeFileSync(name, cityFile('', { record: dbip }));
  const { log: collecting, lines } = collectingLog();
  const wallMs = (): number => (BUILT + 61 * 24 * HOUR) * 1000;
  const geo = await openGeo({ geoipLite: false, cityFiles: names, countryFiles: [] }, collecting, { wallMs });
  const warnings = (): unknown[] =>
    lines.flatMap(({ msg }) => (/ old\b/.test(String(msg)) ? [String(msg).split(':')[0]] : []));
  expect(warnings()).toEqual(['IP location files are old']);
  expect(lines.find(({ msg }) => String(msg).startsWith('IP location files are old: harmless'))).toMatchObject({
    files: names.slice(0, 2),
    ageDaysMax: 61,
  });
  writeFileSync(names[2] ?? '', cityFile('', { record: dbip }));
  await looks(geo);
  expect(warnings()).toEqual(['IP location files are old', 'IP location file is old']);
});

test('an unchanged file is read once', async () => {
  writeFileSync(file, cityFile('old'));
  const geo = await opened();
  await looks(geo, 10);
  expect(outcomes).toEqual(['maxmind taken']);
  expect(readFileSync(file).equals(cityFile('old'))).toBe(true);
});

test.each([
  { days: 60, isStale: false },
  { days: 61, isStale: true },
])('a build of $days days ago: stale is $isStale', async ({ days, isStale }) => {
  writeFileSync(file, cityFile('old'));
  const geo = await opened({ wallMs: (BUILT + days * 24 * HOUR) * 1000 });
  expect(geo.status()).toMatchObject([{ ageDays: days, isStale, isInUse: true }]);
  expect(said(geo)).toEqual(['old', 'old']);
});

test('a running centre takes a new file by itself and shows it to the administrator and in its metrics', async () => {
  writeFileSync(file, cityFile('old'));
  const centre = await startCentre({ maxmindFile: file });
  const database = async () => (await admin(centre, 'GET', '/v1/fleet')).body.location.databases[0];
  try {
    expect(await database()).toMatchObject({ source: 'maxmind', file, isInUse: true, problem: null });
    replace('nonsense');
    await until('the problem is shown', async () => ((await database()).problem === null ? undefined : true));
    expect(await centre.metrics.registry.metrics()).toMatch(/geo_problem\{source="maxmind",position="0"\} 1/);
    replace(cityFile('new', { buildEpoch: later }));
    await until('the new file is in use', async () => {
      return (await database()).builtAt === new Date(later * 1000).toISOString() ? true : undefined;
    });
    const text = await centre.metrics.registry.metrics();
    expect(text).toMatch(/geo_reloads_total\{source="maxmind",outcome="refused"\} 1/);
    expect(text).toMatch(/geo_in_use\{source="maxmind",position="0"\} 1/);
  } finally {
    await centre.close();
  }
});
