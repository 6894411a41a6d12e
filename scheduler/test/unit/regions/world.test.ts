// The world: the leader's state as instances of regions receive it, with changes in any order, readers that lag or are
// cut off, and messages in parts.
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import { type NodeDescription, noLoad, type RoomHeld } from '../../../src/fleet/core/node.ts';
import { keyOf, WorldLog, WorldView } from '../../../src/leading/core/regions/index.ts';

const describeNode = (nodeId: string, incarnation: string): NodeDescription => ({
  nodeId,
  kind: nodeId.startsWith('sig') ? 'signaling' : 'sfu',
  region: 'r',
  city: 'c',
  hostId: `host-${nodeId}`,
  latitude: 0,
  longitude: 0,
  addresses: [],
  capacity: { sessions: 10, consumers: 0, bandwidthBps: 0, cpuCores: 1 },
  versions: { software: '', protocol: 1, router: 1 },
  incarnation,
  publicUrl: '',
});

describe('the world', () => {
  test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'is the same at the leader and at instances, in whatever order its changes come (seed %i)',
    (seed) => {
      const rng = seededRng(String(seed));
      const fleet = new Fleet();
      const log = new WorldLog();
      const views = [new WorldView(), new WorldView()];
      const ids = ['a', 'b', 'c', 'sig-1'];
      let nowMs = 0;
      const room = (): RoomHeld => ({
        roomKey: `t/r${rng.int(4)}`,
        epoch: 1 + rng.int(3),
        ownerId: 'sig-1',
        sessionIds: Array.from({ length: rng.int(4) }, () => `s${rng.int(9)}`),
        decisionIds: [],
      });
      const rooms = (): RoomHeld[] => [
        ...new Map(Array.from({ length: rng.int(4) }, room).map((one) => [one.roomKey, one])).values(),
      ];
      const leases = new Map<string, { roomKey: string; ownerId: string; epoch: number }>();
      const denied = new Set<string>();
      for (let step = 0; step < 400; step += 1) {
        nowMs += rng.int(3000);
        const id = ids[rng.int(ids.length)] ?? 'a';
        const draw = rng.int(8);
        if (draw === 0)
          fleet.register({ description: describeNode(id, `i${rng.int(2)}`), rooms: rooms(), load: noLoad }, nowMs);
        else if (draw === 1) fleet.linkDown(id);
        else if (draw === 2) fleet.drain(id, rng.next() < 0.5 ? 'why' : undefined);
        else if (draw === 3) fleet.tick(nowMs);
        else if (draw === 4) leases.set('t/r1', { roomKey: 't/r1', ownerId: 'sig-1', epoch: step });
        else if (draw === 5) leases.delete('t/r1');
        else if (draw === 6) denied.has(id) ? denied.delete(id) : denied.add(id);
        else {
          const incarnation = fleet.get(id)?.description.incarnation ?? '';
          const report = {
            incarnation,
            load: noLoad,
            sessionCount: 0,
            sessionHash: 0,
            roomsChanged: rooms(),
            roomsGone: [`t/r${rng.int(4)}`],
            state: 'serving',
          };
          fleet.report(id, report, nowMs);
        }
        log.nodes(fleet.list(), [...denied]);
        log.leases([...leases.values()]);
        log.delays([{ fromHostId: 'x', toHostId: 'y', delayMs: rng.int(3), rttMs: Number.NaN }]);
        if (step % 50 === 0) log.validate();
        for (const [index, view] of views.entries()) {
          if (index === 1 && rng.next() < 0.8) continue;
          if (rng.next() < 0.05) view.restart();
          expect(view.apply(log.since(view.version)).ok, `seed ${seed}`).toBe(true);
        }
      }
      for (const view of views) {
        view.apply(log.since(view.version));
        const kept = fleet.list().map(({ description: { nodeId } }) => nodeId);
        expect(
          view
            .nodes()
            .map(({ description }) => description.nodeId)
            .sort(),
          `seed ${seed}`,
        ).toEqual(kept.sort());
        for (const record of fleet.list()) {
          const { nodeId, kind } = record.description;
          const known = view.node(nodeId);
          expect(known).toMatchObject({ description: record.description, drainReason: record.drainReason });
          expect(known?.isUsable, `seed ${seed} ${nodeId}`).toBe(
            record.isLinked && record.distrust === undefined && record.liveness !== 'dead',
          );
          if (kind === 'sfu')
            expect(new Map([...view.roomsOf(nodeId)].sort())).toEqual(new Map([...record.rooms].sort()));
        }
        expect(view.lease('t/r1')).toEqual(leases.get('t/r1'));
        expect(view.deniedIds().sort()).toEqual([...denied].sort());
      }
    },
  );

  test.each(['sfu', 'signaling', 'gateway', 'recorder', 'library', 'edge-probe', 'api'])(
    'includes a %s when instances need nodes of that kind',
    (kind) => {
      const fleet = new Fleet();
      const rooms = [{ roomKey: 't/r1', epoch: 1, ownerId: 'sig-1', sessionIds: ['s1'], decisionIds: [] }];
      fleet.register({ description: { ...describeNode('a', 'i'), kind }, rooms, load: noLoad }, 0);
      const log = new WorldLog();
      const view = new WorldView();
      log.nodes(fleet.list(), []);
      view.apply(log.since(0));
      expect(view.node('a')?.description.hostId).toBe(
        ['library', 'edge-probe', 'api'].includes(kind) ? undefined : 'host-a',
      );
      expect(view.roomsOf('a').size).toBe(kind === 'sfu' ? 1 : 0);
    },
  );

  test('is refused after a gap by an instance', () => {
    const log = new WorldLog();
    const view = new WorldView();
    log.lease({ roomKey: 't/a', ownerId: 'd', epoch: 1 });
    const first = log.since(0);
    view.apply(first);
    log.lease({ roomKey: 't/b', ownerId: 'd', epoch: 1 });
    const second = log.since(log.version - 1);
    log.lease({ roomKey: 't/c', ownerId: 'd', epoch: 1 });
    const third = log.since(second.version);
    expect(view.apply(third).ok).toBe(false);
    expect(view.lease('t/c')).toBeUndefined();
    expect(view.apply(second).ok).toBe(true);
    expect(view.apply(third).ok).toBe(true);
    expect(keyOf.lease('t/c')).toBe('lease/t/c');
  });

  test('has a new delay of a path when it changes noticeably', () => {
    const log = new WorldLog();
    const delay = (delayMs: number) => log.delays([{ fromHostId: 'x', toHostId: 'y', delayMs, rttMs: 10 }]);
    delay(100.2);
    const { version } = log;
    delay(100.3);
    expect(log.version).toBe(version);
    delay(102);
    expect(log.version).toBe(version + 1);
    log.delays([]);
    expect(log.since(version).gone).toEqual(['delay/x y']);
  });
});
