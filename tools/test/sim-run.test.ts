// The command `npm run sim`: what it refuses, what it prints, that a seed repeats it, and the picture.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { seededRng } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSim } from '../sim/command.ts';
import { ownSuites } from '../sim/faults/suites.ts';
import { builtInGeography } from '../sim/geography.ts';
import { checkedOptions } from '../sim/options.ts';
import { inDrawingOrder, widthPx } from '../sim/picture.ts';
import { greatCirclePath } from '../sim/projection.ts';
import { worldOf } from '../sim/run.ts';
import { strategies } from '../sim/strategies/index.ts';

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

describe('bad usage is refused with code 2 and a reason', () => {
  test.each([
    { argv: ['--nonsense'], said: /unknown option/ },
    { argv: ['stray'], said: /too many arguments/ },
    { argv: ['--faults', 'crash'], said: /all, or each once/ },
    { argv: ['--nodes', '0'], said: /whole number from 1/ },
    { argv: ['--nodes', '257'], said: /at most 256/ },
    { argv: ['--nodes', '3', '--cities', '4'], said: /at most --nodes/ },
    { argv: ['--size', '1'], said: /2 to 50/ },
    { argv: ['--users', '10'], said: /at least rooms × size/ },
    { argv: ['--mix', 'global,global'], said: /each once/ },
    { argv: ['--mix', '70:20'], said: /as domestic:70,regional:20,global:10/ },
    { argv: ['--mix', 'lunar'], said: /domestic:\d+,regional:\d+,global/ },
    { argv: ['--mix', 'global:0'], said: /weight above 0/ },
    { argv: ['--mode', 'mesh'], said: /single, direct, relay/ },
    { argv: ['--geo-errors', 'maybe'], said: /on, off/ },
    { argv: ['--strategies', 'ours,theirs'], said: /nearest-relay/ },
    { argv: ['--suite', 'poem'], said: /one of: table, curve, liveness, growth/ },
    { argv: ['--seeds', '20'], said: /unknown option '--seeds'[\s\S]*--faults all --seeds/ },
    { argv: ['--faults', 'all', '--nodes', '20'], said: /unknown option '--nodes'[\s\S]*delay of rooms/ },
    { argv: ['--suite', 'table', '--size', '4'], said: /rooms of 5/ },
    { argv: ['--suite', 'table', '--strategies', 'ours'], said: /all strategies/ },
    { argv: ['--suite', 'table', '--arrivals', 'together'], said: /its own arrivals/ },
    { argv: ['--suite', 'table', '--absences-per-hour', '2'], said: /its own arrivals/ },
    { argv: ['--suite', 'table', '--utilisation', '0.5'], said: /its own arrivals and loads/ },
    { argv: ['--arrivals', 'late'], said: /together, trickle/ },
    { argv: ['--arrival-mean-s', '-1'], said: /a number from 0 to 3600/ },
    { argv: ['--meeting-median-min', 'long'], said: /a number from 3 to 240/ },
    { argv: ['--absences-per-hour', ''], said: /a number from 0 to 60/ },
    { argv: ['--leave-early', '1.1'], said: /a number from 0 to 1/ },
    { argv: ['--utilisation', '0.96'], said: /a number from 0.1 to 0.95/ },
    { argv: ['--node-days', '5'], said: /only --suite table takes --node-days/ },
    {
      argv: ['--suite', 'curve', '--placement-only', '--more', '5'],
      said: /only --suite table takes --placement-only, --more/,
    },
    { argv: ['--suite', 'table', '--placement-only', '--worlds', '5'], said: /--placement-only leaves out/ },
    { argv: ['--cross-check', '5', '--size', '7'], said: /at most 6/ },
    {
      argv: ['--rtt', '/nowhere/at/all'],
      said: /^error: --rtt \/nowhere\/at\/all: sites.csv cannot be read \(ENOENT\)$/,
    },
  ])('$argv', async ({ argv, said }) => {
    const run = await sim(...argv);
    expect(run.said).toMatch(said);
    expect(run.code).toBe(2);
    expect(run.lines).toEqual([]);
  });

  test.each([
    {
      name: 'one of the files is missing',
      sites: 'site,city,country,latitude,longitude,population',
      rtt: undefined,
      said: /rtt.csv cannot be read \(ENOENT\)$/,
    },
    {
      name: 'both are empty',
      sites: '',
      rtt: '',
      said: /sites.csv: no column site, city, latitude, longitude, population; there are: none$/,
    },
    {
      name: 'one site is left',
      sites: 'site,city,latitude,longitude,population\n1,A,0,0,1',
      rtt: 'from,to,min_ms,avg_ms',
      said: /the data has 1 usable sites, a world needs 2$/,
    },
    {
      name: 'a quote was lost',
      sites: 'site,city,latitude,longitude,population\n1,"A,0,0,1\n2,B,0,1,1',
      rtt: '',
      said: /sites.csv, line 2: a quote is never closed$/,
    },
  ])('data of which $name is refused with one line', async ({ sites, rtt, said }) => {
    const own = mkdtempSync(join(folder, 'data-'));
    writeFileSync(join(own, 'sites.csv'), sites);
    if (rtt !== undefined) writeFileSync(join(own, 'rtt.csv'), rtt);
    const run = await sim('--rtt', own);
    expect({ ...run, said: run.said.split('\n') }).toEqual({ code: 2, lines: [], said: [expect.stringMatching(said)] });
  });

  test('more cities than the data has', async () => {
    const run = await sim('--rtt', folder, '--nodes', '20', '--cities', '9');
    expect(run.said).toMatch(/there are 8 sites/);
    expect(run.code).toBe(2);
  });
});

test('help names every suite, and each has help of its own', async () => {
  const { said, code } = await sim('--help');
  expect(code).toBe(0);
  for (const name of ['table', 'curve', ...ownSuites.map((suite) => suite.name)]) expect(said).toContain(name);
  for (const { name, says } of strategies) expect(said).toContain(`${name.padEnd(20)} ${says}`);
  for (const { name } of ownSuites) expect((await sim('--suite', name, '--help')).code).toBe(0);
});

describe('a run', () => {
  test('ends with one line for each strategy, in columns', async () => {
    const { said } = await sim('--rtt', folder, ...small, '--strategies', 'ours,nearest-direct');
    const last = said.split('\n').slice(-3);
    expect(last).toEqual([
      expect.stringMatching(/^strategy {2,}one-way mean, ms .* relayed$/),
      expect.stringMatching(/^ours {2,}[\d.]+ .* %$/),
      expect.stringMatching(/^nearest-direct {2,}[\d.]+ .* %$/),
    ]);
    expect(new Set(last.map((line) => line.length)).size).toBe(1);
  });

  test('prints every metric of every strategy, the oracle and the regret, as the last line', async () => {
    const { code, lines, said } = await sim(
      ...['--rtt', folder, ...small, '--arrivals', 'together', '--oracle', '--cross-check', '1', '--json'],
    );
    expect(said).not.toMatch(/missed/);
    expect(code).toBe(0);
    const { name, params, metrics } = JSON.parse(lines[0] ?? '');
    expect([name, params.seed, params.nodes, params.cities, lines.length]).toEqual(['sim', '1', 8, 4, 1]);
    expect(params.dataNotes).toMatch(/unknown population/);
    expect(params).toMatchObject({ arrivals: 'together', meetingMedianMin: 30 });
    const figures = [
      'onewayMsMean',
      'onewayMsP95',
      'shareUnder150Ms',
      'nodesPerRoom',
      'movesPerRoom',
      'movesPerPersonHour',
      'movesPerChange',
      'undoneShare',
      'ingressOver10MsShare',
      'relayedShare',
      'costPerUserHour',
      'maxOverMeanLoad',
      'overLimitHosts',
      'regretMean',
      'regretFirstMinute',
      'regretAfterChange',
      'regretP95Rooms',
    ];
    for (const strategy of [
      'ours',
      'never-move',
      'random-in-region',
      'nearest-direct',
      'nearest-relay',
      'nearest-relay-moves',
      'livekit-regionaware',
      'jicofo-region',
      'jicofo-city',
      'edumeet-geo',
      'hindsight',
    ]) {
      for (const figure of figures)
        expect(Number.isFinite(metrics[strategy][figure]), `${strategy} ${figure}`).toBe(true);
    }
    expect(metrics.ours.ingressOver10MsShareAfter3).toBeLessThanOrEqual(metrics.ours.ingressOver10MsShare);
    expect(metrics.ours.ingressOver10MsShareUntimed).toBeGreaterThan(metrics.ours.ingressOver10MsShare);
    for (const still of ['never-move', 'nearest-relay', 'hindsight'])
      expect(metrics[still]).toMatchObject({ movesPerRoom: 0, movesPerChange: 0, undoneShare: 0 });
    expect(metrics['nearest-relay']).not.toHaveProperty('ingressOver10MsShareAfter3');
    expect(metrics.hindsight.regretMean).toBeCloseTo(0, 9);
    expect(metrics.ours.ingressOver10MsShareAfter40).toBeLessThanOrEqual(metrics.ours.ingressOver10MsShareAfter3);
    expect(metrics.oracle.fullRooms.onewayMsMean).toBeLessThanOrEqual(metrics.ours.onewayMsMean);
    expect(metrics).not.toHaveProperty('regretMean');
  });

  test('of people who trickle in it says how, and what each second of it was worth', async () => {
    const { code, lines, said } = await sim(
      ...[
        '--rtt',
        folder,
        ...small,
        '--strategies',
        'ours,hindsight',
        '--absences-per-hour',
        '2',
        '--oracle',
        '--json',
      ],
    );
    expect(code).toBe(0);
    const { params, metrics } = JSON.parse(lines[0] ?? '');
    expect(params).toMatchObject({ arrivals: 'trickle', arrivalMeanS: 180, absencesPerHour: 2, leaveEarly: 0.2 });
    expect(metrics.ours.regretMean).toBeGreaterThanOrEqual(0);
    expect(metrics.ours).not.toHaveProperty('ingressOver10MsShareAfter3');
    expect(said).toMatch(/^strategy .* regret +first minute +after a change$/m);
  });

  test('with a utilisation the fleet has so many seats and no more, and ours fills no host beyond its own', async () => {
    for (const [utilisation, seats] of [
      [0.3, 60],
      [0.9, 20],
    ]) {
      const world = worldOf(
        builtInGeography(
          Array.from({ length: 8 }, (_, at) => ({
            label: '',
            latitude: 5 * at,
            longitude: 20 * at,
            people: 1 + at * at,
          })),
          seededRng('g'),
        ),
        checkedOptions({ nodes: 8, cities: 4, rooms: 6, size: 3, seed: '1', mode: 'relay', utilisation }),
        seededRng('w'),
      );
      expect(world.hosts.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(seats);
      expect(world.hosts.every(({ capacity }) => Number.isInteger(capacity) && capacity >= 1)).toBe(true);
    }
    const { lines } = await sim(
      ...['--rtt', folder, ...small, '--rooms', '30', '--arrivals', 'together', '--utilisation', '0.9'],
      ...['--strategies', 'ours', '--json'],
    );
    expect(JSON.parse(lines[0] ?? '').metrics.ours.overLimitHosts).toBe(0);
  });

  test('without data the model stands in and is named; kinds of rooms are reported for themselves', async () => {
    const { code, lines } = await sim(
      ...small,
      '--rooms',
      '12',
      '--mix',
      'domestic,regional:20,global',
      '--strategies',
      'ours',
      '--json',
    );
    expect(code).toBe(0);
    const { params, metrics } = JSON.parse(lines[0] ?? '');
    expect(params.geography).toMatch(/^Built-in model: great circle × stretch/);
    expect(params.mix).toBe('domestic:70,regional:20,global:10');
    expect(Object.keys(metrics.byKind).every((kind) => ['domestic', 'regional', 'global'].includes(kind))).toBe(true);
    expect(metrics.oracle).toBeUndefined();
  });

  test('says the same for the same seed, word by word, and something else for another', async () => {
    const lineOf = async (seed: string): Promise<string | undefined> =>
      (await sim('--rtt', folder, ...small, '--seed', seed, '--json')).lines[0];
    const first = await lineOf('a');
    expect(await lineOf('a')).toBe(first);
    expect(await lineOf('b')).not.toBe(first);
  });

  test('draws the curve of cost and experience: one host a room is cheapest, relays without a budget are fastest', async () => {
    const { code, lines, said } = await sim(
      ...['--rooms', '40', '--nodes', '12', '--cities', '12', '--suite', 'curve', '--strategies', 'ours'],
      ...['--arrivals', 'together', '--meeting-median-min', '4', '--oracle', '--json'],
    );
    expect(code).toBe(0);
    expect(said).not.toMatch(/^strategy /m); // a suite has its own end
    const { curve } = JSON.parse(lines[0] ?? '').metrics;
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

  test('in mode single every room of which all are there is on one host, in direct nothing is relayed', async () => {
    const ours = async (mode: string) =>
      JSON.parse(
        (
          await sim(
            ...['--rtt', folder, ...small, '--arrivals', 'together', '--mode', mode, '--strategies', 'ours', '--json'],
          )
        ).lines[0] ?? '',
      ).metrics.ours;
    const single = await ours('single');
    expect(single.nodesPerRoom).toBe(1);
    expect((await ours('direct')).relayedShare).toBe(0);
  });

  test('rooms too large for an exact answer state the gap of the search', async () => {
    const { lines, code } = await sim(
      '--rtt',
      folder,
      '--nodes',
      '8',
      '--cities',
      '4',
      '--rooms',
      '2',
      '--size',
      '8',
      '--oracle',
      '--strategies',
      'ours,nearest-relay',
      '--json',
    );
    expect(code).toBe(0);
    const { oracle } = JSON.parse(lines[0] ?? '').metrics;
    expect([oracle.isExact, oracle.searchGapRooms]).toEqual([false, 2]);
    expect(oracle.gapShareMost).toBeGreaterThanOrEqual(0);
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
    expect(Object.keys(metrics.table)).toContain('relayGainKeptShare');
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
    expect(said).toMatch(/^regretFirstMinute +\S+ +aim 0\.07 +(met|MISSED)$/m);
    expect(said).toMatch(/^movesPerChangeMost +\S+ +aim 0\.35 +(met|MISSED)$/m);
    expect(metrics.joinSurge).toMatchObject({ joins: 1000, overMs: 30_000, staleMs: 10_000, placed: 1000 });
    expect(metrics.liveness).toMatchObject({ nodeDays: 1 });
    expect(metrics.growth).toMatchObject({ hosts: 6, added: 2, drained: 2 });
    // Flips need pathd, which a machine without a compiler has not.
    const hasFlips = metrics.table.falseFlipsPerLinkDay !== undefined;
    expect(/false flips/.test(params.rowsNotShown)).toBe(!hasFlips);
    expect(hasFlips).toBe(!['', 'none', undefined].includes(process.env['MERIDIAN_PATHD_BIN']));
    expect(params.rowsNotShown).toMatch(/fault seeds/);
    const isMissed = / MISSED$/m.test(said);
    expect(/^missed:/m.test(said)).toBe(isMissed);
    expect(code).toBe(isMissed ? 1 : 0);
  });
});

describe('the picture', () => {
  test('is one self-contained page with cities, people and routes, names escaped', async () => {
    const file = join(folder, 'world.html');
    // Ours puts every room of this small world on one host, and would have no routes to draw.
    expect(
      (await sim('--rtt', folder, ...small, '--strategies', 'nearest-direct,nearest-relay', '--html', file)).code,
    ).toBe(0);
    const html = readFileSync(file, 'utf8');
    expect(html).toContain('Town &lt;');
    expect(html).not.toMatch(/Town <|src=|href=|NaN|undefined/);
    expect(html).toMatch(/class="(direct|relayed)" d="M/);
    expect(html.match(/<tr class="shown">/g)).toHaveLength(1);
    // No line is seen through another one: that makes a colour that no key has.
    expect(html).not.toMatch(/<path[^>]*opacity|\.(direct|relayed)\{[^}]*opacity/);
    // Nor does a line thinner than a pixel let another one through.
    expect(widthPx(0)).toBeGreaterThan(1);
    // Each key is in one box with its words: apart, they are broken from them in a narrow window.
    expect(html.match(/<span class="key"><i class="[\w-]+"><\/i>[a-z][^<]+<\/span>/g)).toHaveLength(4);
  });

  test('has relayed routes over the direct ones of which they hide a leg, and busy over quiet', () => {
    const route = (via: number, streams: number) => ({ a: 0, b: 1, via, streams });
    const drawn = inDrawingOrder([route(-1, 9), route(2, 3), route(-1, 4), route(2, 8)]);
    expect(drawn.map(({ via, streams }) => [via, streams])).toEqual([
      [-1, 4],
      [-1, 9],
      [2, 3],
      [2, 8],
    ]);
  });

  test('a folder that is not there is said before the run', async () => {
    const { code, said } = await sim('--rtt', folder, ...small, '--html', join(folder, 'missing/world.html'));
    expect({ code, said: said.trim() }).toEqual({
      code: 2,
      said: expect.stringMatching(/^error: .*missing is no folder/),
    });
  });

  test('a great circle over the edge of the map is broken there, and none joins a place to itself', () => {
    const tokyo = { latitude: 36, longitude: 140 };
    const angeles = { latitude: 34, longitude: -118 };
    expect(greatCirclePath(tokyo, angeles).match(/M/g)).toHaveLength(2);
    expect(greatCirclePath({ latitude: 48, longitude: 2 }, { latitude: 51, longitude: 0 }).match(/M/g)).toHaveLength(1);
    expect(greatCirclePath(tokyo, tokyo)).toBe('');
  });
});
