// What is ordered in the steady part, and when: known before it begins, from a seed.
import type { Priority } from '@meridian/distribution';
import type { Rng } from '@meridian/runtime';

/** Ten times what is delivered at the peak day of today. */
export const DELIVERIES_A_DAY = 10 * 45_132;
export const DELIVERIES_PER_SECOND = DELIVERIES_A_DAY / 86_400;
const BIG_SHARE = 0.005;
/** In quick runs as well: one of each place that takes big files. */
const BIG_MIN = 2;
const priorityShares: readonly (readonly [Priority, number])[] = [
  ['urgent', 0.1],
  ['normal', 0.6],
  ['bulk', 0.3],
];
/** Of an order: one site, some, as many as a region has, or all. */
const fanOutShares: readonly (readonly [receivers: number, number])[] = [
  [1, 0.6],
  [4, 0.25],
  [15, 0.12],
  [Number.POSITIVE_INFINITY, 0.03],
];
const SMALL_BYTES = { from: 4096, to: 4_194_304 } as const;
/** Small files are many, larger ones few: the exponent of the share, between `from` (0) and `to` (1). */
const SKEW = 3;

const BIG_PREFIX = 'big-';
export const isBigName = (name: string): boolean => name.startsWith(BIG_PREFIX);

export interface PlannedOrder {
  readonly atMs: number;
  readonly item: string;
  readonly receivers: readonly number[];
  readonly priority: Priority;
  readonly isBig: boolean;
}
export interface PlannedItem {
  readonly name: string;
  readonly bytes: number;
}
export interface Plan {
  readonly items: readonly PlannedItem[];
  readonly orders: readonly PlannedOrder[];
  readonly deliveries: number;
}
export interface PlanOptions {
  readonly forMs: number;
  readonly receivers: number;
  /** Of them, those that big files go to, in turn. */
  readonly bigReceivers: readonly number[];
  readonly bigItems: number;
  readonly bigBytes: number;
}

/**
 * Orders at random times, as those of a Poisson process of which the number is known. No receiver gets a small item
 * twice, so that the bytes of each delivery have to come.
 */
export function planOf(o: PlanOptions, rng: Rng): Plan {
  const total = Math.max(1, Math.round((DELIVERIES_PER_SECOND * o.forMs) / 1000));
  const bigCount = Math.min(total, Math.max(BIG_MIN, Math.round(total * BIG_SHARE)));
  const small = smallOrders(total - bigCount, o, rng.fork('small'));
  const big = bigOrders(bigCount, o, rng.fork('big'));
  const orders = [...small.orders, ...big.orders].sort((a, b) => a.atMs - b.atMs);
  return { items: [...small.items, ...big.items], orders, deliveries: total };
}

function smallOrders(count: number, { forMs, receivers }: PlanOptions, rng: Rng) {
  const items: (PlannedItem & { readonly left: number[] })[] = [];
  const orders: PlannedOrder[] = [];
  const made = (): (typeof items)[number] => {
    const bytes = Math.round(SMALL_BYTES.from * (SMALL_BYTES.to / SMALL_BYTES.from) ** (rng.next() ** SKEW));
    const left = shuffled(
      Array.from({ length: receivers }, (_, at) => at),
      rng,
    );
    const item = { name: `small-${items.length}.txt`, bytes, left };
    items.push(item);
    return item;
  };
  for (let planned = 0; planned < count; ) {
    const fanOut = Math.min(drawn(fanOutShares, rng), receivers, count - planned);
    const fitting = items.filter(({ left }) => left.length >= fanOut);
    // Of those in use, the first are asked for most.
    const item = fitting[Math.floor(rng.next() ** 2 * (fitting.length + 1))] ?? made();
    const to = item.left.splice(0, fanOut);
    const priority = drawn(priorityShares, rng);
    orders.push({ atMs: rng.next() * forMs, item: item.name, receivers: to, priority, isBig: false });
    planned += fanOut;
  }
  return { items: items.map(({ name, bytes }) => ({ name, bytes })), orders };
}

/** Each receiver of big files gets the items in turn. */
function bigOrders(count: number, o: PlanOptions, rng: Rng) {
  const items = Array.from({ length: o.bigItems }, (_, at) => ({ name: `${BIG_PREFIX}${at}.txt`, bytes: o.bigBytes }));
  const times = Array.from({ length: count }, () => rng.next() * o.forMs).sort((a, b) => a - b);
  const orders = times.map((atMs, at): PlannedOrder => {
    const receiver = o.bigReceivers[at % o.bigReceivers.length] ?? 0;
    const item = items[Math.floor(at / o.bigReceivers.length) % items.length]?.name ?? '';
    return { atMs, item, receivers: [receiver], priority: drawn(priorityShares, rng), isBig: true };
  });
  return { items, orders };
}

function drawn<T>(shares: readonly (readonly [T, number])[], rng: Rng): T {
  let left = rng.next();
  for (const [value, share] of shares) {
    left -= share;
    if (left < 0) return value;
  }
  const last = shares.at(-1);
  if (last === undefined) throw new RangeError('no shares');
  return last[0];
}

function shuffled<T>(values: readonly T[], rng: Rng): T[] {
  const list = [...values];
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = rng.int(at + 1);
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
  return list;
}
