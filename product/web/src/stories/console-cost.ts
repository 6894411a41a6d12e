// Sample cost report of a month, and default prices.
import type { CostPrices, CostReport, CostRow, CostSettings } from '../console/types.ts';
import type { Answers } from './scripted-api.tsx';
import { storyNowMs } from './scripted-api.tsx';

const row = (
  key: string,
  o: Pick<CostRow, 'nodeHours' | 'sentBytes' | 'userHours'> & { peakBps?: number },
): CostRow => {
  const [nodeCost, trafficCost] = [o.nodeHours * 0.2, (o.sentBytes / 1e9) * 0.05];
  const cost = nodeCost + trafficCost;
  return { key, ...o, nodeCost, trafficCost, cost, ...(o.userHours > 0 && { costPerUserHour: cost / o.userHours }) };
};
const byRegion = [
  row('eu-central', { nodeHours: 8640, sentBytes: 214.2e12, peakBps: 2.9e9, userHours: 412_880 }),
  row('us-east', { nodeHours: 6480, sentBytes: 101.9e12, peakBps: 1.4e9, userHours: 201_442 }),
  row('ap-southeast', { nodeHours: 4320, sentBytes: 44.1e12, peakBps: 612e6, userHours: 91_204 }),
  row('sa-east', { nodeHours: 1080, sentBytes: 3.4e12, peakBps: 48e6, userHours: 8120 }),
  row('me-south', { nodeHours: 540, sentBytes: 0, peakBps: 0, userHours: 0 }),
];
const byTenant = [
  row('example', { nodeHours: 12_404, sentBytes: 240.4e12, userHours: 512_004 }),
  row('北方科技', { nodeHours: 6112, sentBytes: 101.2e12, userHours: 161_422 }),
  row('clinic-nord', { nodeHours: 2004, sentBytes: 22e12, userHours: 40_220 }),
  row('', { nodeHours: 540, sentBytes: 0, userHours: 0 }),
];
const links = ['eu-central', 'us-east', 'ap-southeast', 'sa-east'];
const byLink = links.flatMap((from, i) =>
  links
    .filter((to) => to !== from)
    .map((to, j) =>
      row(`${from} > ${to}`, {
        nodeHours: 0,
        sentBytes: 21e12 / (1 + i * 3 + j),
        peakBps: 280e6 / (1 + i * 3 + j),
        userHours: byRegion.find(({ key }) => key === to)?.userHours ?? 0,
      }),
    ),
);
const rows = { region: byRegion, tenant: byTenant, link: byLink } as const;
const sum = (key: 'nodeHours' | 'sentBytes' | 'userHours'): number => byRegion.reduce((all, one) => all + one[key], 0);

const report = (by: keyof typeof rows): CostReport => ({
  month: '2026-11',
  from: '2026-11-01T00:00:00.000Z',
  to: new Date(storyNowMs - (storyNowMs % 3_600_000)).toISOString(),
  isRunning: true,
  by,
  currency: 'USD',
  isAssumed: true,
  total: row('', { nodeHours: sum('nodeHours'), sentBytes: sum('sentBytes'), userHours: sum('userHours') }),
  kinds: [
    { kind: 'sfu', nodeHours: 12_960, nodeCost: 2592 },
    { kind: 'signaling', nodeHours: 4320, nodeCost: 864 },
    { kind: 'gateway', nodeHours: 2160, nodeCost: 432 },
    { kind: 'recorder', nodeHours: 1080, nodeCost: 216 },
    { kind: 'edge-probe', nodeHours: 540, nodeCost: 108 },
  ],
  rows: rows[by],
  complete: by !== 'tenant',
});
const nothing = { nodeHours: 0, sentBytes: 0, userHours: 0 };
const emptyReport = (by: keyof typeof rows): CostReport => ({
  ...report(by),
  isAssumed: false,
  total: row('', nothing),
  kinds: [],
  rows: [],
  complete: true,
});

const assumed: CostPrices = {
  currency: 'USD',
  nodeHours: [{ price: 0.2 }],
  traffic: [{ unit: 'GB', price: 0.05 }],
};
const set: CostPrices = {
  currency: 'EUR',
  nodeHours: [
    { price: 0.18 },
    { kind: 'sfu', price: 0.22 },
    { kind: 'sfu', region: 'ap-southeast', price: 0.31 },
    { kind: 'sfu', price: 0.24 },
  ],
  traffic: [
    { unit: 'GB', price: 0.05 },
    { region: 'eu-central', unit: 'Mbps95', price: 0.42 },
  ],
};

type State = 'full' | 'empty' | 'set';

/** `set`: with custom prices, two of which are for the same kind. */
export const costAnswers =
  (state: State = 'full'): Answers =>
  (method, path) => {
    if (method === 'PUT') return undefined;
    if (path === '/cost/settings') return settings(state);
    const by = (['region', 'tenant', 'link'] as const).find((one) => path.includes(`by=${one}`));
    if (by === undefined) return undefined;
    return state === 'empty' ? emptyReport(by) : { ...report(by), isAssumed: state === 'full' };
  };

const settings = (state: State): CostSettings =>
  state === 'set'
    ? { prices: set, isAssumed: false, updatedAt: '2026-11-02T09:12:00.000Z' }
    : { prices: assumed, isAssumed: true };
