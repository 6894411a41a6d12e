// What is uploaded and ordered, and when: from the seed alone. Pure.
import { seededRng } from '@meridian/runtime';

const BYTES = { least: 1000, most: 40_000_000 } as const;
const PRIORITIES = ['urgent', 'normal', 'bulk'] as const;
/** One order in so many goes to all receivers. */
const ALL_ONE_IN = 5;
const RECEIVERS_MAX = 3;
/** So much time for each, so that faults meet all of them. */
const UPLOAD_MS = 6000;
const ORDER_MS = 1500;
/** Both decks of faults. */
const SPAN_MS_LEAST = 60_000;

export interface PlannedUpload {
  readonly name: string;
  readonly bytes: number;
  readonly atMs: number;
}

export interface PlannedOrder {
  /** Its place among uploads. */
  readonly upload: number;
  /** Places of receivers; absent: all of them. */
  readonly to?: readonly number[];
  readonly priority: (typeof PRIORITIES)[number];
  readonly atMs: number;
}

export interface Counts {
  readonly uploads: number;
  readonly orders: number;
  readonly receivers: number;
}

/** Sizes from 1 kB to 40 MB, as many small ones as large ones. An order is of an upload that has begun by then. */
export function planOf(seed: number, { uploads, orders, receivers }: Counts) {
  const rng = seededRng(`library load ${seed}`);
  const spanMs = Math.max(SPAN_MS_LEAST, uploads * UPLOAD_MS, orders * ORDER_MS);
  const planned = Array.from({ length: uploads }, (_, at): PlannedUpload => {
    const bytes = Math.round(BYTES.least * (BYTES.most / BYTES.least) ** rng.next());
    return { name: `file-${at}.txt`, bytes, atMs: Math.round((at * spanMs) / uploads) };
  });
  const ordered = Array.from({ length: orders }, (_, at): PlannedOrder => {
    const atMs = Math.round((at * spanMs) / orders);
    const begun = planned.filter((upload) => upload.atMs <= atMs).length;
    const order = { upload: rng.int(begun), priority: PRIORITIES[rng.int(PRIORITIES.length)] ?? 'normal', atMs };
    if (rng.int(ALL_ONE_IN) === 0) return order;
    const count = 1 + rng.int(Math.min(RECEIVERS_MAX, receivers));
    const to = new Set<number>();
    while (to.size < count) to.add(rng.int(receivers));
    return Object.assign(order, { to: [...to] });
  });
  return { uploads: planned, orders: ordered, spanMs };
}
