import { describe, expect, test } from 'vitest';
import { commandOf, deriveKey, eventOf, nodeNumberOf } from '../../src/adapters/pathd.ts';
import {
  afterFlip,
  equalOrders,
  type FlowOrder,
  type HostRoute,
  orderChanges,
  orderKey,
  type PathOrder,
  type PathOrders,
  type PathPipe,
  type PathView,
  pathOrders,
  type RouteOrder,
} from '../../src/core/index.ts';

const pipe: PathPipe = {
  remoteId: 'b',
  fence: '',
  flow: 0,
  remoteFlow: 0,
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
  deriveKey: (pairKey, from, to) => `${Buffer.from(pairKey)}:${from}>${to}`,
  ...o,
});
const linesOf = (o: Partial<PathView>): string[] => [...pathOrders(view(o)).values()].map(commandOf);
const routeOf = (o: Partial<PathView>, name = '00000002'): string | undefined => {
  const order = pathOrders(view(o)).get(orderKey({ kind: 'route', name }));
  return order && commandOf(order);
};

describe('the orders', () => {
  test('are empty for a node without peers', () => expect(linesOf({ pipes: [] })).toEqual([]));

  test('need no centre for a pipe: the keys are the pipe’s, the path is direct', () => {
    expect(linesOf({})).toEqual([
      'peer 00000002 10.0.0.2 50 S R',
      'flow 00000002 127.0.0.1 40',
      'route 00000002 direct none',
    ]);
  });

  test("accept the key of the pair of hosts, and its predecessor, beside the pipe's key", () => {
    const routes = new Map([['host-b', { ...route(''), previousKey: key('j') }]]);
    expect(linesOf({ routes })[0]).toBe('peer 00000002 10.0.0.2 50 S R k:b>a j:b>a');
  });

  test('name a node without a pipe as a peer only when the centre has sent a key for its host', () => {
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
    ['an unknown relay: direct instead', new Map([['host-b', route('host-z', 'host-y')]]), 'direct none'],
    ['the destination itself as relay: direct', new Map([['host-b', route('host-b')]]), 'direct none'],
  ])('route by %s', (_name, routes, expected) => {
    expect(routeOf({ nodes: [node('b'), node('c')], routes })).toBe(`route 00000002 ${expected}`);
  });

  test('name each of several pipes to one neighbour, and route each pipe by its own paths', () => {
    const fenced: PathPipe = { ...pipe, fence: 'eu,us', flow: 3, remoteFlow: 1, port: 41, receiveKey: 'R' };
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
    ['of an unknown region', '', 'direct none'],
  ])('route a fenced pipe by a relay %s', (_name, region, paths) => {
    const routes = new Map([
      ['host-b', route('host-c', '')],
      ['host-c', route('')],
    ]);
    const pipes = [{ ...pipe, fence: 'eu,us', flow: 1 }];
    const nodes = [node('c', 'host-c', region)];
    expect(routeOf({ nodes, routes, pipes }, '00000002.1')).toBe(`route 00000002.1 ${paths}`);
  });

  test('spread pairs over the relay host’s nodes, and never relay by the destination', () => {
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

  test('leave out a node with the number of another node: the pipe’s own neighbour comes first', () => {
    const routes = new Map([['host-c', route('')]]);
    const numbers: Record<string, string> = { a: '00000001', b: '00000002', c: '00000002' };
    const lines = linesOf({ nodes: [node('c')], routes, numberOf: (id) => numbers[id] ?? '' });
    expect(lines.filter((line) => line.startsWith('peer'))).toEqual(['peer 00000002 10.0.0.2 50 S R']);
    expect(linesOf({ numberOf: () => '00000001' })).toEqual([]); // our own number
  });
});

describe('an order after the forwarder switched to its standby path', () => {
  const route = (name: string, primary: string, standby: string): RouteOrder => ({
    kind: 'route',
    name,
    primary,
    standby,
  });
  test.each([
    [route('2', 'direct', '3'), '3', route('2', '3', 'direct')],
    [route('2', '3', 'direct'), 'direct', route('2', 'direct', '3')],
    [route('2', 'direct', 'none'), '3', undefined],
    [route('2', '3', 'direct'), '3', undefined],
    [undefined, 'direct', undefined],
    [route('2.7', 'direct', '3'), '3', route('2.7', '3', 'direct')],
  ])('%j by %s', (order, via, want) => expect(afterFlip(order, via)).toEqual(want));
});

describe('the difference between known and wanted orders', () => {
  const none: PathOrders = new Map();
  const all = pathOrders(view({}));
  const commands = (known: PathOrders, wanted: PathOrders) =>
    orderChanges(known, wanted).map(({ order }) => commandOf(order));

  test('is empty for equal orders', () => expect(commands(all, all)).toEqual([]));
  test('begins with peers and ends with routes', () => {
    expect(commands(none, all).map((line) => line.split(' ')[0])).toEqual(['peer', 'flow', 'route']);
  });
  test('removes flows before their peers', () => {
    expect(commands(all, none)).toEqual(['unflow 00000002', 'unpeer 00000002']);
  });
  test('contains only the changes', () => {
    const changed = pathOrders(view({ pipes: [{ ...pipe, sendKey: 'T' }] }));
    expect(commands(all, changed)).toEqual(['peer 00000002 10.0.0.2 50 T R']);
  });

  const flows = (ports: Record<string, number>): PathOrders => {
    const orders = Object.entries(ports).flatMap(([name, port]): PathOrder[] => [
      { kind: 'flow', name, ip: '127.0.0.1', port, theirFlow: 0 },
      { kind: 'route', name, primary: 'direct', standby: 'none' },
    ]);
    return new Map(orders.map((order) => [orderKey(order), order]));
  };
  test('moves a flow off its port before another flow gets the port, in whatever order they are listed', () => {
    const wanted = flows({ c: 2, b: 1, a: 3 });
    expect(commands(flows({ a: 1, b: 2 }), wanted)).toEqual([
      'flow a 127.0.0.1 3',
      'flow b 127.0.0.1 1',
      'flow c 127.0.0.1 2',
      'route c direct none',
    ]);
  });
  test('begins with the removal of one of two flows that exchange ports, and sends its route again', () => {
    expect(commands(flows({ a: 1, b: 2, c: 9 }), flows({ a: 2, b: 1, c: 9 }))).toEqual([
      'unflow b',
      'flow a 127.0.0.1 2',
      'flow b 127.0.0.1 1',
      'route b direct none',
    ]);
  });
  test('includes a flow with the port of a flow that stays', () => {
    expect(commands(flows({ a: 1 }), flows({ a: 1, b: 1 }))).toEqual(['flow b 127.0.0.1 1', 'route b direct none']);
  });
});

describe('the equality of two orders', () => {
  const flow: FlowOrder = { kind: 'flow', name: 'b', ip: '127.0.0.1', port: 1, theirFlow: 0 };
  const peer: PathOrder = { kind: 'peer', name: 'b', ip: '10.0.0.2', port: 1, sendKey: 'S', receiveKeys: ['R', 'Q'] };
  const paths: PathOrder = { kind: 'route', name: 'b', primary: 'direct', standby: 'none' };
  test.each<[string, Parameters<typeof equalOrders>, boolean]>([
    ['is true for the same fields', [peer, { ...peer, receiveKeys: ['R', 'Q'] }], true],
    ['is false for one key fewer', [peer, { ...peer, receiveKeys: ['R'] }], false],
    ['is false for another send key', [peer, { ...peer, sendKey: 'T' }], false],
    ['is false for another address', [flow, { ...flow, ip: '127.0.0.2' }], false],
    ['is false for another flow number of the neighbour', [flow, { ...flow, theirFlow: 1 }], false],
    ['is false for another standby', [paths, { ...paths, standby: 'direct' }], false],
    ['is false for another name', [flow, { ...flow, name: 'c' }], false],
    ['is false for another kind', [flow, { kind: 'unflow', name: 'b' }], false],
    [
      'is true for two removals of one flow',
      [
        { kind: 'unflow', name: 'b' },
        { kind: 'unflow', name: 'b' },
      ],
      true,
    ],
    ['is true when both are absent', [undefined, undefined], true],
    ['is false when one is absent', [flow, undefined], false],
  ])('%s', (_, [a, b], same) => expect(equalOrders(a, b)).toBe(same));
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
    expect(nodeNumberOf('node-a')).toMatch(/^[0-9a-f]{8}$/);
    const pair = Buffer.alloc(32, 7);
    expect(deriveKey(pair, 'a', 'b')).toMatch(/^[0-9a-f]{32}$/);
    expect(deriveKey(pair, 'a', 'b')).not.toBe(deriveKey(pair, 'b', 'a'));
  });
});
