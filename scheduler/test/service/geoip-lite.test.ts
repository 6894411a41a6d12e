// The operator may install geoip-lite; it is not in the lock file because its data has a licence of its own. So a
// stand-in package of its documented shape is put where Node looks for it, in a process of its own. What it answers is
// what geoip-lite 2.0.3 really answered for these addresses (tried by hand with the whole package, see
// docs/dependencies.md).
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const adapter = new URL('../../src/adapters/geo/chain.ts', import.meta.url).href;
const here = fileURLToPath(new URL('.', import.meta.url));
const answers = {
  '134.60.1.1': {
    range: [2252079104, 2252095487],
    country: 'DE',
    region: '',
    eu: '1',
    timezone: 'Europe/Berlin',
    city: '',
    ll: [51.2993, 9.491],
    metro: 0,
    area: 200,
  },
  '2406:3003:2001::1': {
    range: '',
    country: 'SG',
    region: '',
    city: 'Singapore',
    ll: [1.2868, 103.8503],
    metro: 0,
    area: 5,
    eu: '0',
    timezone: 'Asia/Singapore',
  },
  '203.0.114.1': null,
};
const packages = {
  full: `const answers = ${JSON.stringify(answers)};
    const short = (ip) => ip.includes(':') ? new URL('http://[' + ip + ']').hostname.slice(1, -1) : ip;
    exports.lookup = (asked) => { const ip = short(asked); if (!(ip in answers)) throw new Error('a damaged file'); return answers[ip]; };`,
  'without lookup': 'exports.pretty = () => "";',
  'that cannot be loaded': 'throw new Error("its data is missing");',
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-geoip-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What the adapter says with that package installed and no other source. */
async function located(code: string, ips: readonly string[]): Promise<{ sources: string[]; found: unknown[] }> {
  writeFileSync(join(dir, 'package.cjs'), code);
  const target = { url: pathToFileURL(join(dir, 'package.cjs')).href, format: 'commonjs', shortCircuit: true };
  writeFileSync(
    join(dir, 'run.mjs'),
    `import { registerHooks } from 'node:module';
     registerHooks({ resolve: (name, context, next) => name === 'geoip-lite' ? ${JSON.stringify(target)} : next(name, context) });
     const { openGeo } = await import(${JSON.stringify(adapter)});
     const log = { info() {}, warn() {}, error() {}, debug() {} };
     const geo = await openGeo({ cityFiles: [], countryFiles: [] }, log);
     const found = ${JSON.stringify(ips)}.map((ip) => geo.locate(ip) ?? null);
     console.log(JSON.stringify({ sources: geo.sources, found }));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [join(dir, 'run.mjs')], { cwd: here });
  return JSON.parse(stdout) as { sources: string[]; found: unknown[] };
}

describe('geoip-lite, when the operator has installed it', () => {
  test('is the last source; its records are read, what it does not know or cannot read is unknown', async () => {
    const ips = ['134.60.1.1', '2406:3003:2001::1', '203.0.114.1', '8.8.8.8', '10.0.0.1'];
    const { sources, found } = await located(packages.full, ips);
    expect(sources).toEqual(['geoip-lite']);
    expect(found).toEqual([
      { latitude: 51.2993, longitude: 9.491, radiusKm: 200, source: 'geoip-lite', label: 'DE', countryCode: 'DE' },
      {
        latitude: 1.2868,
        longitude: 103.8503,
        radiusKm: 5,
        source: 'geoip-lite',
        label: 'Singapore',
        countryCode: 'SG',
      },
      null,
      null,
      null,
    ]);
  });

  test.each(['without lookup', 'that cannot be loaded'] as const)('%s is left out', async (name) => {
    expect(await located(packages[name], ['134.60.1.1'])).toEqual({ sources: [], found: [null] });
  });
});
