import type { NodeAgent } from '@meridian/protocol';
import type { Metrics } from '@meridian/runtime';
import type { LoadSampler } from './load-sampler.ts';
import type { LinkBudgets } from './media/link-budgets.ts';
import type { MediaNode } from './media/node.ts';

export function registerMetrics(
  metrics: Metrics,
  o: { node: MediaNode; load: LoadSampler; agent: NodeAgent; budgets: LinkBudgets },
): void {
  const { node, load, agent, budgets } = o;
  const gauges: [name: string, help: string, read: () => number][] = [
    ['sessions', 'Attached sessions', () => node.counts.sessions],
    ['tracks', 'Tracks with a producer here, published or pulled', () => node.counts.producers],
    ['consumers', 'Consumers for clients and other nodes', () => node.counts.consumers],
    ['rooms', 'Rooms', () => node.rooms.size],
    ['pipes', 'Pipes to other nodes', () => node.pipes.size],
    ['pipe_tx_bits_per_second', 'Bit rate sent over pipes to other nodes', () => budgets.sentBps],
    ['pulls', 'Tracks pulled from other nodes', () => node.pulls.size],
    ['served_pulls', 'Tracks that other nodes pull from this node', () => node.serving.size],
    ['cpu_share', "CPU of agent and worker as a share of the node's cores", () => load.load().cpu ?? 0],
    ['tx_bits_per_second', 'Bit rate sent to clients and nodes', () => load.load().txBps ?? 0],
    ['rx_bits_per_second', 'Bit rate received from clients and nodes', () => load.load().rxBps ?? 0],
    ['loop_lag_ms_p99', "99th percentile of the agent's event-loop lag in ms", () => load.load().loopLagMsP99 ?? 0],
    ['capacity_consumers', 'Consumers that this node can carry by its own estimate', () => load.capacity().consumers],
    ['consumer_cpu_share', 'Measured cost of one consumer as a share of one core', () => load.cost.cpuPerConsumer],
    ['data_delivered_total', 'Data messages handed to a link', () => node.data.counts.delivered],
    ['data_refused_total', 'Data messages refused', () => node.data.counts.refused],
    ['data_dropped_lossy_total', 'Lossy data messages dropped on back-pressure', () => node.data.counts.droppedLossy],
    ['data_dropped_reliable_total', 'Reliable data messages dropped', () => node.data.counts.droppedReliable],
    ['channel_received_total', 'Data channel messages received from clients', () => node.channels.counts.received],
    ['channel_sent_total', 'Data channel messages sent to clients', () => node.channels.counts.sent],
    ['channel_dropped_total', 'Data channel messages dropped', () => node.channels.counts.dropped],
    ['channel_refused_total', 'Data channel messages refused to signaling nodes', () => node.channels.counts.refused],
    ['channel_floods_total', 'Sessions ended for a flood of data channel messages', () => node.channels.counts.floods],
    [
      'channel_slow_total',
      'Sessions ended because their client reads data channels too slowly',
      () => node.channels.counts.slow,
    ],
    ['publish_limited_tenants', 'Tenants with a publish limit in force', () => node.publishBudgets.counts.tenants],
    [
      'publish_limit_ended_total',
      'Tracks ended because their tenant exceeded its publish limit',
      () => node.publishBudgets.counts.ended,
    ],
    ...warmGauges(node),
    ['serving', '1 while a worker runs', () => (node.hasWorker ? 1 : 0)],
    [
      'registered',
      '1 while the centre knows this node',
      () => (agent.state === 'serving' || agent.state === 'draining' ? 1 : 0),
    ],
  ];
  for (const [name, help, read] of gauges) {
    const gauge = metrics.gauge(name, help);
    const collect = gauge as unknown as { collect?: () => void };
    collect.collect = () => gauge.set(read());
  }
}

/** Gauges of transports that are made before their session: for a lobby, or while the owner of a room decides. */
function warmGauges(node: MediaNode): [name: string, help: string, read: () => number][] {
  return [
    [
      'warm_transports',
      'Clients with transports and no session yet: they wait in a lobby, or for the owner of their room, which is another signaling node',
      () => node.warm.size,
    ],
    ['warm_made_total', 'Clients for which transports were made ahead of their session', () => node.warm.counts.made],
    ['warm_taken_total', 'Sessions that took the transports made for them', () => node.warm.counts.taken],
    [
      'warm_refused_total',
      'Clients refused transports, by a bound or the load of the node',
      () => node.warm.counts.refused,
    ],
    ['warm_lapsed_total', 'Clients that did not connect, or did not join, in time', () => node.warm.counts.lapsed],
    [
      'warm_dropped_total',
      'Clients whose transports ended early: they or their signaling node left, the join was refused or asked for other ones, the node was drained or loaded',
      () => node.warm.counts.dropped,
    ],
  ];
}
