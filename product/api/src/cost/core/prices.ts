import { assumedPrices } from '@meridian/protocol';

export interface Prices {
  readonly currency: string;
  /** Prices of node hours. A line without a kind covers all kinds; one without a region covers all regions. */
  readonly nodeHours: readonly {
    readonly kind?: string | undefined;
    readonly region?: string | undefined;
    readonly price: number;
  }[];
  readonly traffic: readonly {
    readonly region?: string | undefined;
    readonly unit: 'GB' | 'Mbps95';
    readonly price: number;
  }[];
}

export const assumed: Prices = {
  currency: assumedPrices.currency,
  nodeHours: [{ price: assumedPrices.nodeHour }],
  traffic: [{ unit: 'GB', price: assumedPrices.gigabyte }],
};

/**
 * Returns the price of the best matching line: kind and region, then kind, then region, then neither; 0 without a
 * match.
 */
export function nodeHourPrice({ nodeHours }: Prices, kind: string, region: string): number {
  const lines = [
    nodeHours.find((line) => line.kind === kind && line.region === region),
    nodeHours.find((line) => line.kind === kind && line.region === undefined),
    nodeHours.find((line) => line.kind === undefined && line.region === region),
    nodeHours.find((line) => line.kind === undefined && line.region === undefined),
  ];
  return lines.find((line) => line !== undefined)?.price ?? 0;
}

export interface TrafficPrices {
  /** Price of 10^9 bytes. */
  readonly gigabyte: number;
  /** Price of a month of 1 Mbit/s at the 95th percentile. */
  readonly mbps95: number;
}

/** Returns the region's prices; lines for the region replace those for all regions. */
export function trafficPrices({ traffic }: Prices, region: string): TrafficPrices {
  const own = traffic.filter((line) => line.region === region);
  const lines = own.length > 0 ? own : traffic.filter((line) => line.region === undefined);
  const of = (unit: 'GB' | 'Mbps95'): number => lines.find((line) => line.unit === unit)?.price ?? 0;
  return { gigabyte: of('GB'), mbps95: of('Mbps95') };
}

/** Returns the invalid fields of prices. `kinds`: known kinds of nodes. */
export function invalidFieldsOf(prices: Prices, kinds: readonly string[]): { pointer: string; detail: string }[] {
  const wrong = [
    ...repeated(
      '/nodeHours',
      prices.nodeHours.map(({ kind, region }) => JSON.stringify([kind, region])),
    ),
    ...repeated(
      '/traffic',
      prices.traffic.map(({ unit, region }) => JSON.stringify([unit, region])),
    ),
  ];
  for (const [at, { kind }] of prices.nodeHours.entries())
    if (kind !== undefined && !kinds.includes(kind))
      wrong.push({ pointer: `/nodeHours/${at}/kind`, detail: `must be one of ${kinds.join(', ')}` });
  return wrong;
}

const repeated = (pointer: string, keys: readonly string[]): { pointer: string; detail: string }[] =>
  keys.flatMap((key, at) =>
    keys.indexOf(key) === at
      ? []
      : [{ pointer: `${pointer}/${at}`, detail: `covers the same nodes or traffic as line ${keys.indexOf(key)}` }],
  );
