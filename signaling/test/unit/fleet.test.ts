import { limits } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  entryCandidates,
  type FleetNode,
  fallbackNode,
  isCityInOrder,
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

describe('the list of signaling nodes for a client', () => {
  const ids = (nodes: FleetNode[], order: string[] = []) =>
    entryCandidates(fleet(...nodes), { order, selfId: 'self', region: 'fra' }).map(
      (candidate) => candidate.signalingId,
    );
  it.each<[string, FleetNode[], string[], string[]]>([
    ['is empty for an empty fleet', [], [], []],
    [
      'lacks media nodes, and dead or draining nodes and those without an address',
      [
        node('m'),
        signaling('d', { state: 'dead' }),
        signaling('e', { state: 'draining' }),
        signaling('n', { publicUrl: '' }),
      ],
      [],
      [],
    ],
    ['has a node whose report is only late', [signaling('late', { state: 'suspect' })], [], ['late']],
    [
      'has the order of the centre',
      [signaling('a'), signaling('b'), signaling('self')],
      ['b', 'self', 'a'],
      ['b', 'self', 'a'],
    ],
    [
      'ends with the nodes that the centre does not name',
      [signaling('a'), signaling('b'), signaling('self')],
      ['b'],
      ['b', 'self', 'a'],
    ],
    [
      'has without the centre this node first, then its region, then the others',
      [signaling('z', { region: 'sgp' }), signaling('b'), signaling('self'), signaling('a', { region: 'nyc' })],
      [],
      ['self', 'b', 'a', 'z'],
    ],
    [
      'lacks ws addresses for a page that came by wss, since it could not open them',
      [signaling('self'), signaling('b', { publicUrl: 'ws://127.0.1.1:7880' }), signaling('c')],
      ['b', 'c', 'self'],
      ['c', 'self'],
    ],
    [
      'lacks wss addresses for a page that came by ws, since it may not trust their certificates',
      [
        signaling('self', { publicUrl: 'ws://127.0.1.1:7880' }),
        signaling('b'),
        signaling('c', { publicUrl: 'ws://127.0.2.1:7880' }),
      ],
      ['b', 'c', 'self'],
      ['c', 'self'],
    ],
    [
      'ranks a city by the first of its nodes that the centre names, even one of the other scheme',
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
      'has a node of each city, then the second nodes, even if the centre has not named them all',
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
      'has nodes of the other scheme if there are no others',
      [signaling('self', { state: 'draining' }), signaling('b', { publicUrl: 'ws://127.0.1.1:7880' })],
      [],
      ['b'],
    ],
  ])('%s', (_name, nodes, order, expected) => {
    expect(ids(nodes, order)).toEqual(expected);
  });

  it('has at most five nodes, each with both its addresses', () => {
    const many = entryCandidates(fleet(...Array.from({ length: 9 }, (_, index) => signaling(`d${index}`))), {
      order: [],
      selfId: 'd3',
      region: 'fra',
    });
    expect(many).toHaveLength(limits.echoSitesMax); // the SDK measures them all
    expect(many[0]).toEqual({
      signalingId: 'd3',
      url: 'wss://d3.example/v1/rtc',
      echoUrl: 'wss://d3.example/v1/echo',
      region: 'fra',
      city: 'Frankfurt',
    });
  });
});

describe('a signaling node that a client is asked to measure', () => {
  const nodes = fleet(signaling('fra'), signaling('fra-lan'), signaling('sgp', { region: 'sgp', city: 'Singapore' }));
  const candidate = { region: 'fra', city: 'Frankfurt' };

  it.each<[string, string[], boolean]>([
    ['is a node that the centre names', ['sgp', 'fra'], true],
    ['is a node of a city that the centre names by another signaling node', ['fra-lan'], true],
    ['is no node of another city', ['sgp'], false],
    ['is no node when the centre names a node that is not there', ['gone'], false],
    ['is no node when the centre did not answer', [], false],
  ])('%s', (_name, order, expected) => {
    expect(isCityInOrder(candidate, nodes, order)).toBe(expected);
  });

  it.each([
    ['', []],
    ['ticket=', []],
    ['other=AQI', []],
    ['ticket=AQID&ticket=BB', [1, 2, 3]],
  ])('shows its ticket in the query %j as %j', (query, bytes) => {
    expect([...ticketOf(query)]).toEqual(bytes);
  });

  it('reads from its query the ticket that its address contains', () => {
    const ticket = Uint8Array.from({ length: 21 }, (_, index) => index * 12);
    const url = new URL(urlWithTicket('wss://d.example/v1/echo', ticket));
    expect([url.pathname, [...ticketOf(url.search.slice(1))]]).toEqual(['/v1/echo', [...ticket]]);
  });
});

describe('the media node for a session without the centre', () => {
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
    ['is missing in an empty fleet', choose([]), undefined],
    [
      'is missing when all nodes are dead, draining, avoided or no media nodes',
      choose([node('a', { state: 'dead' }), node('b', { state: 'draining' }), node('c'), signaling('d')], {
        avoid: ['c'],
      }),
      undefined,
    ],
    [
      'is a node of the own region that holds the room',
      choose([node('a'), node('b'), node('c', { region: 'sgp' })], { room: ['b', 'c'] }),
      'b',
    ],
    ['is else a node of the own region', choose([node('a'), node('c', { region: 'sgp' })], { room: ['c'] }), 'a'],
    [
      'is else a node that holds the room',
      choose([node('c', { region: 'sgp' }), node('d', { region: 'sgp' })], { room: ['d'] }),
      'd',
    ],
    ['is never a node of another region without the room', choose([node('c', { region: 'sgp' })]), undefined],
    [
      'is first of all a node of the opener’s host, even in another region',
      choose([node('a'), node('c', { region: 'sgp', hostId: 'host-gw' })], { room: ['a'], openerHostId: 'host-gw' }),
      'c',
    ],
    ['is else chosen by other rules', choose([node('a'), node('b')], { room: ['b'], openerHostId: 'host-gw' }), 'b'],
    [
      'is missing when the opener’s host is required and its node is draining',
      choose([node('a'), node('c', { hostId: 'host-gw', state: 'draining' })], {
        openerHostId: 'host-gw',
        onHost: true,
      }),
      undefined,
    ],
    [
      'is missing when the opener’s host is required and unknown',
      choose([node('a', { hostId: '' })], { onHost: true }),
      undefined,
    ],
    [
      'is a linked node among equally good nodes',
      choose([node('a'), node('b'), node('c', { region: 'sgp' })], { open: ['b', 'c'] }),
      'b',
    ],
    [
      'is a node that holds the room rather than a linked node without it',
      choose([node('a'), node('b')], { room: ['b'], open: ['a'] }),
      'b',
    ],
    [
      'is a near node rather than a node of the room whose link is down',
      choose([node('a'), node('b')], { room: ['a'], down: ['a'] }),
      'b',
    ],
    [
      'is a far node that holds the room rather than a near one whose link is down',
      choose([node('a'), node('c', { region: 'sgp' })], { room: ['a', 'c'], down: ['a'] }),
      'c',
    ],
    [
      'is a node whose link is down rather than a linked node of a region without the room',
      choose([node('a'), node('c', { region: 'sgp' })], { room: ['a'], down: ['a'], open: ['c'] }),
      'a',
    ],
    ['is random among equals: the first', choose([node('b'), node('a')], { rand: 0 }), 'a'],
    ['is random among equals: the last', choose([node('b'), node('a')], { rand: 0.9999999 }), 'b'],
    ['exists even for a random number of 1', choose([node('b'), node('a')], { rand: 1 }), 'b'],
  ])('%s', (_name, chosen, expected) => {
    expect(chosen).toBe(expected);
  });
});

describe('seats of a tenant without the centre', () => {
  it('are divided among the signaling nodes that are not dead, rounded up', () => {
    const nodes = fleet(signaling('a'), signaling('b'), signaling('c', { state: 'dead' }), node('sfu'));
    expect([5, 1, 0].map((seats) => shareOfSeats(seats, nodes))).toEqual([3, 1, Number.POSITIVE_INFINITY]);
    expect(shareOfSeats(4, fleet())).toBe(4);
  });
});
