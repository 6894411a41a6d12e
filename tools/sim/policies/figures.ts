// What a policy costs and gains over the time of a trace: each figure is weighted by the time of presence.
import { nodeKind } from '@meridian/protocol';
import { nodeHourPrice, trafficPrices } from '../../../api/src/cost/core/prices.ts';
import type { Figures } from '../../../api/src/policies/shapes.ts';
import { metricsOf } from '../judge.ts';
import { costOf, type Prices } from '../prices.ts';
import type { StrategyRun } from '../timeline.ts';
import { type Streams, StreamsKeeper, trafficOf } from '../traffic.ts';
import type { World } from '../world.ts';
import type { Trace } from './trace.ts';

const HOUR_MS = 3_600_000;
/** A month of 1 Mbit/s: 730.5 hours, 10^9 bytes. */
const GB_PER_MBPS_MONTH = (730.5 * 3600) / 8 / 1000;

/** Streams of all rooms by time, in ms. */
export function streamsOverTime({ rooms }: Pick<StrategyRun, 'rooms'>): Streams {
  const streams = new StreamsKeeper();
  for (const { tally } of rooms) streams.addAll(tally.streams);
  return streams;
}

/** `hours`: of each node, as far as these rooms pay for it. */
export function figuresOf(
  policy: string,
  run: StrategyRun,
  { world, prices, hours }: { readonly world: World; readonly prices: Prices; readonly hours: number },
): Figures {
  // Over time, also of rooms in which all were there from the beginning to the end.
  const overTime = { ...run, isTogether: false };
  const { onewayMsMean, onewayMsP95, shareUnder150Ms, movesPerPersonHour } = metricsOf(overTime, world);
  const traffic = trafficOf(streamsOverTime(run), (from, to) => run.running.via(from, to));
  const sent = new Map([...traffic.sent].map(([host, ms]) => [host, ms / HOUR_MS]));
  const sum = (of: 'presentMs' | 'roomMs' | 'hostMs'): number =>
    run.rooms.reduce((all, { tally }) => all + tally[of], 0);
  return {
    policy,
    costPerUserHour: costOf({ hosts: world.hosts.length, hours, sent, prices }) / (sum('presentMs') / HOUR_MS),
    onewayMsMean,
    onewayMsP95,
    shareUnder150Ms,
    nodesPerRoom: sum('hostMs') / sum('roomMs'),
    relayedShare: traffic.between > 0 ? traffic.relayed / traffic.between : 0,
    movesPerPersonHour,
  };
}

/** As the api's cost of a month has them; a 95th percentile is taken for the mean. */
export function pricesOf({ nodes, prices }: Pick<Trace, 'nodes' | 'prices'>): Prices {
  const nodeHours = nodes.map(({ region }) => nodeHourPrice(prices, nodeKind.media, region));
  const gigabytes = nodes.map(({ region }) => {
    const { gigabyte, mbps95 } = trafficPrices(prices, region);
    return gigabyte + mbps95 / GB_PER_MBPS_MONTH;
  });
  return { nodeHour: (host) => nodeHours[host] ?? 0, gigabyte: (host) => gigabytes[host] ?? 0 };
}
