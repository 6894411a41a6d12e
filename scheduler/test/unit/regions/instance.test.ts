import { ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import type { Centre } from '../../../src/centre/centre.ts';
import { Denied } from '../../../src/fleet/core/denied.ts';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import type { NodeReport } from '../../../src/fleet/core/node.ts';
import { WorldLog } from '../../../src/leading/core/regions/index.ts';
import { RegionInstance } from '../../../src/leading/regions/instance.ts';
import { description, noLoad, room } from '../fixtures.ts';

function world() {
  const clock = new ManualClock();
  const fleet = new Fleet();
  const centre = {
    fleet,
    denied: new Denied(),
    report: (nodeId: string, report: NodeReport) => fleet.report(nodeId, report, clock.nowMs()),
  } as unknown as Centre;
  const instance = new RegionInstance({
    region: 'eu',
    clock,
    log: collectingLog().log,
    epoch: () => 5,
    centre: () => centre,
    cut: () => undefined,
    chargeByLeader: async () => ({ ok: true, regionEpoch: 9 }),
  });
  const leaders = new Fleet();
  const register = (of: Fleet, nodeId: string, region: string): void => {
    of.register({ description: description({ nodeId, region }), rooms: [room('t/r')], load: noLoad }, 0);
  };
  for (const nodeId of ['ap-1', 'ap-2']) register(leaders, nodeId, 'ap');
  register(leaders, 'eu-1', 'eu');
  register(fleet, 'eu-1', 'eu');
  const log = new WorldLog();
  const feed = (): void => {
    log.nodes(leaders.list(), []);
    instance.applyDelta(log.since(0));
  };
  const linked = (): string[] =>
    fleet
      .list()
      .filter((node) => node.isLinked && node.liveness === 'alive')
      .map((node) => node.description.nodeId)
      .sort();
  return { instance, feed, linked };
}

describe('nodes of other regions, at an instance of a region', () => {
  test('are candidates while the leader sends its feed, not while the leader is away, and again when it is back', () => {
    const { instance, feed, linked } = world();
    expect(linked()).toEqual(['eu-1']);
    feed();
    expect(linked()).toEqual(['ap-1', 'ap-2', 'eu-1']);
    instance.leaderLost();
    expect(instance.isFed).toBe(false);
    expect(linked()).toEqual(['eu-1']);
    instance.leaderLost();
    feed();
    expect(linked()).toEqual(['ap-1', 'ap-2', 'eu-1']);
  });
});
