// What the rows of deliveries say: times from the order to the receipt, what was lost or came twice, and what it cost.
import { priorities } from '@meridian/distribution';
import { type Metrics, percentile } from '../../support/case.ts';
import type { Delivery } from './client.ts';
import { type Kind, kinds, type Used } from './usage.ts';

export interface Judged {
  readonly deliveries: readonly Delivery[];
  readonly bigItems: ReadonlySet<string>;
  /** '': none was. */
  readonly cutRegion: string;
}

const between = (from: string, to: string | undefined): number | undefined =>
  to === undefined ? undefined : Date.parse(to) - Date.parse(from);

/** Undefined: it has not ended. */
export const afterMs = ({ createdAt, endedAt }: Pick<Delivery, 'createdAt' | 'endedAt'>): number | undefined =>
  between(createdAt, endedAt);

/** Times by where the receiver is, the size of the file, and the priority; groups without a delivery are left out. */
export function timesOf({ deliveries, bigItems, cutRegion }: Judged): Metrics {
  const places = { outside: deliveries.filter((one) => one.region !== cutRegion) };
  const all =
    cutRegion === '' ? places : Object.assign(places, { cut: deliveries.filter((one) => one.region === cutRegion) });
  return nested(all, (ofPlace) =>
    nested(
      {
        small: ofPlace.filter(({ item }) => !bigItems.has(item)),
        big: ofPlace.filter(({ item }) => bigItems.has(item)),
      },
      (ofSize) => nested(byPriority(ofSize), timesOfGroup),
    ),
  );
}

const byPriority = (list: readonly Delivery[]): Record<string, readonly Delivery[]> =>
  Object.fromEntries(priorities.map((name) => [name, list.filter(({ priority }) => priority === name)]));

function nested(
  groups: Readonly<Record<string, readonly Delivery[]>>,
  figures: (group: readonly Delivery[]) => Metrics,
): Metrics {
  const full = Object.entries(groups).filter(([, group]) => group.length > 0);
  return Object.fromEntries(full.map(([name, group]) => [name, figures(group)]));
}

/** `noticed`: until its notice lay where the receiver finds it. */
function timesOfGroup(group: readonly Delivery[]): Metrics {
  const times = group.map(afterMs).filter((ms) => ms !== undefined);
  const noticed = group
    .map(({ createdAt, noticedAt }) => between(createdAt, noticedAt))
    .filter((ms) => ms !== undefined);
  return {
    deliveries: group.length,
    msP50: percentile(times, 0.5),
    msP95: percentile(times, 0.95),
    msP99: percentile(times, 0.99),
    noticedMsP99: percentile(noticed, 0.99),
  };
}

/** From the end of the cut until the last delivery that was ordered before it has ended; 0 when all had. */
export function catchUpSeconds(
  deliveries: readonly Delivery[],
  cut: { readonly region: string; readonly endMs: number },
) {
  const late = deliveries
    .filter(({ region, createdAt }) => region === cut.region && Date.parse(createdAt) < cut.endMs)
    .map(({ endedAt }) => (endedAt === undefined ? Number.NaN : Date.parse(endedAt)) - cut.endMs);
  return Math.max(0, ...late) / 1000;
}

/** CPU seconds for 1,000 deliveries, and the peak of memory, by kind. */
export function costOf(o: {
  readonly from: Used;
  readonly to: Used;
  readonly peakBytes: Used;
  readonly deliveries: number;
}): Metrics {
  const seconds = (kind: Kind): number => (o.to[kind] - o.from[kind]) / o.deliveries;
  const rows = kinds.map((kind): [string, Metrics] => [
    kind,
    { cpuSecondsPer1000: seconds(kind), peakMb: o.peakBytes[kind] / 1_000_000 },
  ]);
  const all = kinds.reduce((sum, kind) => sum + seconds(kind), 0);
  return Object.assign(Object.fromEntries(rows), { cpuSecondsPer1000: all });
}

/** Rows that are not done. */
export function lostOf(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.filter(({ state }) => state !== 'done');
}

/** Rows that a later look finds otherwise: a second receipt has changed them. */
export function changedOf(first: readonly Delivery[], later: readonly Delivery[]): readonly string[] {
  const before = new Map(first.map((row) => [row.id, JSON.stringify(row)]));
  const after = new Map(later.map((row) => [row.id, JSON.stringify(row)]));
  return [...before].filter(([id, text]) => after.get(id) !== text).map(([id]) => id);
}

/** How often each is there. */
export function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Of all label values of a counter or gauge, in the text of a metrics port. */
export function sumOf(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
