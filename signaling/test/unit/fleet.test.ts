import { limits } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  entryCandidates,
  type FleetNode,
  fallbackNode,
  isNamed,
  shareOfSeats,
  ticketOf,
  urlWithTicket,
} from '../../src/core/index.ts';

const node = (nodeId: string, o: Partial<FleetNode> = {}): FleetNode => ({
  nodeId,
  kind: 'sfu',
  region: 'fra',
  city: 'Frankfurt',
  hostId: `host-${nodeId}`,
  latitude: 0,
  longitude: 0,
  state: 'alive',
  incarnation: 'i',
  publicUrl: '',
  addresses: [],
  ...o,
});
const signaling = (nodeId: string, o: Partial<FleetNode> = {}) =>
  node(nodeId, { kind: 'signaling', publicUrl: `wss://${nodeId}.example/`, ...o });
const fleet = (...nodes: FleetNode[]) => new Map(nodes.map((entry) => [entry.nodeId, entry]));

describe('signaling nodes to connect to', () => {
  const ids = (nodes: FleetNode[], order: string[] = []) =>
    entryCandidates(fleet(...nodes), { order, selfId: 'self', region: 'fra' }).map(
      (candidate) => candidate.signalingId,
    );
  it.each<[string, FleetNode[], string[], string[]]>([
    ['none in an empty fleet', [], [], []],
    [
      'media nodes, the dead, the draining and those without an address are none',
      [
        node('m'),
        signaling('d', { state: 'dead' }),
        signaling('e', { state: 'draining' }),
        signaling('n', { publicUrl: '' }),
      ],
      [],
      [],
    ],
    ['that is only late is one', [signaling('late', { state: 'suspect' })], [], ['late']],
    [
      'in the order of the centre',
      [signaling('a'), signaling('b'), signaling('self')],
      ['b', 'self', 'a'],
      ['b', 'self', 'a'],
    ],
    [
      'those the centre does not name come after',
      [signaling('a'), signaling('b'), signaling('self')],
      ['b'],
      ['b', 'self', 'a'],
    ],
    [
      'without the centre: itself, its region, the others',
      [signaling('z', { region: 'sgp' }), signaling('b'), signaling('self'), signaling('a', { region: 'nyc' })],
      [],
      ['self', 'b', 'a', 'z'],
    ],
    [
      'a page that came by wss is given no ws, which it could not open',
      [signaling('self'), signaling('b', { publicUrl: 'ws://127.0.1.1:7880' }), signaling('c')],
      ['b', 'c', 'self'],
      ['c', 'self'],
    ],
    [
      'a page that came by ws is given no wss, whose certificate it may not trust',
      [
        signaling('self', { publicUrl: 'ws://127.0.1.1:7880' }),
        signaling('b'),
        signaling('c', { publicUrl: 'ws://127.0.2.1:7880' }),
      ],
      ['b', 'c', 'self'],
      ['c', 'self'],
    ],
    [
      'a city stands where the centre names it first, by a signaling node of whatever scheme',
      [
        signaling('self'),
        signaling('fra', { publicUrl: 'ws://127.0.1.1:7880' }),
        signaling('sgp', { region: 'sgp', city: 'Singapore' }),
        signaling('sgp2', { region: 'sgp', city: 'Singapore' }),
      ],
      ['fra', 'sgp', 'self', 'sgp2'],
      ['self', 'sgp', 'sgp2'],
    ],
    [
      'one of each city, then second ones, also when the centre has not named them all',
      [
        signaling('a1'),
        signaling('a2'),
        signaling('a3'),
        signaling('b1', { region: 'sgp', city: 'Singapore' }),
        signaling('b2', { region: 'sgp', city: 'Singapore' }),
      ],
      ['a2', 'b1', 'a1'],
      ['a2', 'b1', 'a1', 'b2', 'a3'],
    ],
    [
      'where none is of the own scheme, the others',
      [signaling('self', { state: 'draining' }), signaling('b', { publicUrl: 'ws://127.0.1.1:7880' })],
      [],
      ['b'],
    ],
  ])('%s', (_name, nodes, order, expected) => {
    expect(ids(nodes, order)).toEqual(expected);
  });

  it('are at most five, each with both its addresses', () => {
    const many = entryCandidates(fleet(...Array.from({ length: 9 }, (_, index) => signaling(`d${index}`))), {
      order: [],
      selfId: 'd3',
      region: 'fra',
    });
    expect(many).toHaveLength(limits.echoSitesMax); // the SDK times them all
    expect(many[0]).toEqual({
      signalingId: 'd3',
      url: 'wss://d3.example/v1/rtc',
      echoUrl: 'wss://d3.example/v1/echo',
      region: 'fra',
      city: 'Frankfurt',
    });
  });
});

describe('a signaling node that a client is asked to time', () => {
  const nodes = fleet(signaling('fra'), signaling('fra-lan'), signaling('sgp', { region: 'sgp', city: 'Singapore' }));
  const candidate = { region: 'fra', city: 'Frankfurt' };

  it.each<[string, string[], boolean]>([
    ['is one that the centre names', ['sgp', 'fra'], true],
    ['is one of a city that the centre names by another signaling node', ['fra-lan'], true],
    ['is none of another city', ['sgp'], false],
    ['is none when the centre names one that is not there', ['gone'], false],
    ['is none when the centre did not answer', [], false],
  ])('%s', (_name, order, expected) => {
    expect(isNamed(candidate, nodes, order)).toBe(expected);
  });

  it.each([
    ['', []],
    ['ticket=', []],
    ['other=AQI', []],
    ['ticket=AQID&ticket=BB', [1, 2, 3]],
  ])('shows its ticket in the query %j as %j', (query, bytes) => {
    expect([...ticketOf(query)]).toEqual(bytes);
  });

  it('gets the ticket back that its address contains', () => {
    const ticket = Uint8Array.from({ length: 21 }, (_, index) => index * 12);
    const url = new URL(urlWithTicket('wss://d.example/v1/echo', ticket));
    expect([url.pathname, [...ticketOf(url.search.slice(1))]]).toEqual(['/v1/echo', [...ticket]]);
  });
});

describe('a media node without the centre', () => {
  interface Asked {
    room?: string[];
    avoid?: string[];
    rand?: number;
    fence?: string;
    openerHostId?: string;
    onHost?: boolean;
    open?: string[];
    down?: string[];
  }
  const choose = (nodes: FleetNode[], o: Asked = {}) =>
    fallbackNode(fleet(...nodes), {
      region: 'fra',
      fence: o.fence ?? '',
      roomNodeIds: o.room ?? [],
      avoidNodeIds: o.avoid ?? [],
      openerHostId: o.openerHostId ?? '',
      onHost: o.onHost ?? false,
      linkOf: (nodeId) => (o.open?.includes(nodeId) ? 'open' : o.down?.includes(nodeId) ? 'down' : 'unknown'),
      rand: o.rand ?? 0,
    });
  it.each<[string, ReturnType<typeof choose>, string | undefined]>([
    ['none in an empty fleet', choose([]), undefined],
    [
      'none when all are dead, draining, avoided or no media nodes',
      choose([node('a', { state: 'dead' }), node('b', { state: 'draining' }), node('c'), signaling('d')], {
        avoid: ['c'],
      }),
      undefined,
    ],
    [
      'one of the own region that holds the room',
      choose([node('a'), node('b'), node('c', { region: 'sgp' })], { room: ['b', 'c'] }),
      'b',
    ],
    ['else one of the own region', choose([node('a'), node('c', { region: 'sgp' })], { room: ['c'] }), 'a'],
    [
      'else one that holds the room',
      choose([node('c', { region: 'sgp' }), node('d', { region: 'sgp' })], { room: ['d'] }),
      'd',
    ],
    ['never another region that has nothing to do with it', choose([node('c', { region: 'sgp' })]), undefined],
    [
      'of the host of the opener first, also of another region',
      choose([node('a'), node('c', { region: 'sgp', hostId: 'host-gw' })], { room: ['a'], openerHostId: 'host-gw' }),
      'c',
    ],
    ['else as for everybody', choose([node('a'), node('b')], { room: ['b'], openerHostId: 'host-gw' }), 'b'],
    [
      'none of another host when it has to be that one',
      choose([node('a'), node('c', { hostId: 'host-gw', state: 'draining' })], {
        openerHostId: 'host-gw',
        onHost: true,
      }),
      undefined,
    ],
    [
      'none when it has to be that one and it is not known which',
      choose([node('a', { hostId: '' })], { onHost: true }),
      undefined,
    ],
    [
      'of equally good ones one that is linked',
      choose([node('a'), node('b'), node('c', { region: 'sgp' })], { open: ['b', 'c'] }),
      'b',
    ],
    [
      'one that holds the room before another that is linked',
      choose([node('a'), node('b')], { room: ['b'], open: ['a'] }),
      'b',
    ],
    [
      'none whose link is down, though it holds the room, while there is another near',
      choose([node('a'), node('b')], { room: ['a'], down: ['a'] }),
      'b',
    ],
    [
      'none whose link is down while another holds the room, however far',
      choose([node('a'), node('c', { region: 'sgp' })], { room: ['a', 'c'], down: ['a'] }),
      'c',
    ],
    [
      'one whose link is down when there is no other: a region that has nothing to do with it is none',
      choose([node('a'), node('c', { region: 'sgp' })], { room: ['a'], down: ['a'], open: ['c'] }),
      'a',
    ],
    ['by chance among equals: the first', choose([node('b'), node('a')], { rand: 0 }), 'a'],
    ['by chance among equals: the last', choose([node('b'), node('a')], { rand: 0.9999999 }), 'b'],
    ['a random number of 1 does not lead outside', choose([node('b'), node('a')], { rand: 1 }), 'b'],
  ])('%s', (_name, chosen, expected) => {
    expect(chosen).toBe(expected);
  });
});

describe('seats of a tenant without the centre', () => {
  it('are divided among the signaling nodes that are not dead', () => {
    const nodes = fleet(signaling('a'), signaling('b'), signaling('c', { state: 'dead' }), node('sfu'));
    expect([5, 1, 0].map((seats) => shareOfSeats(seats, nodes))).toEqual([3, 1, Number.POSITIVE_INFINITY]);
    expect(shareOfSeats(4, fleet())).toBe(4);
  });
});
