// Explanations of a session’s placement: a sentence for every code, in both languages.
import { describe, expect, it } from 'vitest';
import { explanationOf, pathSentences, refusalText, type WhySpeech } from '../../../src/console/session/core/why.ts';
import { whyTexts } from '../../../src/console/session/core/why-text.ts';
import type { DecisionCandidate, DecisionStory, PathSeen, QualityPoint } from '../../../src/console/types.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';

const en: WhySpeech = { say: sayOf(whyTexts, 'en'), language: 'en' };
const zh: WhySpeech = { say: sayOf(whyTexts, 'zh'), language: 'zh' };

const candidate = (one: Partial<DecisionCandidate>): DecisionCandidate => ({
  hostId: 'host-lon-2',
  nodeId: 'lon-2',
  site: 'eu/London',
  rttMs: 19.4,
  isTimed: true,
  load: 0.4,
  holdsRoom: false,
  parts: [],
  ...one,
});
const lon = candidate({ total: 88.04 });
const fra = candidate({
  hostId: 'host-fra-1',
  nodeId: 'fra-1',
  site: 'eu/Frankfurt',
  rttMs: 12,
  load: 0.91,
  total: 80,
});
const story = (one: Partial<DecisionStory> = {}): DecisionStory => ({
  decisionId: 'DE_1',
  createdAt: '2026-11-23T08:00:00Z',
  mode: 'normal',
  place: 'Lyon, FR',
  placeSource: 'dbip-city',
  radiusKm: 50,
  candidates: 2,
  refused: 0,
  why: 'nearest',
  chosen: lon,
  nearest: lon,
  lines: [],
  ...one,
});
const whyOf = (one: Partial<DecisionStory>, speech = en) => explanationOf(story(one), [], undefined, speech).why;
const compareOf = (one: Partial<DecisionStory>, speech = en) =>
  explanationOf(story(one), [], undefined, speech).compare;

describe('why this node', () => {
  const full = { why: 'nearest_refused', nearest: { ...fra, refusedBy: 'capacity', refusalReason: '9 of 9' } };
  const chosenRows: readonly [name: string, story: Partial<DecisionStory>, english: string, chinese: string][] = [
    [
      'nearest',
      {},
      'The nearest media node, lon-2 in London (19 ms), took it.',
      '最近的媒体节点伦敦的 lon-2（19 毫秒）接纳了它。',
    ],
    [
      'nearest_refused',
      full,
      'The nearest media node, fra-1 in Frankfurt (12 ms), was full; lon-2 in London (19 ms) was next.',
      '最近的媒体节点法兰克福的 fra-1（12 毫秒）已满，其次是伦敦的 lon-2（19 毫秒）。',
    ],
    [
      'near_equal',
      { why: 'near_equal', nearest: fra },
      'lon-2 in London (19 ms) and others were equally good; two of them were drawn, and it was the less loaded one.',
      '伦敦的 lon-2（19 毫秒）与其他节点同样好；从中抽取两个，取负载较低者。',
    ],
    [
      'opener',
      { why: 'opener' },
      'lon-2 in London (19 ms) is on the host of the gateway or recorder that opened the session.',
      '伦敦的 lon-2（19 毫秒）就在打开会话的网关或录制器处。',
    ],
    [
      'the score access when only the chosen node was measured',
      { why: 'access', nearest: { ...fra, isTimed: false } },
      'lon-2 in London (19 ms) is nearer than fra-1 in Frankfurt (about 12 ms) by the score for distance: this client had measured 19 ms to it, while the other was only estimated.',
      '按计分伦敦的 lon-2（19 毫秒）比法兰克福的 fra-1（约 12 毫秒）更近：此客户端实测到它为 19 毫秒，另一个只是估计。',
    ],
    [
      'the score room, by the delay to its members',
      { why: 'room', chosen: { ...lon, toMembersMs: 21.6 }, nearest: { ...fra, toMembersMs: 34 } },
      'lon-2 in London (19 ms) was nearly as near as fra-1 in Frankfurt (12 ms), and better for the room: 22 ms one way to the others in it, against 34 ms.',
      '伦敦的 lon-2（19 毫秒）与法兰克福的 fra-1（12 毫秒）几乎一样近，对房间更有利：到房间中其他人单程 22 毫秒，对比 34 毫秒。',
    ],
    [
      'the score room, by a node that has the room',
      { why: 'room', chosen: { ...lon, holdsRoom: true }, nearest: fra },
      'lon-2 in London (19 ms) was nearly as near as fra-1 in Frankfurt (12 ms), and better for the room: it already held the room.',
      '伦敦的 lon-2（19 毫秒）与法兰克福的 fra-1（12 毫秒）几乎一样近，对房间更有利：它已承载该房间。',
    ],
    [
      'load',
      { why: 'load', nearest: fra },
      'lon-2 in London (19 ms) was nearly as near as fra-1 in Frankfurt (12 ms), which was busier: 91% of its capacity in use, against 40%.',
      '伦敦的 lon-2（19 毫秒）与法兰克福的 fra-1（12 毫秒）几乎一样近，而后者更忙：已用容量 91%，对比 40%。',
    ],
    [
      'a score that this page does not know',
      { why: 'cost', nearest: fra },
      'lon-2 in London (19 ms) had more points than fra-1 in Frankfurt (12 ms); “cost” made the difference.',
      '伦敦的 lon-2（19 毫秒）得分高于法兰克福的 fra-1（12 毫秒），差别在“cost”。',
    ],
    [
      'a score of the nearest node itself',
      { why: 'load' },
      'lon-2 in London (19 ms) was best by load.',
      '伦敦的 lon-2（19 毫秒）负载最优。',
    ],
  ];
  it.each(chosenRows)('has a sentence for %s', (_, change, english, chinese) => {
    expect(whyOf(change)).toEqual(['Assumed to be in Lyon, France (IP database, within 50 km).', english]);
    expect(whyOf(change, zh)).toEqual(['判定位于里昂，法国（IP 数据库，误差 50 公里内）。', chinese]);
  });

  it('names the points of a score without other numbers', () => {
    const part = (score: number) => [{ name: 'room', score, weight: 0.16, reason: '' }];
    const [, sentence] = whyOf({
      why: 'room',
      chosen: { ...lon, parts: part(98.26) },
      nearest: { ...fra, parts: part(40) },
    });
    expect(sentence).toContain('98.3 points for it, against 40');
  });

  it('names a refusal and its rule, without a comparison', () => {
    const { chosen: _, nearest: __, ...none } = story({ code: 'NO_CAPACITY', refused: 4 });
    const { why, compare, since } = explanationOf({ ...none, nearest: full.nearest }, [], undefined, en);
    expect(why.slice(1)).toEqual([
      'No media node took it: 4 were considered, and all were full or closed.',
      'The nearest one, fra-1 in Frankfurt (12 ms), was full.',
    ]);
    expect([compare, since]).toEqual([[], []]);
    const otherRefusal = explanationOf({ ...none, code: 'NOT_LEADER' }, [], undefined, en);
    expect(otherRefusal.why.at(-1)).toBe('It was refused (NOT_LEADER).');
  });

  const places: readonly [source: string, place: string, radiusKm: number, said: string][] = [
    ['city', 'lyon', 0, 'The client itself named the city Lyon (development).'],
    ['opener', 'Paris', 0, 'The session was opened by a gateway or recorder in Paris.'],
    [
      'none',
      'Paris',
      20_000,
      'The client’s address has no known place; the place of its signaling node in Paris was used instead.',
    ],
    ['maxmind', 'Lyon, FR', 0, 'Assumed to be in Lyon, France (IP database).'],
    ['oracle', 'Lyon, FR', 9, 'Assumed to be in Lyon, France (by oracle).'],
    ['dbip-city', '', 0, 'The place of the client was unknown.'],
  ];
  it.each(places)('names the source of the location: %s', (placeSource, place, radiusKm, said) => {
    expect(whyOf({ placeSource, place, radiusKm })[0]).toBe(said);
  });

  const modes: readonly [mode: string, degraded: string, said: string][] = [
    ['panic', 'less than half …', 'Most media nodes were silent then'],
    ['degraded', 'hosts that are 31 ms nearer take no more sessions: they are full', 'Hosts 31 ms nearer were full'],
    ['degraded', 'the node of this room takes no more sessions, so …', 'it has a second one'],
    ['degraded', 'no host is below its soft limits of CPU and bandwidth, so …', 'the limits were raised'],
    ['degraded', 'something new', 'short of capacity then: something new.'],
    ['overloaded', '', 'took no new sessions'],
    ['strange', '', 'in the mode “strange”'],
  ];
  it.each(modes)('names unusual conditions: %s, %s', (mode, degraded, said) => {
    expect(whyOf({ mode, degraded }).at(-1)).toContain(said);
    expect(whyOf({ mode, degraded }, zh).at(-1)).toMatch(/\p{Script=Han}/u);
    expect(whyOf({})).toHaveLength(2);
  });

  const moves: readonly [reason: string, said: string][] = [
    ['par-1 is drained: kernel update', 'Moved from par-1, which is being taken out of service.'],
    [
      'at lon instead of par it is 6.2 ms nearer to each of the others',
      'Moved from par-1: here each of the others is 6 ms nearer on average.',
    ],
    ["the room's mode is single: …", 'Moved from par-1: how the room is spread over media nodes was changed.'],
    ['asked for by an administrator', 'Moved from par-1, as an administrator asked.'],
    ['the rack is hot', 'Moved from par-1: the rack is hot.'],
    ['', 'Moved from par-1.'],
  ];
  it.each(moves)('explains a move: %s', (moveReason, said) => {
    expect(whyOf({ moveFromNodeId: 'par-1', moveReason })[0]).toBe(said);
    expect(whyOf({ moveFromNodeId: 'par-1', moveReason }, zh)[0]).toMatch(/par-1.*移来/);
  });

  it('has texts for every filter of placement, and keeps an unknown filter’s name', () => {
    const filters = [
      'alive',
      'avoid-list',
      'capacity',
      'honest',
      'move-target',
      'not-draining',
      'on-host',
      'region-pin',
    ];
    for (const name of [...filters, 'reserved', 'slow-start', 'version'])
      for (const { say } of [en, zh]) expect(refusalText(name, say)).not.toContain('“');
    expect(refusalText('toString', en.say)).toBe('was refused by the rule “toString”');
  });
});

describe('the comparison with the nearest node', () => {
  it('shows the nearest node’s round trip, points and load', () => {
    expect(compareOf({ why: 'room', nearest: fra })).toEqual([
      'The nearest would have been fra-1 in Frankfurt (12 ms): 7 ms less of round trip than the chosen one (19 ms).',
      'The nearest node had 80 points, the chosen node 88.',
      'The nearest node had 91% of its capacity in use.',
    ]);
    expect(compareOf({ nearest: { ...fra, refusedBy: 'alive' } })[1]).toBe(
      'The nearest node got no points: it did not report in time.',
    );
    expect(compareOf({})).toEqual(['It is the nearest node.']);
    expect(compareOf({ nearest: { ...fra, rttMs: 19 } })[0]).toContain('within a millisecond');
    expect(compareOf({ nearest: { ...fra, rttMs: 30 } })[0]).toContain('not nearer');
  });

  const point = (minute: number, rttMs: number | undefined, nodeId = 'lon-2'): QualityPoint => ({
    at: `2026-11-23T08:${String(minute).padStart(2, '0')}:00Z`,
    strength: 'strong',
    nodeId,
    source: 'client',
    ...(rttMs !== undefined && { rttMs }),
  });
  const sinceOf = (points: readonly QualityPoint[], nextAt?: string) =>
    explanationOf(story(), points, nextAt, en).since;

  it('is followed by the client’s measurements to the chosen node until the next decision', () => {
    const points = [point(1, 30), point(2, 50), point(3, undefined), point(4, 900, 'fra-1'), point(20, 900)];
    expect(sinceOf(points, '2026-11-23T08:10:00Z')).toEqual([
      'Since then this client measured 40 ms to lon-2 in London on average (30 to 50 ms).',
      'That is 21 ms more than was expected.',
    ]);
    expect(sinceOf([point(1, 21)])[1]).toBe('That is as expected.');
    expect(sinceOf([point(1, 10)])[1]).toBe('That is 9 ms less than was expected.');
    expect(sinceOf([])).toEqual(['There are no measurements to lon-2 in London since then.']);
  });
});

it('a path is described with its relay, and with the reason why it is not direct', () => {
  const path = (one: Partial<PathSeen>): PathSeen => ({
    fromHostId: 'host-sgp-1',
    toHostId: 'host-fra-1',
    fromSite: 'ap/Singapore',
    toSite: 'eu/Frankfurt',
    isReachable: true,
    via: '',
    viaSite: '',
    why: '',
    ...one,
  });
  expect(pathSentences(path({ pathMs: 80.6 }), en)).toEqual([
    'Media from host-sgp-1 in Singapore comes directly, 81 ms one way.',
  ]);
  expect(pathSentences(path({ via: 'host-bom-1', viaSite: 'ap/Mumbai', loss: 0.034 }), en)).toEqual([
    'Media from host-sgp-1 in Singapore comes over a relay in Mumbai.',
    'The direct route loses 3.4%.',
  ]);
  expect(pathSentences(path({ isReachable: false }), zh)).toEqual(['目前没有从新加坡的 host-sgp-1来的可用路径。']);
});
