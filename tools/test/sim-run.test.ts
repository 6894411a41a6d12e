// The command `npm run sim`: every figure that it promises is there and is a number, a seed repeats them, and a missed
// aim is a missed run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSim } from '../sim/command.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-sim-'));
  // Eight places, an untidy table of them, and round trips with holes; one name that must be escaped.
  const places = [
    [0, 0],
    [48, 2],
    [40, -74],
    [35, 139],
    [1, 104],
    [-33, 151],
    [-23, -46],
    [51, 0],
  ];
  const rows = places.map(
    ([latitude, longitude], index) =>
      `${index * 17},"Town <${index}>, x",,${latitude},${longitude},${index === 3 ? '' : 1000 + index}`,
  );
  const trips = places.flatMap((_, a) =>
    places.map((_, b) => `${a * 17},${b * 17},1,${a === b ? 0.1 : 20 + ((a * 7 + b * 13) % 60)},0.5`),
  );
  writeFileSync(join(folder, 'sites.csv'), `site,city,country,latitude,longitude,population\n${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'rtt.csv'), `from,to,min_ms,avg_ms,mdev_ms\n${trips.slice(0, -1).join('\r\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sim(...argv: string[]) {
  const said: string[] = [];
  const lines: string[] = [];
  let now = 0;
  const code = await runSim(argv, {
    say: (line) => void said.push(line),
    writeLine: (line) => void lines.push(line),
    nowMs: () => ++now,
  });
  return { code, said: said.join('\n'), lines };
}
const small = ['--nodes', '8', '--cities', '4', '--rooms', '6', '--size', '3'];
const ofSmall = (...argv: string[]) => sim('--rtt', folder, ...small, ...argv, '--json');
const metricsOf = ({ lines }: { lines: string[] }) => JSON.parse(lines[0] ?? '').metrics;

test.each([
  { argv: ['--nonsense'], said: /unknown option/ },
  { argv: ['--seeds', '20'], said: /unknown option '--seeds'[\s\S]*--faults all --seeds/ },
  { argv: ['--suite', 'table', '--absences-per-hour', '2'], said: /its own arrivals/ },
  { argv: ['--node-days', '5'], said: /only --suite table takes --node-days/ },
  {
    argv: ['--rtt', '/nowhere/at/all'],
    said: /^error: --rtt \/nowhere\/at\/all: sites.csv cannot be read \(ENOENT\)$/,
  },
])('$argv is refused with code 2 and a reason', async ({ argv, said }) => {
  const run = await sim(...argv);
  expect(run).toEqual({ code: 2, lines: [], said: expect.stringMatching(said) });
});

describe('a run', () => {
  test('prints every metric of every strategy, the oracle and the regret, as the last line', async () => {
    const run = await ofSmall('--arrivals', 'together', '--oracle', '--cross-check', '1');
    expect(run.said).not.toMatch(/missed/);
    expect(run.code).toBe(0);
    const { params, metrics } = JSON.parse(run.lines[0] ?? '');
    expect(params).toMatchObject({ seed: '1', nodes: 8, cities: 4, arrivals: 'together', meetingMedianMin: 30 });
    expect(params.dataNotes).toMatch(/unknown population/);
    for (const strategy of ['ours', 'never-move', 'nearest-relay', 'nearest-relay-moves']) {
      const figures = Object.entries(metrics[strategy]);
      expect(figures.length).toBeGreaterThanOrEqual(17);
      for (const [name, value] of figures) expect(Number.isFinite(value), `${strategy} ${name}`).toBe(true);
    }
    expect(metrics.ours.ingressOver10MsShareAfter3).toBeLessThanOrEqual(metrics.ours.ingressOver10MsShare);
    expect(metrics.ours.ingressOver10MsShareUntimed).toBeGreaterThan(metrics.ours.ingressOver10MsShare);
    for (const still of ['never-move', 'nearest-relay'])
      expect(metrics[still]).toMatchObject({ movesPerRoom: 0, movesPerChange: 0, undoneShare: 0 });
    expect(metrics['nearest-relay']).not.toHaveProperty('ingressOver10MsShareAfter3');
    expect(metrics.ours.ingressOver10MsShareAfter40).toBeLessThanOrEqual(metrics.ours.ingressOver10MsShareAfter3);
    expect(metrics.oracle.fullRooms.onewayMsMean).toBeLessThanOrEqual(metrics.ours.onewayMsMean);
  });

  test('says the same for the same seed, word by word, and something else for another', async () => {
    const lineOf = async (seed: string) => (await ofSmall('--seed', seed)).lines[0];
    const first = await lineOf('a');
    expect(await lineOf('a')).toBe(first);
    expect(await lineOf('b')).not.toBe(first);
  });

  test('nearly without spare seats fills no host beyond its own', async () => {
    const full = ['--rooms', '30', '--arrivals', 'together', '--utilisation', '0.9', '--strategies', 'ours'];
    expect(metricsOf(await ofSmall(...full)).ours.overLimitHosts).toBe(0);
  });

  test('without data names the model that stands in, and reports each kind of room for itself', async () => {
    const kinds = ['--rooms', '12', '--mix', 'domestic,regional:20,global', '--strategies', 'ours', '--json'];
    const { params, metrics } = JSON.parse((await sim(...small, ...kinds)).lines[0] ?? '');
    expect(params.geography).toMatch(/^Built-in model: great circle × stretch/);
    expect(params.mix).toBe('domestic:70,regional:20,global:10');
    expect(Object.keys(metrics.byKind).every((kind) => ['domestic', 'regional', 'global'].includes(kind))).toBe(true);
  });

  test('draws the curve of cost and experience: one host a room is cheapest, relays without a budget are fastest', async () => {
    const { code, lines } = await sim(
      ...['--rooms', '40', '--nodes', '12', '--cities', '12', '--suite', 'curve', '--strategies', 'ours'],
      ...['--arrivals', 'together', '--meeting-median-min', '4', '--oracle', '--json'],
    );
    expect(code).toBe(0);
    const { curve } = metricsOf({ lines });
    expect(Object.keys(curve)).toEqual(['single', 'direct', 'relay5', 'relay10', 'relay20', 'relay40', 'relay']);
    expect([curve.single.nodesPerRoom, curve.direct.relayedShare]).toEqual([1, 0]);
    // The budget is of the traffic of the period before, and forty rooms move it by some hundredths.
    for (const share of [5, 10, 20, 40])
      expect(curve[`relay${share}`].relayedShare).toBeLessThanOrEqual(share / 100 + 0.04);
    expect(curve.single.costPerUserHour).toBeLessThan(curve.direct.costPerUserHour);
    expect(curve.single.costPerUserHour).toBeLessThan(curve.relay.costPerUserHour);
    expect(curve.single.onewayMsMean).toBeGreaterThan(curve.relay.onewayMsMean);
    expect(curve.direct.onewayMsMean).toBeGreaterThanOrEqual(curve.relay.onewayMsMean);
    expect(curve.relay.regretMean).toBeLessThan(curve.single.regretMean);
  });

  test('of rooms too large for an exact answer states the gap of the search', async () => {
    const { oracle } = metricsOf(await ofSmall('--rooms', '2', '--size', '8', '--oracle', '--strategies', 'ours'));
    expect([oracle.isExact, oracle.searchGapRooms]).toEqual([false, 2]);
    expect(oracle.gapShareMost).toBeGreaterThanOrEqual(0);
  });

  test('draws one page on its own, with names of the data escaped', async () => {
    const file = join(folder, 'world.html');
    expect((await ofSmall('--strategies', 'nearest-relay', '--html', file)).code).toBe(0);
    const html = readFileSync(file, 'utf8');
    expect(html).toContain('Town &lt;');
    expect(html).not.toMatch(/Town <|src=|href=|NaN|undefined/);
    expect(html).toMatch(/class="(direct|relayed)" d="M/);
  });
});

describe('the table of aims', () => {
  const table = (...argv: string[]) => sim('--rtt', folder, '--suite', 'table', '--json', ...argv);

  test('without the rows about time names them as not shown', async () => {
    const { lines, said } = await table('--nodes', '3', '--cities', '2', '--rooms', '1', '--placement-only');
    const { metrics, params } = JSON.parse(lines[0] ?? '');
    expect(params.rowsNotShown).toMatch(/joins with stale reports; node death; \+100\/-100 hosts; false flips/);
    expect(said).toMatch(/^not shown here: .*node death/m);
    expect(metrics.table).not.toHaveProperty('falseDeaths');
  });

  test('has a row for each aim, about time too, with what stands behind it, and names each miss with code 1', async () => {
    const { lines, said, code } = await table(
      ...['--nodes', '6', '--cities', '4', '--rooms', '3'],
      ...['--node-days', '1', '--worlds', '1', '--link-days', '1', '--more', '2'],
    );
    const { metrics, params } = JSON.parse(lines[0] ?? '');
    expect(metrics.table.replanMs).toBe(1); // of the clock above
    const { regretMean, regretFirstMinute, movesPerPersonHour, undoneShare } = metrics.ours;
    expect(metrics.table).toMatchObject({ regretMean, regretFirstMinute, movesPerPersonHour, undoneShare });
    const of = (name: string): number => metrics[name].regretMean;
    expect(metrics.table.regretShareOfNearestRelay).toBeCloseTo(of('ours') / of('nearest-relay'), 9);
    for (const row of ['Together', 'Regional', 'Domestic', 'Size2', 'Size3', 'Size8', 'Full'])
      expect(metrics.table[`regret${row}`]).toBeGreaterThan(-1e-9);
    expect(Number.isInteger(metrics.table.rivalsAhead)).toBe(true);
    const rows = ['joinSurgeMaxOverMean', 'joinSurgeRefused', 'deathDetectedMsP99', 'reseatedMsP99', 'falseDeaths'];
    for (const row of [...rows, 'fullWeightMsMax', 'droppedByDrains']) {
      expect(metrics.table[row], row).toBeGreaterThanOrEqual(0);
      expect(said).toMatch(new RegExp(`^${row} +\\S+ +aim \\S+ +(met|MISSED)$`, 'm'));
    }
    expect(metrics.joinSurge).toMatchObject({ joins: 1000, overMs: 30_000, staleMs: 10_000, placed: 1000 });
    expect(metrics.liveness).toMatchObject({ nodeDays: 1 });
    expect(metrics.growth).toMatchObject({ hosts: 6, added: 2, drained: 2 });
    // Flips need pathd, which a machine without a compiler has not.
    const hasFlips = metrics.table.falseFlipsPerLinkDay !== undefined;
    expect(/false flips/.test(params.rowsNotShown)).toBe(!hasFlips);
    expect(hasFlips).toBe(!['', 'none', undefined].includes(process.env['MERIDIAN_PATHD_BIN']));
    const isMissed = / MISSED$/m.test(said);
    expect(/^missed:/m.test(said)).toBe(isMissed);
    expect(code).toBe(isMissed ? 1 : 0);
  });
});
