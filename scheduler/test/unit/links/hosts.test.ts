import { describe, expect, test } from 'vitest';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import { hostsOf } from '../../../src/routing/core/links/index.ts';
import { description, noLoad } from '../fixtures.ts';

const path = { purpose: 'path', protocol: 'udp', ip: '127.0.0.1', announced: '', port: 7940 } as const;
const gone = Number.POSITIVE_INFINITY;

function relayMs(o: {
  region?: string;
  sentShare?: number;
  hasForwarder?: boolean;
  priceMs?: Record<string, number>;
}): number {
  const fleet = new Fleet();
  const addresses = o.hasForwarder === false ? [] : [path];
  const capacity = { sessions: 100, consumers: 0, bandwidthBps: 1e9, cpuCores: 1 };
  const node = description({ nodeId: 'sfu-1', hostId: 'one', region: o.region ?? 'eu', addresses, capacity });
  const txBps = (o.sentShare ?? 0) * capacity.bandwidthBps;
  fleet.register({ description: node, rooms: [], load: { ...noLoad, txBps } }, 0);
  return hostsOf(fleet.list(), (region) => o.priceMs?.[region] ?? 0).hosts[0]?.relayMs ?? Number.NaN;
}

describe('a relay costs', () => {
  test.each([
    { name: 'the ms of a hop on a quiet line', o: {}, want: 1 },
    { name: 'no more than the hop on a line that is used by half', o: { sentShare: 0.5 }, want: 1 },
    { name: 'the load of a busy line, in steps of 5 ms', o: { sentShare: 0.725 }, want: 21 },
    { name: 'Infinity when the line is full', o: { sentShare: 0.85 }, want: gone },
    { name: 'Infinity without a forwarder', o: { hasForwarder: false }, want: gone },
    { name: 'the price of its region', o: { priceMs: { eu: 8 } }, want: 9 },
    { name: 'nothing by another region’s price', o: { priceMs: { us: 8 } }, want: 1 },
  ])('$name', ({ o, want }) => expect(relayMs(o)).toBe(want));
});
