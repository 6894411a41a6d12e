// The command `npm run sim`: it prints every promised figure as a number, a seed repeats them, and a missed aim fails
// the run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSim } from '../../sim/command.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-sim-'));
  // An untidy table of eight places, round trips with holes, and a name that must be escaped.
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
const smallOptions = ['--nodes', '8', '--cities', '4', '--rooms', '6'];
const simSmall = (...argv: string[]) => sim('--rtt', folder, ...smallOptions, ...argv, '--json');

test.each([
  { argv: ['--nonsense'], said: /unknown option/ },
  { argv: ['--seeds', '20'], said: /unknown option '--seeds'[\s\S]*--faults all --seeds/ },
  { argv: ['--strategies', 'nearest-relay'], said: /unknown option '--strategies'/ },
  {
    argv: ['--rtt', '/nowhere/at/all'],
    said: /^error: --rtt \/nowhere\/at\/all: sites.csv cannot be read \(ENOENT\)$/,
  },
])('$argv is refused with code 2 and a reason', async ({ argv, said }) => {
  const run = await sim(...argv);
  expect(run).toEqual({ code: 2, lines: [], said: expect.stringMatching(said) });
});

describe('a run', () => {
  test('prints every metric, as the last line', async () => {
    const run = await simSmall();
    expect(run.said).not.toMatch(/missed/);
    expect(run.code).toBe(0);
    const { params, metrics } = JSON.parse(run.lines[0] ?? '');
    expect(params).toMatchObject({ seed: '1', nodes: 8, cities: 4, arrivals: 'trickle', meetingMedianMin: 30 });
    expect(params.dataNotes).toMatch(/unknown population/);
    expect(Object.keys(metrics.ours)).toHaveLength(12);
    for (const [name, value] of Object.entries(metrics.ours)) expect(Number.isFinite(value), name).toBe(true);
  });

  test('prints the same text for the same seed, and another text for another seed', async () => {
    const lineOf = async (seed: string) => (await simSmall('--seed', seed)).lines[0];
    const first = await lineOf('a');
    expect(await lineOf('a')).toBe(first);
    expect(await lineOf('b')).not.toBe(first);
  });
});

describe('the table of aims', () => {
  const table = (...argv: string[]) => sim('--rtt', folder, '--suite', 'table', '--json', ...argv);

  test('has a row for each aim, names hidden rows and each miss, and exits with code 1 after a miss', async () => {
    const { lines, said, code } = await table('--nodes', '6', '--cities', '4', '--rooms', '3');
    const { metrics, params } = JSON.parse(lines[0] ?? '');
    expect(params.rowsNotShown).toMatch(/node death; \+100\/-100 hosts/);
    expect(said).toMatch(/^not shown here: .*node death/m);
    expect(metrics.table.replanMs).toBe(1); // by the clock above
    const { movesPerPersonHour, undoneShare } = metrics.ours;
    expect(metrics.table).toMatchObject({ movesPerPersonHour, undoneShare });
    for (const row of [
      'movesPerChangeMost',
      'overLimitHostsFull',
      'ingressOver10MsShareAfter3',
      'relayGainKeptShare',
    ]) {
      expect(metrics.table[row], row).toBeGreaterThanOrEqual(0);
      expect(said).toMatch(new RegExp(`^${row} +\\S+ +aim \\S+ +(met|MISSED)$`, 'm'));
    }
    const isMissed = / MISSED$/m.test(said);
    expect(/^missed:/m.test(said)).toBe(isMissed);
    expect(code).toBe(isMissed ? 1 : 0);
  });
});
