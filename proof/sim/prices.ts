// What hosts and their traffic cost.
import { assumedPrices } from '@meridian/protocol';
import type { Traffic } from './traffic.ts';

export interface Prices {
  /** Of an hour of a host. */
  readonly nodeHour: (host: number) => number;
  /** Of 10^9 bytes that it sends. */
  readonly gigabyte: (host: number) => number;
}

/** US dollars, the same everywhere. */
export const flatPrices: Prices = {
  nodeHour: () => assumedPrices.nodeHour,
  gigabyte: () => assumedPrices.gigabyte,
};

/**
 * What one stream of a camera carries on average: the middle layer and audio. An assumption; it scales all strategies
 * alike.
 */
const STREAM_MBPS = 1;
const GB_PER_STREAM_HOUR = (STREAM_MBPS * 3600) / 8 / 1000;

/** Of so many hours of each host; `sent` in hours of streams. */
export function costOf(o: { hosts: number; hours: number; sent: Traffic['sent']; prices: Prices }): number {
  let sum = 0;
  for (let host = 0; host < o.hosts; host += 1) sum += o.hours * o.prices.nodeHour(host);
  for (const [host, hours] of o.sent) sum += hours * GB_PER_STREAM_HOUR * o.prices.gigabyte(host);
  return sum;
}
