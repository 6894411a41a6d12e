// Pairs of hosts that may be relayed when a request named the mode of their room.
import { newId } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { RoomMode } from '../../../src/placing/core/view.ts';
import { description, noLoad } from '../fixtures.ts';
import { OWNER, RoomWorld } from '../support/room-world.ts';

const hosts = ['a', 'b', 'c'] as const;
/** One-way delays with which the way from a to b is long directly and short over c. */
const oneWayMs = (from: string, to: string): number => ([from, to].includes('c') ? 10 : 90);
const path = { purpose: 'path', protocol: 'udp', ip: '127.0.0.1', announced: '', port: 7940 };

/** Returns the relay between hosts a and b, each with a member of a room, whose default mode is `service`. */
async function routed(named: RoomMode | undefined, service: RoomMode): Promise<string | undefined> {
  const world = await RoomWorld.start({}, { modes: { default: service, tenants: {} } });
  const { centre, clock } = world;
  const rng = seededRng('named modes');
  const nodes = hosts.map((name) => description({ nodeId: `sfu-${name}`, hostId: name, addresses: [path] }));
  for (const node of nodes) centre.register({ description: node, rooms: [], load: noLoad });
  const held = new Map<string, { sessionIds: string[]; decisionIds: string[] }>();
  for (const on of ['a', 'b']) {
    const sessionId = newId('PA_', (count) => rng.bytes(count));
    const avoidNodeIds = nodes.map(({ nodeId }) => nodeId).filter((nodeId) => nodeId !== `sfu-${on}`);
    const mode = named === undefined ? {} : { mode: named };
    const ask = { roomKey: 't/room', sessionId, clientIp: '', fromCity: '', avoidNodeIds, regionPin: '', ...mode };
    const { record } = await centre.place(ask, OWNER);
    held.set(`sfu-${on}`, { sessionIds: [sessionId], decisionIds: [record.decisionId] });
  }
  for (let step = 0; step < 60; step += 1) {
    for (const { nodeId, incarnation, hostId } of nodes) {
      const at = held.get(nodeId);
      const rooms = at === undefined ? [] : [{ roomKey: 't/room', epoch: 1, ownerId: OWNER, ...at }];
      centre.fullReport(nodeId, { incarnation, rooms, load: { ...noLoad, sessions: rooms.length } });
      const samples = hosts
        .filter((to) => to !== hostId)
        .map((toHostId) => ({
          toHostId,
          rttMs: 2 * oneWayMs(hostId, toHostId),
          onewayChangeMs: 0,
          jitterMs: 0,
          lossFast: 0,
          lossSlow: 0,
          slowProbes: 100,
          isSilent: false,
        }));
      centre.routing.report(nodeId, samples);
    }
    clock.advance(500);
    centre.tick();
  }
  const via = centre.routing.pathOf('a', 'b')?.via;
  centre.end();
  return via;
}

test.each<{ named: RoomMode | undefined; service: RoomMode; via: string }>([
  { named: undefined, service: 'relay', via: 'c' },
  { named: 'direct', service: 'relay', via: '' },
  { named: undefined, service: 'direct', via: '' },
  { named: 'relay', service: 'direct', via: 'c' },
])(
  'with modes $named of requests and $service of the service the path goes over "$via"',
  async ({ named, service, via }) => {
    expect(await routed(named, service)).toBe(via);
  },
);
