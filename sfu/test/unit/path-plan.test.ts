// What the forwarder is told: a table of views and orders, and the difference between two of them.
import { describe, expect, test } from 'vitest';
import { deriveKey, eventOf, numberOf } from '../../src/adapters/pathd.ts';
import {
  afterFlip,
  type HostRoute,
  orderChanges,
  type PathPipe,
  type PathView,
  pathOrders,
} from '../../src/core/index.ts';

const pipe: PathPipe = {
  remoteId: 'b',
  fence: '',
  flow: 0,
  theirFlow: 0,
  ip: '127.0.0.1',
  port: 40,
  remoteIp: '10.0.0.2',
  remotePort: 50,
  sendKey: 'S',
  receiveKey: 'R',
};
const key = (letter: string): Uint8Array => Buffer.from(letter);
const route = (primaryVia: string, standbyVia?: string, pairKey = key('k')): HostRoute => ({
  primaryVia,
  standbyVia,
  pairKey,
});
const node = (nodeId: string, hostId = `host-${nodeId}`, region = 'eu') => ({
  nodeId,
  hostId,
  region,
  ip: `10.0.0.${nodeId}`,
  port: 60,
});
const view = (o: Partial<PathView>): PathView => ({
  selfId: 'a',
  nodes: [],
  routes: new Map(),
  pipes: [pipe],
  hostOf: (id) => `host-${id}`,
  numberOf: (id) => ({ a: '00000001', b: '00000002', c: '00000003', d: '00000004' })[id] ?? 'ffffffff',
  derive: (pairKey, from, to) => `${Buffer.from(pairKey)}:${from}>${to}`,
  ...o,
});
const linesOf = (o: Partial<PathView>): string[] => [...pathOrders(view(o)).values()];
const routeOf = (o: Partial<PathView>): string | undefined => pathOrders(view(o)).get('route 00000002');

describe('the orders', () => {
  test('of a node with nobody to talk to are none', () => expect(linesOf({ pipes: [] })).toEqual([]));

  test('of a pipe need no centre: the keys are those of the pipe, the path is direct', () => {
    expect(linesOf({})).toEqual([
      'peer 00000002 10.0.0.2 50 S R',
      'flow 00000002 127.0.0.1 40',
      'route 00000002 direct none',
    ]);
  });

  test('take what comes under the key of the hosts too, and under the one before', () => {
    const routes = new Map([['host-b', { ...route(''), previousKey: key('j') }]]);
    expect(linesOf({ routes })[0]).toBe('peer 00000002 10.0.0.2 50 S R k:b>a j:b>a');
  });

  test('name other nodes as peers only where the centre gave a key', () => {
    const nodes = [node('c'), node('d')];
    expect(linesOf({ pipes: [], nodes, routes: new Map([['host-c', route('')]]) })).toEqual([
      'peer 00000003 10.0.0.c 60 k:a>c k:c>a',
    ]);
    expect(linesOf({ pipes: [], nodes, routes: new Map([['host-c', route('', undefined, key(''))]]) })).toEqual([]);
  });

  test.each<[string, Map<string, HostRoute>, string]>([
    ['the direct path', new Map([['host-b', route('')]]), 'direct none'],
    [
      'a relay',
      new Map([
        ['host-b', route('host-c')],
        ['host-c', route('')],
      ]),
      '00000003 none',
    ],
    [
      'a standby',
      new Map([
        ['host-b', route('', 'host-c')],
        ['host-c', route('')],
      ]),
      'direct 00000003',
    ],
    [
      'the direct path as standby',
      new Map([
        ['host-b', route('host-c', '')],
        ['host-c', route('')],
      ]),
      '00000003 direct',
    ],
    ['a relay without a key: direct instead', new Map([['host-b', route('host-c', '')]]), 'direct none'],
    ['a relay that nobody knows: direct instead', new Map([['host-b', route('host-z', 'host-y')]]), 'direct none'],
    ['the destination itself as relay: direct', new Map([['host-b', route('host-b')]]), 'direct none'],
  ])('lead by %s', (_name, routes, expected) => {
    expect(routeOf({ nodes: [node('b'), node('c')], routes })).toBe(`route 00000002 ${expected}`);
  });

  test('of several pipes to one neighbour name each, and lead each by its own paths', () => {
    const fenced: PathPipe = { ...pipe, fence: 'eu,us', flow: 3, theirFlow: 1, port: 41, receiveKey: 'R' };
    const routes = new Map([
      ['host-b', route('host-c', 'host-d')],
      ['host-c', route('')],
      ['host-d', route('')],
    ]);
    const lines = linesOf({ nodes: [node('c', 'host-c', 'ap'), node('d')], routes, pipes: [pipe, fenced] });
    expect(lines.filter((line) => !line.startsWith('peer'))).toEqual([
      'flow 00000002 127.0.0.1 40',
      'route 00000002 00000003 00000004',
      'flow 00000002.3 127.0.0.1 41 1',
      'route 00000002.3 direct 00000004',
    ]);
  });

  test.each([
    ['inside', 'eu', '00000003 direct'],
    ['outside', 'ap', 'direct none'],
    ['of which nobody knows the region', '', 'direct none'],
  ])('lead what is fenced by a relay %s', (_name, region, paths) => {
    const routes = new Map([
      ['host-b', route('host-c', '')],
      ['host-c', route('')],
    ]);
    const orders = view({
      nodes: [node('c', 'host-c', region)],
      routes,
      pipes: [{ ...pipe, fence: 'eu,us', flow: 1 }],
    });
    expect(pathOrders(orders).get('route 00000002.1')).toBe(`route 00000002.1 ${paths}`);
  });

  test('share the relay’s nodes among pairs, and never relay by the destination', () => {
    const nodes = [node('c', 'host-c'), node('d', 'host-c')];
    const routes = new Map([
      ['host-b', route('host-c')],
      ['host-c', route('')],
    ]);
    const used = new Set(
      ['00000001', '00000009', '00000010', '00000005'].map((number) => {
        const numbers: Record<string, string> = { a: number, b: '00000002', c: '00000003', d: '00000004' };
        return routeOf({ nodes, routes, numberOf: (id) => numbers[id] ?? '' })?.split(' ')[2];
      }),
    );
    expect([...used].sort()).toEqual(['00000003', '00000004']);
  });

  test('leave out who has the number of another: the pipe’s own neighbour comes first', () => {
    const routes = new Map([['host-c', route('')]]);
    const numbers: Record<string, string> = { a: '00000001', b: '00000002', c: '00000002' };
    const lines = linesOf({ nodes: [node('c')], routes, numberOf: (id) => numbers[id] ?? '' });
    expect(lines.filter((line) => line.startsWith('peer'))).toEqual(['peer 00000002 10.0.0.2 50 S R']);
    expect(linesOf({ numberOf: () => '00000001' })).toEqual([]); // ours
  });
});

describe('an order, after the forwarder took its second path by itself', () => {
  test.each([
    ['route 00000002 direct 00000003', '00000003', 'route 00000002 00000003 direct'],
    ['route 00000002 00000003 direct', 'direct', 'route 00000002 direct 00000003'],
    ['route 00000002 direct none', '00000003', undefined],
    ['route 00000002 00000003 direct', '00000003', undefined],
    ['', 'direct', undefined],
    ['route 00000002.7 direct 00000003', '00000003', 'route 00000002.7 00000003 direct'],
  ])('%s by %s', (command, via, want) => expect(afterFlip(command, via)).toBe(want));
});

describe('the difference between what is known and what is wanted', () => {
  const none = new Map<string, string>();
  const all = pathOrders(view({}));
  const commands = (told: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>) =>
    orderChanges(told, wanted).map(({ command }) => command);

  test('of the same is nothing', () => expect(commands(all, all)).toEqual([]));
  test('begins with peers and ends with routes', () => {
    expect(commands(none, all).map((line) => line.split(' ')[0])).toEqual(['peer', 'flow', 'route']);
  });
  test('takes flows away before their peers', () => {
    expect(commands(all, none)).toEqual(['unflow 00000002', 'unpeer 00000002']);
  });
  test('says only what has changed', () => {
    const changed = pathOrders(view({ pipes: [{ ...pipe, sendKey: 'T' }] }));
    expect(commands(all, changed)).toEqual(['peer 00000002 10.0.0.2 50 T R']);
  });

  const flows = (ports: Record<string, number>): Map<string, string> =>
    new Map(
      Object.entries(ports).flatMap(([name, port]) => [
        [`flow ${name}`, `flow ${name} 127.0.0.1 ${port}`],
        [`route ${name}`, `route ${name} direct none`],
      ]),
    );
  test('lets a flow leave its port before another one takes it, however they are listed', () => {
    const wanted = flows({ c: 2, b: 1, a: 3 });
    expect(commands(flows({ a: 1, b: 2 }), wanted)).toEqual([
      'flow a 127.0.0.1 3',
      'flow b 127.0.0.1 1',
      'flow c 127.0.0.1 2',
      'route c direct none',
    ]);
  });
  test('takes one away first of flows that wait for the ports of each other, and gives it its route again', () => {
    expect(commands(flows({ a: 1, b: 2, c: 9 }), flows({ a: 2, b: 1, c: 9 }))).toEqual([
      'unflow b',
      'flow a 127.0.0.1 2',
      'flow b 127.0.0.1 1',
      'route b direct none',
    ]);
  });
  test('says all the same what wants the port of a flow that stays', () => {
    expect(commands(flows({ a: 1 }), flows({ a: 1, b: 1 }))).toEqual(['flow b 127.0.0.1 1', 'route b direct none']);
  });
});

describe('a line of pathd', () => {
  test.each([
    [
      'flip',
      '0000000b direct silence 251.5',
      { kind: 'flip', peer: '0000000b', via: 'direct', reason: 'silence', ageMs: 251.5 },
    ],
    ['flip', '0000000b direct silence', undefined],
    ['flip', 'zz direct silence 5', undefined],
    [
      'sample',
      '0000000b direct 1 20 0.5 1 0.02 0.01 50 3.5 0',
      {
        kind: 'sample',
        peer: '0000000b',
        via: 'direct',
        active: true,
        rttMs: 20,
        delayChangeMs: 0.5,
        jitterMs: 1,
        lossFast: 0.02,
        lossSlow: 0.01,
        sent: 50,
        silenceMs: 3.5,
      },
    ],
    ['sample', '0000000b direct 1 20 0 1 0 0', undefined],
    ['sample', '0000000b direct 1 20 0 1 0 x 5', undefined],
    ['song', '0000000b direct 1 20 0 1 0 0 5', undefined],
  ])('%s %s', (word, rest, expected) => expect(eventOf(word, rest.split(' '))).toEqual(expected));

  test('names nodes by eight digits, and keys differ by direction', () => {
    expect(numberOf('node-a')).toMatch(/^[0-9a-f]{8}$/);
    const pair = Buffer.alloc(32, 7);
    expect(deriveKey(pair, 'a', 'b')).toMatch(/^[0-9a-f]{32}$/);
    expect(deriveKey(pair, 'a', 'b')).not.toBe(deriveKey(pair, 'b', 'a'));
  });
});
