import type { TestCloud } from './cloud.ts';
import { until } from './poll.ts';

const nodeIdsOfFleet = [
  'sig-fra',
  'sig-sgp',
  'sfu-fra-1',
  'sfu-sgp-1',
  'probe-fra',
  'probe-sgp',
  'gw-fra',
  'gw-sgp',
  'rec-fra',
  'rec-sgp',
  'lib-fra',
  'lib-sgp',
];

/** Waits until every node of a cloud with one media node a region is alive: an earlier kill may still be healing. */
export const untilFleetAlive = (cloud: TestCloud): Promise<boolean> =>
  until('the whole fleet is alive', async () => {
    const { nodes } = await cloud.fleet();
    return nodeIdsOfFleet.every((id) => nodes.some((node) => node.nodeId === id && node.state === 'alive'));
  });

/** Resolves with the pid of a killed child once it differs from `before`. */
export const untilRestarted = (cloud: TestCloud, id: string, before: number): Promise<number> =>
  until(`${id} runs again`, () => {
    const now = cloud.pidIfAny(id);
    return now !== before && now;
  });
