import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ask, aims, type Felt, type FloodFigures, faultsOf, feltOf, GIVE_UP_MS } from '../../lab/floods/judge.ts';
import { cutsIn, Logs } from '../../lab/floods/logs.ts';
import { rows } from '../../lab/floods/rows.ts';

const asks = (count: number, tookMs: number, isServed = true): Ask[] =>
  Array.from({ length: count }, () => ({ what: 'REST', beganMs: 0, tookMs, isServed }));

describe('what is felt', () => {
  it.each<[string, Ask[], Partial<Felt>]>([
    ['answers', [...asks(98, 3), ...asks(2, 40)], { asked: 100, p50Ms: 3, p99Ms: 40, servedShare: 1 }],
    // Otherwise a service that refuses all at once were the quickest.
    ['a refusal at once counts as given up', asks(10, 1, false), { p50Ms: GIVE_UP_MS, servedShare: 0 }],
    ['late answers', [...asks(90, 3), ...asks(10, 1001)], { p50Ms: 3, p99Ms: 1001, servedShare: 0.9 }],
    ['an answer after the end of patience', asks(1, 60_000), { p99Ms: GIVE_UP_MS, servedShare: 0 }],
  ])('of %s', (_, all, felt) => {
    expect(feltOf(all)).toMatchObject(felt);
  });
});

const felt = (p99Ms: number, servedShare = 1, asked = 100): Felt => ({ asked, p50Ms: p99Ms / 2, p99Ms, servedShare });
interface Case {
  before?: Felt;
  during?: Felt;
  call?: Partial<FloodFigures['during']['call']>;
  streamGapMs?: number;
  linksCut?: string[];
  deaths?: string[];
  victim?: Partial<FloodFigures['victim']>;
}

function figures(o: Case): FloodFigures {
  const call = { delayMsMax: 5, sent: 500, came: 500, lost: 0 };
  return {
    before: { felt: new Map([['REST', o.before ?? felt(80)]]), call, streamGapMs: 80 },
    during: {
      felt: new Map(o.during === undefined ? [['REST', felt(80)]] : [['REST', o.during]]),
      call: { ...call, ...o.call },
      streamGapMs: o.streamGapMs ?? 80,
    },
    linksCut: o.linksCut ?? [],
    deaths: o.deaths ?? [],
    victim: { logLinesPerSecond: 1, grownMb: 3, ...o.victim },
  };
}

describe('a flood', () => {
  it.each<[string, Case, string]>([
    ['that doubles the p99 and more', { during: felt(161) }, 'REST: p99 80 -> 161 ms, 2.0x'],
    [
      'of which six of a hundred are not served in time',
      { during: felt(160, 0.94) },
      'REST: 94 % served within 1000 ms',
    ],
    ['in which nothing was asked', { during: feltOf([]) }, 'REST: nothing was asked'],
    ['before which nothing was asked', { before: feltOf([]) }, 'REST: nothing was asked'],
    ['that holds up a call', { call: { delayMsMax: 201 } }, 'call: a packet came 201 ms late'],
    ['that drops packets of a call', { call: { lost: 6 } }, 'call: 6 of 500 packets lost'],
    ['that silences a call', { call: { came: 0, delayMsMax: 0 } }, 'call: 0 of 500 packets lost, 0 came'],
    ['that holds up a stream', { streamGapMs: 1001 }, 'stream: nothing for 1001 ms'],
    [
      'that cuts a link',
      { linksCut: ['centre: link down, gw-fra', 'x'] },
      'links cut: 2, first centre: link down, gw-fra',
    ],
    ['that ends a process', { deaths: ['gw-fra died by itself'] }, 'died: gw-fra died by itself'],
    ['that fills the log', { victim: { logLinesPerSecond: 51 } }, 'log: 51 lines a second'],
    ['that fills the memory', { victim: { grownMb: aims.grownMbMax + 1 } }, 'memory: grew by 151 MB'],
  ])('%s is red', (_, o, fault) => {
    expect(faultsOf(figures(o))).toContainEqual(expect.stringContaining(fault));
  });

  it.each<[string, Case]>([
    ['that changes nothing', {}],
    ['at twice the p99, and 95 % in time', { during: felt(160, 0.95) }],
    ['at what is still at once for a person', { before: felt(2), during: felt(100) }],
    ['that loses one packet of a hundred', { call: { lost: 5 } }],
  ])('%s is not', (_, o) => {
    expect(faultsOf(figures(o))).toEqual([]);
  });
});

describe('links that were cut', () => {
  const line = (o: object): string => JSON.stringify(o);
  it('are found by what centre and nodes write of them', () => {
    const lines = new Map([
      ['centre', [line({ msg: 'node suspect: no report in time', nodeId: 'gw-fra' }), line({ msg: 'a room' })]],
      [
        'gw-fra',
        [line({ msg: 'link down; dialling again', cause: 'silent' }), line({ msg: 'link down while closing' })],
      ],
      ['redis', ['link down']],
    ]);
    expect(cutsIn(lines)).toEqual([
      'centre: node suspect: no report in time, gw-fra',
      'gw-fra: link down; dialling again, silent',
      'redis: link down',
    ]);
  });
});

describe('logs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'floods-logs-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are read on from where they were, also behind a file that was renamed', () => {
    const file = join(folder, 'logs', 'api.log');
    mkdirSync(join(folder, 'logs'));
    writeFileSync(file, 'old\n');
    const logs = new Logs(folder);
    writeFileSync(file, 'one\n', { flag: 'a' });
    expect(logs.take()).toEqual(new Map([['api', ['one']]]));
    writeFileSync(file, 'two\n', { flag: 'a' });
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'three\n');
    expect(logs.take()).toEqual(new Map([['api', ['two', 'three']]]));
    expect(logs.take()).toEqual(new Map([['api', []]]));
  });
});

it('every flood has a name of its own, and addresses that no honest client has', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { addresses } of rows) expect(addresses).toBeLessThan(255);
});
