// Reads of a month: costs, objectives, traces, the inspection, dial tests. The api is in this process, and its clock
// goes on before each request, so that nothing is answered from memory.
import type { AddressInfo } from 'node:net';
import { systemClock } from '@meridian/runtime';
import { fleetNode, seenLink } from '../../../api/test/support/scripted-fleet.ts';
import { operatorKey, testApi } from '../../../api/test/support/test-api.ts';
import { type Metrics, percentile, type Say } from '../../support/case.ts';
import { load } from '../api/load.ts';
import { type Filled, HOUR_MS, NODES } from './fill.ts';
import { lastMonthMs, REGIONS } from './months.ts';

/** No answer and no fleet is as old in any memory of the api, except trends: a minute. */
const FRESH_MS = 15_000;

/** Paths that are asked for at the same time, as a page does. By turns of the last month, and of the present one. */
const readsOf = (o: Filled): Readonly<Record<string, (index: number) => readonly string[]>> => {
  const monthOf = (index: number): string => {
    const ms = index % 2 === 0 ? lastMonthMs(o) : o.nowMs;
    return `month=${new Date(ms).toISOString().slice(0, 7)}`;
  };
  return {
    getCostByRegion: (index) => [`/cost?by=region&${monthOf(index)}`],
    getCostByTenant: (index) => [`/cost?by=tenant&${monthOf(index)}`],
    getCostByLink: (index) => [`/cost?by=link&${monthOf(index)}`],
    getSlaByRegion: (index) => [`/sla?by=region&${monthOf(index)}`],
    getSlaByTenant: (index) => [`/sla?by=tenant&${monthOf(index)}`],
    getSlaByRegionAndTenant: (index) => ['region', 'tenant'].map((by) => `/sla?by=${by}&${monthOf(index)}`),
    getPolicyTrace: () => ['/cost/trace'],
    getPolicyTraceOfDay: () => [`/cost/trace?from=${new Date(o.nowMs - 23 * HOUR_MS).toISOString()}`],
    listPolicyComparisons: () => ['/cost/policies'],
    getInspection: () => ['/inspection'],
    getDialState: () => ['/console/dial'],
  };
};

/** Each `times` times, in milliseconds until the last byte of all that is asked for at once. */
export async function monthReadTimes(
  url: string,
  o: Filled,
  times: number,
  say: Say,
): Promise<Record<string, Metrics>> {
  let aheadMs = 0;
  const real = systemClock();
  const api = await testApi({ url, clock: Object.assign(systemClock(), { nowMs: () => real.nowMs() + aheadMs }) });
  const found: Record<string, Metrics> = {};
  try {
    api.fleet.nodes = Array.from({ length: NODES }, (_, index) =>
      fleetNode({ id: `sfu-${index}`, city: `City ${index % 60}`, region: `region-${index % REGIONS}` }),
    );
    api.fleet.links = api.fleet.nodes.flatMap(({ node: from }) =>
      api.fleet.nodes.flatMap(({ node: to }) => (from === to ? [] : [seenLink(from?.hostId ?? '', to?.hostId ?? '')])),
    );
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    for (const [name, pathsOf] of Object.entries(readsOf(o))) {
      const server = { port, token: await api.token({ scope: 'operator' }, operatorKey) };
      const took: number[] = [];
      for (let index = 0; index < times; index += 1) {
        aheadMs += FRESH_MS;
        const paths = pathsOf(index);
        const ask = (at: number) => ({ method: 'GET', path: `/api/v1${paths[at]}` }) as const;
        took.push(Math.max(...(await load(server, { atOnce: paths.length, times: paths.length, ask }))));
      }
      found[name] = { tookMsP50: percentile(took, 0.5), tookMsP95: percentile(took, 0.95) };
      say(`${name}: ${JSON.stringify(found[name])}`);
    }
    return found;
  } finally {
    await api.close();
  }
}
