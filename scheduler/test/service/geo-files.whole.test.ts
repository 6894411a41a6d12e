// A database file that changes under a running centre, in every way in which people change files. The tests call `poll`
// as the centre's timer does, so nothing here waits for time.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GeoChain, openGeo } from '../../src/adapters/geo/chain.ts';
import { tempDir } from './support/centre.ts';
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
const labels = (geo: GeoChain): unknown[] => [geo.locate(ADDRESSES.v4)?.label, geo.locate(ADDRESSES.v6)?.label];
/** Two polls: the first sees the change, the second sees it settled. */
async function pollTimes(geo: GeoChain, count = 2): Promise<void> {
  for (let at = 0; at < count; at += 1) await geo.poll();
}
function replace(bytes: Buffer | string): void {
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

describe('a file is refused, and the old one stays, when the new one', () => {
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
    await pollTimes(geo, 3);
    expect(labels(geo)).toEqual(['old', 'old']);
    expect(geo.status()).toMatchObject([{ isInUse: true, refusals: 1, problem: expect.stringMatching(problem) }]);
    expect(outcomes).toEqual(['maxmind taken', 'maxmind refused']);
    // A later good file clears the report.
    replace(cityFile('newest', { buildEpoch: later }));
    await pollTimes(geo);
    expect(labels(geo)).toEqual(['newest', 'newest']);
    expect(geo.status()).toMatchObject([{ problem: null, builtAt: new Date(later * 1000).toISOString() }]);
  });
});

describe('a file is loaded when it was replaced by', () => {
  test('a rename, at the second poll that finds it unchanged', async () => {
    writeFileSync(file, cityFile('old'));
    const geo = await opened();
    replace(cityFile('new', { buildEpoch: later }));
    await geo.poll();
    expect(labels(geo)).toEqual(['old', 'old']);
    await geo.poll();
    expect(labels(geo)).toEqual(['new', 'new']);
  });
});

test.each([
  { days: 60, isStale: false },
  { days: 61, isStale: true },
])('a build of $days days ago: stale is $isStale', async ({ days, isStale }) => {
  writeFileSync(file, cityFile('old'));
  const geo = await opened({ wallMs: (BUILT + days * 24 * HOUR) * 1000 });
  expect(geo.status()).toMatchObject([{ ageDays: days, isStale, isInUse: true }]);
  expect(labels(geo)).toEqual(['old', 'old']);
});
