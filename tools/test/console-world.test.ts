import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { FedPaths } from '../lab/console/fed-paths.ts';
import { samplesOf } from '../lab/console/feed-nodes.ts';
import { Rooms } from '../lab/console/rooms.ts';
import { newSession, pairOf, recordOf } from '../lab/console/sessions.ts';
import { addressOf, locationRecords, makeFedWorld, roomsBySize } from '../lab/console/world.ts';

const world = makeFedWorld({ users: 600, nodes: 12, seed: 'test' });

describe('the fed world', () => {
  it('seats all people, and at most one more, in rooms of two to fifty', () => {
    for (const users of [1, 2, 50, 999, 20_000]) {
      const sizes = roomsBySize(users);
      const seats = sizes.reduce((sum, { size, rooms }) => sum + size * rooms, 0);
      expect(seats - users).toBeGreaterThanOrEqual(0);
      expect(seats - users).toBeLessThanOrEqual(1);
      expect(Math.min(...sizes.map(({ size }) => size))).toBe(2);
      expect(Math.max(...sizes.map(({ size }) => size))).toBe(50);
    }
  });

  it('is the same for the same seed, with hosts in cities of named regions', () => {
    expect(world.hosts).toHaveLength(12);
    expect(new Set(world.hosts.map(({ nodeId }) => nodeId)).size).toBe(12);
    expect(world.cities.every(({ name, region }) => /^[a-z-]+$/.test(name) && region.endsWith('-region'))).toBe(true);
    const again = makeFedWorld({ users: 600, nodes: 12, seed: 'test' });
    expect(again.rooms).toEqual(world.rooms);
    expect(again.hosts).toEqual(world.hosts);
  });

  it('has room for all people on its hosts', () => {
    const seats = world.hosts.reduce((sum, { sessionsMax }) => sum + sessionsMax, 0);
    expect(seats).toBeGreaterThan(600);
  });

  it('gives each place addresses of its own, which the location file knows', () => {
    const rng = seededRng('addresses');
    const records = locationRecords(world.places);
    expect(Object.keys(records)).toHaveLength(world.places.length);
    const [record] = Object.values(records);
    expect(record).toMatchObject({ city: { names: { en: world.places[0]?.label } } });
    for (const place of [0, 1, 80]) expect(addressOf(place, rng)).toMatch(new RegExp(`^20\\.${place}\\.`));
    expect(addressOf(256, rng)).toMatch(/^21\.0\./);
  });
});

const rng = seededRng('sessions');
const session = (o: { room?: number; place?: number; number?: number } = {}) =>
  newSession({ room: 0, tenant: 'acme', place: 0, clientIp: '20.0.0.1', number: 1, wallMs: 5, ...o }, rng);
const around = { wallMs: 10_000, periodMs: 10_000, nodeId: 'a', fromNodeIds: ['b'], accessRttMs: 100, plantedLoss: 0 };

describe('a record of a session', () => {
  it('has the round trip of its distance and the loss of its line', () => {
    const one = session();
    const record = recordOf(one, around, rng);
    expect(record).toMatchObject({ sessionId: one.id, nodeId: 'a', fromNodeIds: ['b'], source: 'client' });
    expect(record.rttMs).toBeGreaterThan(85);
    expect(record.rttMs).toBeLessThan(115);
    expect(record.inboundLoss).toBeLessThan(0.25);
  });

  it('has the planted loss on top, frozen pictures and a lower layer', () => {
    const record = recordOf(session(), { ...around, plantedLoss: 0.3 }, rng);
    expect(record.inboundLoss).toBeGreaterThanOrEqual(0.3);
    expect(record.freezeMs).toBeGreaterThan(1000);
    expect(record).toMatchObject({ layer: 0, receivedHeight: 180 });
  });
});

describe('a planted loss', () => {
  it('is measured by the probes of the link and by no others', () => {
    const [here, there] = [0, world.hosts.findIndex(({ city }) => city !== world.hosts[0]?.city)];
    const siteOf = (host: number): string => {
      const city = world.cities[world.hosts[host]?.city ?? -1];
      return `${city?.region}/${city?.name}`;
    };
    const paths = new FedPaths(world.hosts.map(({ hostId }, host) => ({ hostId, site: siteOf(host) })));
    paths.plant(pairOf(siteOf(here), siteOf(there)), 0.1, 1000);
    const samples = samplesOf({ world, index: here, rng, paths, nowMs: 16_000, slowProbesTo: () => 150 });
    expect(samples).toHaveLength(world.hosts.length - 1);
    // Half of the 30 s of the slow window.
    const lossy = samples
      .filter(({ lossFast, lossSlow }) => lossFast === 0.1 && Math.abs(lossSlow - 0.05) < 1e-9)
      .map(({ toHostId }) => toHostId);
    const want = world.hosts.filter(({ city }) => city === world.hosts[there]?.city).map(({ hostId }) => hostId);
    expect(lossy).toEqual(want);
  });
});

describe('rooms', () => {
  it('know on which other hosts they are, until the last session there has left', () => {
    const rooms = new Rooms(world);
    const [a, b, c] = [session({ number: 1 }), session({ number: 2 }), session({ number: 3 })];
    [a.host, b.host, c.host] = [0, 1, 1];
    for (const one of [a, b, c]) rooms.join(one, { ownerId: 'sig-1', epoch: 7 });
    expect(rooms.otherHostsOf(a)).toEqual([1]);
    expect(rooms.otherHostsOf(b)).toEqual([0]);
    rooms.leave(b);
    rooms.leave(b);
    expect(rooms.otherHostsOf(a)).toEqual([1]);
    rooms.leave(c);
    expect(rooms.otherHostsOf(a)).toEqual([]);
    expect(rooms.ownerOf(a.roomKey)).toEqual({ ownerId: 'sig-1', epoch: 7 });
    rooms.leave(a);
    expect(rooms.sidOf(a.roomKey)).toBe('');
  });

  it('show each camera going from its host to each other one', () => {
    const rooms = new Rooms(world);
    const [a, b] = [Object.assign(session(), { hasCamera: true }), Object.assign(session(), { hasCamera: false })];
    [a.host, b.host] = [2, 3];
    for (const one of [a, b]) rooms.join(one, { ownerId: 'sig-1', epoch: 1 });
    const [from, to] = [world.hosts[2]?.nodeId, world.hosts[3]?.nodeId];
    expect(rooms.pathsOf(a.roomKey)).toEqual([{ trackId: `TR_${a.identity}`, nodeId: to, fromNodeId: from }]);
  });
});
