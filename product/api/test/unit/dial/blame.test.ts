// Blame for failed dial tests; a failing region is named in time, however the rounds of other regions are phased.
import { describe, expect, it } from 'vitest';
import { judge, noState } from '../../../src/alarms/core/judge.ts';
import { alarmRules } from '../../../src/alarms/core/rules/index.ts';
import { blame } from '../../../src/dial/core/blame.ts';
import type { DialledRegion, DialStage, DialTally } from '../../../src/dial/core/facts.ts';
import { type DialRow, dialledOf, seenMs, spansOf, type Tester } from '../../../src/dial/core/tally.ts';
import { facts, node } from '../alarms/facts.ts';

const ok: DialTally = { tried: 4, failed: 0, failedInRow: 0 };
const failed = (failedInRow: number, o: Partial<DialTally> = {}): DialTally => ({
  tried: 4,
  failed: failedInRow,
  failedInRow,
  stage: 'media',
  code: 'TIMED_OUT',
  text: 'no frame came',
  ...o,
});
const regionOf = (region: string, o: Partial<DialledRegion> = {}): DialledRegion => ({
  region,
  silentMs: 5000,
  everyMs: 20_000,
  probe: `edge-${region}`,
  host: `host-${region}`,
  call: ok,
  pairs: new Map(),
  stream: ok,
  watched: ok,
  booking: ok,
  ...o,
});
/** Returns regions with all their pairs. In pairs "FROM TO" of `broken`, the last `inRow` tests failed. */
const allPairs = (
  names: string,
  broken: readonly string[],
  o: Record<string, Partial<DialledRegion>> = {},
  inRow = 2,
) => {
  const regionNames = names.split('');
  return regionNames.map((to) => {
    const others = regionNames.filter((from) => from !== to);
    const pairs = new Map(
      others.map((from) => [from, broken.includes(`${from} ${to}`) ? failed(inRow, { stage: 'relay' }) : ok]),
    );
    return regionOf(to, { pairs, ...o[to] });
  });
};
const blamedTexts = (dialled: readonly DialledRegion[]) => {
  const { regions, pairs } = blame(dialled);
  return [
    ...regions.map(({ region, by, stage, otherRegions }) => `${region} ${by} ${stage} ${otherRegions.join('')}`.trim()),
    ...pairs.map(({ from, to }) => `${from}-${to}`),
  ];
};

describe('blame', () => {
  it.each<[string, DialledRegion[], string[]]>([
    ['no failure', allPairs('abcd', []), []],
    ['no region', [], []],
    ['one failed call', [regionOf('a', { call: failed(1) })], []],
    ['two failed calls in a row, among more', [regionOf('a', { call: failed(2) })], ['a call media']],
    [
      'two failed calls, the only ones',
      [regionOf('a', { call: failed(2, { tried: 2, stage: 'signaling' }) })],
      ['a call signaling'],
    ],
    ['one failed call, the only one', [regionOf('a', { call: failed(1, { tried: 1 }) })], []],
    ['one failed test of a pair', allPairs('abcd', ['a b'], {}, 1), []],
    ['two failed tests of a pair', allPairs('abcd', ['a b']), ['a-b']],
    ['both directions between the only two regions', allPairs('ab', ['a b', 'b a']), ['a-b', 'b-a'].reverse()],
    [
      'failed pairs of a region with two failed calls in a row',
      allPairs('abcd', ['a b', 'a c', 'd a'], { a: { call: failed(2) } }),
      ['a call media'],
    ],
    ['failed pairs, one call failed', allPairs('abcd', ['a b', 'a c', 'd a'], { a: { call: failed(1) } }), []],
    ['tests of what one region sends', allPairs('abcd', ['a b', 'a c']), ['a sends relay bc']],
    ['tests of what one region receives', allPairs('abcd', ['b a', 'c a', 'd a']), ['a receives relay bcd']],
    [
      'a region that is cut off',
      allPairs('abc', ['a b', 'a c', 'b a', 'c a']),
      ['a receives relay bc', 'a sends relay bc'].reverse(),
    ],
    [
      'two regions whose media reaches no other',
      allPairs('abcd', ['a b', 'a c', 'a d', 'b a', 'b c', 'b d']),
      ['a sends relay bcd', 'b sends relay acd'],
    ],
    [
      'a region whose media reaches no other, and a failed pair',
      allPairs('abcd', ['a b', 'a c', 'a d', 'c d']),
      ['a sends relay bcd', 'c-d'],
    ],
    ['failed pairs without a region in common', allPairs('abcdef', ['a b', 'c d', 'e f']), ['a-b', 'c-d', 'e-f']],
  ])('is right for: %s', (_, dialled, expected) => {
    expect(blamedTexts(dialled)).toEqual(expected);
  });

  it('of the same results is computed once for each number of failures in a row', () => {
    const dialled = allPairs('ab', ['a b']);
    expect(blame(dialled)).toBe(blame(dialled, 2));
    expect(blame(dialled, 3).pairs).toEqual([]);
    expect(blame([...dialled])).not.toBe(blame(dialled));
  });

  it('of bookings is the api if every region’s bookings fail, or failed last', () => {
    const bookingFailures = (...inRow: number[]) =>
      blame(inRow.map((count, at) => regionOf(`r${at}`, { booking: count === 0 ? ok : failed(count) }))).bookings;
    expect(bookingFailures(0, 0)).toEqual({ regions: [], isAll: false });
    expect(bookingFailures(1, 1)).toEqual({ regions: [], isAll: false });
    expect(bookingFailures(2, 0)).toEqual({ regions: ['r0'], isAll: false });
    expect(bookingFailures(2, 1)).toEqual({ regions: ['r0'], isAll: true });
    expect(bookingFailures(2)).toEqual({ regions: ['r0'], isAll: true });
  });
});

describe('blame of streams', () => {
  /**
   * Each region streams once a minute, and the other regions watch it by turns. `fails` returns the failing stage, or
   * ''.
   */
  const streamed = (names: string, fails: (from: string, to: string) => DialStage | '') => {
    const regions = names.split('');
    const rows = Array.from({ length: 5 }, (_, turn) =>
      regions.map((region, at): DialRow => {
        const others = regions.filter((one) => one !== region);
        const toRegion = others[turn % others.length] ?? '';
        const stage = fails(region, toRegion);
        const receivedMs = turn * 60_000 + at * 1000;
        return {
          region,
          probe: 'p',
          kind: 'stream',
          toRegion,
          receivedMs,
          isOk: stage === '',
          stage: stage || 'api',
          code: '',
          text: '',
        };
      }),
    ).flat();
    const testers = regions.map((region) => ({ region, probe: 'p', host: 'h', everyMs: 20_000, lastMs: 300_000 }));
    return blame(dialledOf(testers, rows, 300_000)).streams.map(({ region, by, stage }) => `${region} ${by} ${stage}`);
  };
  it.each<[string, string, (from: string, to: string) => DialStage | '', string[]]>([
    ['no failure', 'abcd', () => '', []],
    ['failed streams into one region', 'abcd', (from) => (from === 'a' ? 'ingest' : ''), ['a stream ingest']],
    [
      'streams into one region, which fail wherever they are watched',
      'abcd',
      (from) => (from === 'a' ? 'playback' : ''),
      ['a stream playback'],
    ],
    ['streams that one region watches', 'abcd', (_, to) => (to === 'a' ? 'playback' : ''), ['a watched playback']],
    [
      'streams that one of two regions watches',
      'ab',
      (_, to) => (to === 'a' ? 'playback' : ''),
      ['a watched playback'],
    ],
    ['failed streams from all', 'abc', () => 'ingest', ['a stream ingest', 'b stream ingest', 'c stream ingest']],
  ])('falls on the region at fault: %s, regions %s', (_, names, fails, expected) => {
    expect(streamed(names, fails)).toEqual(expected);
  });
});

const ROUND_MS = 20_000;
/** Calls of a region, its pairs in a direction, or its tester fail from `fromMs` on. */
interface Fault {
  readonly fromMs: number;
  readonly untilMs?: number;
  calls?: string;
  sends?: string;
  pair?: readonly [from: string, to: string];
  tester?: string;
}

/**
 * Plays testers that report every 20 s, each in its own phase, and looks of the judge every 5 s. Returns beginnings and
 * ends with the seconds since the fault. `lagMs`: time from the start of a failed test to its report.
 */
function playRounds(
  names: string,
  phasesMs: readonly number[],
  faults: readonly Fault[],
  { lagMs = 0, untilMs = 300_000 } = {},
) {
  const regions = names.split('');
  const rows: DialRow[] = [];
  const lastMs = new Map<string, number>();
  const transitions: string[] = [];
  let state = noState;
  const [{ fromMs: faultMs }] = faults as [Fault];
  const isAt = (atMs: number) => (fault: Fault) => fault.fromMs <= atMs && atMs < (fault.untilMs ?? Number.MAX_VALUE);
  const report = (region: string, receivedMs: number): void => {
    const faultsNow = faults.filter(isAt(receivedMs - lagMs));
    if (faults.filter(isAt(receivedMs)).some(({ tester }) => tester === region)) return;
    const add = (kind: DialRow['kind'], toRegion: string, isOk: boolean): void =>
      void rows.push({
        region,
        probe: `edge-${region}`,
        kind,
        toRegion,
        receivedMs,
        isOk,
        stage: 'media',
        code: 'TIMED_OUT',
        text: '',
      });
    const hasCalls = !faultsNow.some(({ calls }) => calls === region);
    add('call', '', hasCalls);
    for (const other of regions.filter((one) => one !== region))
      add(
        'pair',
        other,
        hasCalls &&
          !faultsNow.some(
            ({ calls, sends, pair, tester }) =>
              [calls, sends, tester].includes(other) || (pair?.[0] === other && pair[1] === region),
          ),
      );
    lastMs.set(region, receivedMs);
  };
  for (let atMs = 0; atMs <= untilMs; atMs += 1000) {
    for (const [at, region] of regions.entries()) if (atMs % ROUND_MS === (phasesMs[at] ?? 0)) report(region, atMs);
    if (atMs % 5000 !== 0) continue;
    const testers = [...lastMs].map(
      ([region, last]): Tester => ({
        region,
        probe: `edge-${region}`,
        host: `host-${region}`,
        everyMs: ROUND_MS,
        lastMs: last,
      }),
    );
    const reportedRows = rows.filter(
      ({ region, kind, receivedMs }) => receivedMs >= (lastMs.get(region) ?? 0) - seenMs(kind, ROUND_MS),
    );
    const { cloud: _, ...rest } = facts([]);
    const judged = judge(
      state,
      { ...rest, dialled: dialledOf(testers, reportedRows, atMs) },
      alarmRules,
      state.atMs + 5000,
    );
    state = judged.state;
    for (const { kind, entry } of judged.transitions)
      transitions.push(`${(atMs - faultMs) / 1000} ${kind} ${entry.rule} ${entry.subject}`);
  }
  return transitions;
}
/** A fault at every second of a round. */
const seconds = Array.from({ length: 20 }, (_, at) => 60_000 + at * 1000);
const phases = [
  [0, 0, 0, 0],
  [0, 5000, 10_000, 15_000],
  [19_000, 1000, 7000, 2000],
];
const secondsUntilFirst = (said: readonly string[]): number => Number(said[0]?.split(' ')[0]);

describe('times in which results count', () => {
  it('are merged where they overlap, and kept apart elsewhere', () => {
    const tester = (lastMs: number) => ({ region: 'a', probe: 'p', host: 'h', everyMs: ROUND_MS, lastMs });
    expect(spansOf([tester(1_000_000), tester(995_000), tester(100_000)], 'call')).toEqual([
      { fromMs: 10_000, toMs: 100_000 },
      { fromMs: 905_000, toMs: 1_000_000 },
    ]);
    expect(spansOf([], 'call')).toEqual([]);
  });
});

describe('rounds', () => {
  it('name a region whose calls fail within 60 s, with tests of 10 s, and no other part', () => {
    for (const phase of phases)
      for (const fromMs of seconds) {
        const said = playRounds('abcd', phase, [{ fromMs, calls: 'a' }], { lagMs: 10_000 });
        expect([phase, fromMs, said.map((one) => one.replace(/^\d+ /, ''))]).toEqual([
          phase,
          fromMs,
          ['fired dial-region a'],
        ]);
        expect(secondsUntilFirst(said)).toBeLessThanOrEqual(60);
      }
  });

  it('name a region whose media reaches no other within 60 s, and no pair', () => {
    for (const phase of phases)
      for (const fromMs of seconds) {
        const said = playRounds('abcd', phase, [{ fromMs, sends: 'a' }]);
        expect(said.map((one) => one.replace(/^\d+ /, ''))).toEqual(['fired dial-region a']);
        expect(secondsUntilFirst(said)).toBeLessThanOrEqual(60);
      }
  });

  it('name a pair, if it is the only one that fails', () => {
    for (const fromMs of seconds)
      expect(
        playRounds('abcd', [0, 5000, 10_000, 15_000], [{ fromMs, pair: ['a', 'b'] }]).map((one) =>
          one.replace(/^\d+ /, ''),
        ),
      ).toEqual(['fired dial-pair a - b']);
  });

  it('report a missing tester only as silent, and a restarted one not at all', () => {
    for (const phase of phases)
      for (const fromMs of seconds) {
        const gone = playRounds('abcd', phase, [{ fromMs, tester: 'a' }]);
        expect(gone.map((one) => one.replace(/^\d+ /, ''))).toEqual(['fired dial-silent a']);
        expect(playRounds('abcd', phase, [{ fromMs, untilMs: fromMs + 45_000, tester: 'a' }])).toEqual([]);
      }
  });

  it('do not report a tester that begins', () => {
    for (const phase of phases)
      for (const untilMs of seconds)
        expect(playRounds('abcd', phase, [{ fromMs: 0, untilMs, tester: 'a' }])).toEqual([]);
  });

  it('fire one alarm, which ends when the fault is over', () => {
    expect(playRounds('abcd', [0, 5000, 10_000, 15_000], [{ fromMs: 61_000, untilMs: 125_000, calls: 'a' }])).toEqual([
      '39 fired dial-region a',
      '139 cleared dial-region a',
    ]);
  });

  it('ignore one failed call, though the media that it left in the room is silent for longer', () => {
    for (const phase of phases)
      for (const fromMs of seconds) {
        const call = { fromMs, untilMs: fromMs + 20_000, calls: 'a' };
        expect(playRounds('abcd', phase, [call, { fromMs, untilMs: fromMs + 40_000, sends: 'a' }])).toEqual([]);
      }
  });

  it('ignore one failed pair test', () => {
    for (const phase of phases)
      for (const fromMs of seconds)
        expect(playRounds('abcd', phase, [{ fromMs, untilMs: fromMs + 20_000, calls: 'a' }])).toEqual([]);
  });
});

describe('two testers of a region', () => {
  /** Returns each tester's results, the oldest first, with the time of its last report. */
  const testersWith = (
    of: Record<string, readonly [isOk: readonly boolean[], lastMs: number]>,
    kind: DialRow['kind'],
  ) => {
    const rows = Object.entries(of).flatMap(([probe, [results, lastMs]]) =>
      results.map((isOk, at): DialRow => {
        const receivedMs = lastMs - (results.length - 1 - at) * ROUND_MS;
        const why = { stage: 'media', code: 'TIMED_OUT', text: probe } as const;
        return { region: 'a', probe, kind, toRegion: kind === 'stream' ? 'b' : '', receivedMs, isOk, ...why };
      }),
    );
    const testers = Object.entries(of).map(
      ([probe, [, lastMs]]): Tester => ({ region: 'a', probe, host: 'h', everyMs: ROUND_MS, lastMs }),
    );
    return dialledOf(testers, rows, 200_000);
  };
  const good = Array.from({ length: 4 }, () => true);
  const bad = Array.from({ length: 4 }, () => false);

  it.each(['call', 'stream', 'booking'] as const)('are named if one of them always fails: %s', (kind) => {
    const dialled = testersWith({ p: [good, 190_000], q: [bad, 180_000] }, kind);
    expect(dialled[0]?.[kind]).toMatchObject({ tried: 8, failed: 4, failedInRow: 4, probe: 'q', text: 'q' });
    const { regions, streams, bookings } = blame(dialled);
    expect([...regions, ...streams].map(({ region }) => region).concat(bookings.regions)).toEqual(['a']);
  });

  it('are not named if each failed once', () => {
    const once = [true, true, true, false];
    const dialled = testersWith({ p: [once, 190_000], q: [once, 180_000] }, 'call');
    expect(dialled[0]?.call).toMatchObject({ tried: 8, failed: 2, failedInRow: 1 });
    expect(blamedTexts(dialled)).toEqual([]);
  });

  it('count as the other one if one is silent, and as last seen if both are', () => {
    expect(blamedTexts(testersWith({ p: [good, 190_000], q: [bad, 130_001] }, 'call'))).toEqual(['a call media']);
    expect(blamedTexts(testersWith({ p: [good, 190_000], q: [bad, 130_000] }, 'call'))).toEqual([]);
    expect(blamedTexts(testersWith({ p: [good, 90_000], q: [bad, 30_000] }, 'call'))).toEqual([]);
    expect(blamedTexts(testersWith({ p: [good, 30_000], q: [bad, 40_000] }, 'call'))).toEqual(['a call media']);
  });
});

describe('alarms of dial tests', () => {
  const judged = (dialled: readonly DialledRegion[]) => {
    const { state } = judge(noState, facts([], { dialled }), alarmRules, 5000);
    return Object.values(state.entries).map(({ rule, subject, labels, text }) => ({ rule, subject, labels, text }));
  };

  it('name the place, the stage and the reason', () => {
    expect(judged([regionOf('eu', { call: failed(2, { tried: 2 }) })])).toEqual([
      {
        rule: 'dial-region',
        subject: 'eu',
        labels: { region: 'eu', stage: 'media' },
        text: 'Calls in eu fail at media: TIMED_OUT no frame came; 2 of 2 rounds.',
      },
    ]);
    expect(judged(allPairs('abc', ['a b']))).toMatchObject([
      { rule: 'dial-pair', subject: 'a - b', labels: { region: 'a', otherRegion: 'b', stage: 'relay' } },
    ]);
    expect(judged([regionOf('eu', { stream: failed(2, { stage: 'ingest', tried: 3 }) }), regionOf('ap')])).toEqual([
      {
        rule: 'dial-stream',
        subject: 'eu',
        labels: { region: 'eu', stage: 'ingest' },
        text: 'Streams into eu fail at ingest: TIMED_OUT no frame came; 2 of 3 tries.',
      },
    ]);
    const booking = failed(2, { stage: 'api' });
    expect(judged([regionOf('eu', { booking }), regionOf('ap')])).toMatchObject([
      { rule: 'dial-booking', subject: 'eu', labels: { region: 'eu', stage: 'api' } },
    ]);
    expect(judged([regionOf('eu', { booking }), regionOf('ap', { booking })])).toMatchObject([
      { rule: 'dial-booking', subject: 'api', labels: { stage: 'api' } },
    ]);
  });

  it.each([
    [59_999, 20_000, 0],
    [60_000, 20_000, 1],
    [179_999, 60_000, 0],
    [180_000, 60_000, 1],
  ])('report a tester as silent after %i ms with rounds of %i ms: %i', (silentMs, everyMs, count) => {
    expect(judged([regionOf('eu', { silentMs, everyMs })])).toHaveLength(count);
  });

  it('keep consequences of a lost region or host, or of a named region, quiet', () => {
    const deadNode = (id: string, hostId: string) => node(id, { state: 'dead', hostId });
    const causes = (nodes: Parameters<typeof facts>[0], dialled: readonly DialledRegion[]) => {
      const { state } = judge(noState, facts(nodes, { dialled }), alarmRules, 5000);
      return Object.fromEntries(
        Object.entries(state.entries).flatMap(([key, { rule, inhibitedBy }]) =>
          rule.startsWith('dial') ? [[key, inhibitedBy]] : [],
        ),
      );
    };
    const silentTester = { silentMs: 90_000, host: 'h1' };
    const all = [regionOf('eu', { ...silentTester, call: failed(2), stream: failed(2) }), regionOf('ap')];
    expect(causes([deadNode('x', 'h2'), deadNode('y', 'h3')], all)).toEqual({
      'dial-region eu': 'region-lost eu',
      'dial-stream eu': 'region-lost eu',
      'dial-silent eu': 'region-lost eu',
    });
    expect(causes([deadNode('x', 'h1'), deadNode('y', 'h1'), node('z')], all)).toEqual({
      'dial-region eu': '',
      'dial-stream eu': 'dial-region eu',
      'dial-silent eu': 'host-lost h1',
    });
  });
});
