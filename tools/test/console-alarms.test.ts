import { describe, expect, it } from 'vitest';
import { alarmsJudged, type PlantedFault, type SentItem } from '../lab/console/alarm-judge.ts';
import { AlarmMessages } from '../lab/console/alarm-messages.ts';
import { chosenFrom, type ShownNode } from '../lab/console/fault-subjects.ts';
import { SeenWorld } from '../lab/console/world-events.ts';

const region: PlantedFault = {
  kind: 'region',
  rule: 'region-lost',
  subject: 'asia',
  says: ['asia', 'silent'],
  plantedMs: 1000,
  healedMs: 30_000,
  seenSeconds: 2,
  waits: { onMap: 12 },
  pageText: 'All of asia is silent.',
  keptQuiet: 4,
};
const disk: PlantedFault = {
  kind: 'disk',
  rule: 'disk-full',
  subject: 'sfu-1',
  says: ['sfu-1'],
  plantedMs: 31_000,
  healedMs: 60_000,
  seenSeconds: 1,
  waits: {},
  pageText: 'sfu-1 is full.',
};
const item = (atMs: number, kind: string, rest: Partial<SentItem> = {}): SentItem => ({
  atMs,
  kind,
  rule: 'region-lost',
  subject: 'asia',
  text: 'All 4 media nodes of asia are silent.',
  ...rest,
});
const ofDisk = { rule: 'disk-full', subject: 'sfu-1', text: 'The disk of sfu-1 is full.' };
const good = [
  item(11_000, 'fired'),
  item(45_000, 'fired', ofDisk),
  item(95_000, 'cleared'),
  item(185_000, 'cleared', ofDisk),
];

describe('alarms of planted faults', () => {
  it('come once each, say what is wrong, and end', () => {
    expect(alarmsJudged([region, disk], good)).toEqual({
      figures: {
        region: {
          seenSeconds: 2,
          alarmSeconds: 10,
          healedSeconds: 65,
          messages: 1,
          waits: { onMap: 12 },
          keptQuiet: 4,
        },
        disk: { seenSeconds: 1, alarmSeconds: 14, healedSeconds: 125, messages: 1, waits: {} },
      },
      missed: [],
    });
  });

  it.each<[string, PlantedFault, readonly SentItem[]]>([
    ['region: region-lost asia was sent 2 times', region, [...good, item(20_000, 'fired')]],
    [
      'region: "Something." does not say asia, silent',
      region,
      good.with(0, item(11_000, 'fired', { text: 'Something.' })),
    ],
    ['region: its end was not sent', region, good.toSpliced(2, 1)],
    ['region: its end was sent twice', region, [...good, item(99_000, 'cleared')]],
    [
      'region was over before its end',
      region,
      [good[0] ?? item(0, ''), item(29_000, 'cleared'), ...good.slice(1, 2), ...good.slice(3)],
    ],
    ['region: onMap did not come', { ...region, waits: { onMap: Number.NaN } }, good],
    ['region: its page says "", without asia, silent', { ...region, pageText: '' }, good],
    ['region was not seen', { ...region, seenSeconds: Number.NaN }, good],
    ['region had nothing to keep quiet, so that this was not shown', { ...region, keptQuiet: 0 }, good],
    ['before any fault, fired: region-lost asia', region, [item(500, 'fired'), ...good]],
    [
      'region planted last, fired: host-lost host-1',
      region,
      [item(12_000, 'fired', { rule: 'host-lost', subject: 'host-1' }), ...good],
    ],
    [
      'disk planted last, repeated: node-lost sfu-2',
      region,
      [item(50_000, 'repeated', { rule: 'node-lost', subject: 'sfu-2' }), ...good],
    ],
  ])('are wrong: %s', (say, fault, items) => {
    const { missed } = alarmsJudged([fault, disk], items);
    expect(missed.join('\n')).toContain(say);
    expect(missed).toHaveLength(say.includes('before its end') ? 2 : 1);
  });

  it('are missing when none came', () => {
    const { figures, missed } = alarmsJudged([disk], []);
    expect(figures['disk']).toEqual({
      seenSeconds: 1,
      alarmSeconds: Number.NaN,
      healedSeconds: Number.NaN,
      messages: 0,
      waits: {},
    });
    expect(missed).toEqual(['disk: disk-full sfu-1 was sent 0 times', 'disk: its end was not sent']);
  });
});

describe('what gets a fault', () => {
  const node = (region: string, city: string, at: number, sessions: number): ShownNode => {
    const nodeId = `sfu-${city}-${at}`;
    return { nodeId, kind: 'sfu', region, city, hostId: `host-${city}-${at}`, state: 'alive', sessions };
  };
  const world = new SeenWorld();
  const link = { from: 'a/aa', to: 'b/bb', isUsed: true, isReachable: true, via: [], sessions: 9 };
  const whole = { seq: 1, totals: { sessions: 1 }, sites: [], links: [link], places: [] };
  world.take('world', JSON.stringify(whole));
  const fleet = [
    node('a', 'aa', 1, 9),
    node('a', 'aa', 2, 8),
    node('b', 'bb', 1, 2),
    node('b', 'bb', 2, 1),
    node('c', 'cc', 1, 3),
    node('c', 'cc', 2, 3),
    node('d', 'dd', 1, 0),
    node('e', 'ee', 1, 5),
    node('e', 'ee', 2, 5),
  ];

  it('has nothing to do with another: the region stands apart, and has two hosts', () => {
    const chosen = chosenFrom(world, fleet);
    expect(chosen).toMatchObject({ link, region: 'c', victim: { nodeId: 'sfu-aa-1' } });
    const nodes = [chosen.victim, chosen.clock, chosen.disk, chosen.drift];
    expect(new Set(nodes.map(({ nodeId }) => nodeId)).size).toBe(4);
    expect(nodes.map((one) => one.region)).not.toContain('c');
  });

  it('is not there in a world that is too small', () => {
    expect(() => chosenFrom(world, fleet.slice(0, 4))).toThrow('too small');
    expect(() => chosenFrom(world, fleet.slice(4, 6))).toThrow('too small');
    expect(() => chosenFrom(new SeenWorld(), fleet)).toThrow('no link');
  });
});

describe('the receiver of alarms', () => {
  it('keeps each alarm of a message once, however often it is sent, and counts those left out', async () => {
    let url = '';
    const ask = (_method: string, _path: string, body?: object): Promise<Record<string, unknown>> => {
      url = (body as { url?: string } | undefined)?.url ?? url;
      return Promise.resolve({ alarms: [] });
    };
    const messages = await AlarmMessages.start({ ask });
    try {
      const send = async (id: string, body: string): Promise<number> =>
        (await fetch(url, { method: 'POST', headers: { 'webhook-id': id }, body })).status;
      const alarms = [item(0, 'fired'), item(0, 'cleared', ofDisk)];
      const body = JSON.stringify({ event: 'alarms.changed', alarms, more: 2 });
      expect([await send('a', body), await send('a', body), await send('b', 'no JSON')]).toEqual([200, 200, 400]);
      expect(messages.items.map(({ kind, subject }) => [kind, subject])).toEqual([
        ['fired', 'asia'],
        ['cleared', 'sfu-1'],
        ['more', ''],
      ]);
    } finally {
      messages.close();
    }
  });
});
