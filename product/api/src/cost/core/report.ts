import { nodeHourPrice, type Prices, type TrafficPrices, trafficPrices } from './prices.ts';

export const costGroups = ['region', 'tenant', 'link'] as const;
export type CostGroup = (typeof costGroups)[number];

export interface UsageFigures {
  /** Share of the month that has passed. */
  readonly passed: number;
  readonly nodes: readonly {
    /** Kind of node (`nodeKind`). */
    readonly kind: string;
    readonly region: string;
    readonly hours: number;
    readonly sentBytes: number;
  }[];
  /** 95th percentile of sent bits per second, by region. */
  readonly peakBps: ReadonlyMap<string, number>;
  /** Sessions by region and tenant; one entry may cover all tenants, unless the report is by tenant. */
  readonly sessions: readonly {
    readonly region: string;
    readonly tenant: string;
    readonly hours: number;
    readonly receivedBytes: number;
  }[];
  /** Bytes of delivered files that nodes sent; one entry may cover all tenants, unless the report is by tenant. */
  readonly delivered: readonly { readonly region: string; readonly tenant: string; readonly bytes: number }[];
  readonly links: readonly {
    readonly from: string;
    readonly to: string;
    readonly sentBytes: number;
    readonly peakBps: number;
  }[];
}

interface Sums {
  readonly nodeHours: number;
  readonly nodeCost: number;
  readonly sentBytes: number;
  readonly deliveredBytes: number;
  readonly trafficCost: number;
  readonly userHours: number;
}

export interface Row extends Sums {
  readonly key: string;
  readonly peakBps?: number | undefined;
  readonly cost: number;
  /** Undefined without user hours. */
  readonly costPerUserHour: number | undefined;
}

export interface CostOfKind {
  /** Kind of node (`nodeKind`). */
  readonly kind: string;
  readonly nodeHours: number;
  readonly nodeCost: number;
}

export interface Report {
  readonly total: Row;
  readonly kinds: readonly CostOfKind[];
  /** Rows, the most expensive first. Rows of regions or tenants add up to the total; links are a part of it. */
  readonly rows: readonly Row[];
}

/** Returns figures that are not rounded. */
export function costReport(usage: UsageFigures, prices: Prices, by: CostGroup): Report {
  const regions = regionsOf(usage, prices);
  const rows = { region: regionRows, tenant: tenantRows, link: linkRows }[by](regions, usage, prices);
  return {
    total: rowOf('', sumOf([...regions.values()])),
    kinds: kindsOf(usage, prices),
    rows: rows.sort((a, b) => b.cost - a.cost || b.userHours - a.userHours || (a.key < b.key ? -1 : 1)),
  };
}

const zeroSums: Sums = {
  nodeHours: 0,
  nodeCost: 0,
  sentBytes: 0,
  deliveredBytes: 0,
  trafficCost: 0,
  userHours: 0,
};
const figures = Object.keys(zeroSums) as readonly (keyof Sums)[];

const sumOf = (all: readonly Sums[]): Sums => {
  const sum: Record<keyof Sums, number> = Object.assign({}, zeroSums);
  for (const one of all) for (const figure of figures) sum[figure] += one[figure];
  return sum;
};

function rowOf(key: string, sums: Sums, peakBps?: number): Row {
  const cost = sums.nodeCost + sums.trafficCost;
  return { key, ...sums, peakBps, cost, costPerUserHour: sums.userHours > 0 ? cost / sums.userHours : undefined };
}

function regionsOf(usage: UsageFigures, prices: Prices): Map<string, Sums> {
  const { nodes, sessions, delivered, peakBps, passed } = usage;
  const ofNodes = Map.groupBy(nodes, ({ region }) => region);
  const ofSessions = Map.groupBy(sessions, ({ region }) => region);
  const ofDelivered = Map.groupBy(delivered, ({ region }) => region);
  const names = new Set([...ofNodes.keys(), ...ofSessions.keys(), ...ofDelivered.keys(), ...peakBps.keys()]);
  return new Map(
    [...names].map((region) => {
      const nodesOfRegion = ofNodes.get(region) ?? [];
      const sentBytes = sum(nodesOfRegion.map((node) => node.sentBytes));
      const sums = {
        nodeHours: sum(nodesOfRegion.map(({ hours }) => hours)),
        nodeCost: sum(nodesOfRegion.map(({ kind, hours }) => hours * nodeHourPrice(prices, kind, region))),
        sentBytes,
        deliveredBytes: sum((ofDelivered.get(region) ?? []).map(({ bytes }) => bytes)),
        trafficCost:
          gigabyteCost(trafficPrices(prices, region), sentBytes) +
          peakCost(trafficPrices(prices, region), peakBps.get(region), passed),
        userHours: sum((ofSessions.get(region) ?? []).map(({ hours }) => hours)),
      };
      return [region, sums];
    }),
  );
}

const gigabyteCost = ({ gigabyte }: TrafficPrices, sentBytes: number): number => (sentBytes / 1e9) * gigabyte;
const peakCost = ({ mbps95 }: TrafficPrices, peakBps = 0, passed: number): number => (peakBps / 1e6) * mbps95 * passed;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const regionRows = (regions: ReadonlyMap<string, Sums>, { peakBps }: UsageFigures): Row[] =>
  [...regions].map(([region, sums]) => rowOf(region, sums, peakBps.get(region)));

/**
 * Splits the costs of nodes by session time, and of traffic by received and delivered bytes. A region without either
 * belongs to no tenant.
 */
function tenantRows(regions: ReadonlyMap<string, Sums>, { sessions, delivered }: UsageFigures): Row[] {
  const parts = new Map<string, Sums[]>();
  const add = (tenant: string, part: Sums): void => {
    const own = parts.get(tenant);
    if (own === undefined) parts.set(tenant, [part]);
    else own.push(part);
  };
  const uses = [
    ...sessions.map((one) => ({ ...one, bytes: one.receivedBytes, deliveredBytes: 0 })),
    ...delivered.map((one) => ({ ...one, hours: 0, deliveredBytes: one.bytes })),
  ];
  const ofUses = Map.groupBy(uses, ({ region }) => region);
  for (const [region, sums] of regions) {
    const usesOfRegion = ofUses.get(region) ?? [];
    const hours = sum(usesOfRegion.map((one) => one.hours));
    const bytes = sum(usesOfRegion.map((one) => one.bytes));
    for (const { tenant, deliveredBytes, ...one } of usesOfRegion)
      add(tenant, {
        ...nodePart(sums, hours > 0 ? one.hours / hours : 0),
        ...trafficPart(sums, bytes > 0 ? one.bytes / bytes : 0),
        deliveredBytes,
        userHours: one.hours,
      });
    add('', {
      ...nodePart(sums, hours > 0 ? 0 : 1),
      ...trafficPart(sums, bytes > 0 ? 0 : 1),
      deliveredBytes: 0,
      userHours: 0,
    });
  }
  const rows = [...parts].map(([tenant, own]) => rowOf(tenant, sumOf(own)));
  return rows.filter((row) => row.key !== '' || figures.some((figure) => row[figure] > 0));
}

const nodePart = ({ nodeHours, nodeCost }: Sums, share: number): Pick<Sums, 'nodeHours' | 'nodeCost'> => ({
  nodeHours: nodeHours * share,
  nodeCost: nodeCost * share,
});
const trafficPart = ({ sentBytes, trafficCost }: Sums, share: number): Pick<Sums, 'sentBytes' | 'trafficCost'> => ({
  sentBytes: sentBytes * share,
  trafficCost: trafficCost * share,
});

function linkRows(regions: ReadonlyMap<string, Sums>, { links, peakBps, passed }: UsageFigures, prices: Prices): Row[] {
  return links.map(({ from, to, sentBytes, peakBps: ownPeak }) => {
    const price = trafficPrices(prices, from);
    const ofRegion = regions.get(from)?.sentBytes ?? 0;
    const share = ofRegion > 0 ? sentBytes / ofRegion : 0;
    const trafficCost = gigabyteCost(price, sentBytes) + share * peakCost(price, peakBps.get(from), passed);
    const userHours = regions.get(to)?.userHours ?? 0;
    return rowOf(`${from} > ${to}`, { ...zeroSums, sentBytes, trafficCost, userHours }, ownPeak);
  });
}

function kindsOf({ nodes }: UsageFigures, prices: Prices): CostOfKind[] {
  const kinds = [...Map.groupBy(nodes, ({ kind }) => kind)].map(([kind, own]) => ({
    kind,
    nodeHours: sum(own.map(({ hours }) => hours)),
    nodeCost: sum(own.map(({ hours, region }) => hours * nodeHourPrice(prices, kind, region))),
  }));
  return kinds.sort((a, b) => b.nodeCost - a.nodeCost || (a.kind < b.kind ? -1 : 1));
}
