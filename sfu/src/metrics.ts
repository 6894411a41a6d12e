import type { NodeAgent } from '@meridian/protocol';
import type { Metrics } from '@meridian/runtime';
import type { LoadSampler } from './load-sampler.ts';
import type { MediaNode } from './media/node.ts';

export function registerMetrics(metrics: Metrics, o: { node: MediaNode; load: LoadSampler; agent: NodeAgent }): void {
  const { node, load, agent } = o;
  const shown: [name: string, help: string, read: () => number][] = [
    ['sessions', 'Sessions attached', () => node.counts.sessions],
    ['tracks', 'Tracks produced here, published or pulled', () => node.counts.producers],
    ['consumers', 'Consumers of clients and of other nodes', () => node.counts.consumers],
    ['rooms', 'Rooms', () => node.rooms.size],
    ['pipes', 'Pipes to other nodes', () => node.pipes.size],
    ['pulls', 'Tracks pulled from other nodes', () => node.pulls.size],
    ['served_pulls', 'Tracks that other nodes pull from here', () => node.serving.size],
    ['cpu_share', 'CPU of agent and worker, share of its cores', () => load.load().cpu ?? 0],
    ['tx_bits_per_second', 'Sent to clients and nodes', () => load.load().txBps ?? 0],
    ['rx_bits_per_second', 'Received from clients and nodes', () => load.load().rxBps ?? 0],
    ['loop_lag_ms_p99', 'Event-loop lag of the agent', () => load.load().loopLagMsP99 ?? 0],
    ['capacity_consumers', 'Consumers this node holds itself able to carry', () => load.capacity().consumers],
    ['consumer_cpu_share', 'Measured cost of one consumer, share of one core', () => load.cost.cpuPerConsumer],
    ['data_delivered_total', 'Data messages handed to a link', () => node.data.counts.delivered],
    ['data_refused_total', 'Data messages refused', () => node.data.counts.refused],
    ['data_dropped_lossy_total', 'Lossy data messages dropped on back-pressure', () => node.data.counts.droppedLossy],
    ['data_dropped_reliable_total', 'Reliable data messages dropped', () => node.data.counts.droppedReliable],
    ['channel_received_total', 'Messages of data channels from clients', () => node.channels.counts.received],
    ['channel_sent_total', 'Messages of data channels to clients', () => node.channels.counts.sent],
    ['channel_dropped_total', 'Messages of data channels dropped', () => node.channels.counts.dropped],
    ['channel_refused_total', 'Messages refused to signaling nodes', () => node.channels.counts.refused],
    ['channel_floods_total', 'Sessions ended for such a flood', () => node.channels.counts.floods],
    [
      'channel_slow_total',
      'Sessions ended because their client reads them too slowly',
      () => node.channels.counts.slow,
    ],
    ['publish_limited_tenants', 'Tenants held to a limit of what they send', () => node.publishBudgets.counts.tenants],
    ['publish_limit_ended_total', 'Tracks ended for that limit', () => node.publishBudgets.counts.ended],
    ['serving', '1 while a worker runs', () => (node.serves ? 1 : 0)],
    [
      'registered',
      '1 while the centre knows this node',
      () => (agent.state === 'serving' || agent.state === 'draining' ? 1 : 0),
    ],
  ];
  for (const [name, help, read] of shown) {
    const gauge = metrics.gauge(name, help);
    const collect = gauge as unknown as { collect?: () => void };
    collect.collect = () => gauge.set(read());
  }
}
