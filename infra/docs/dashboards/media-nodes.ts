import type { Dashboard, Panel } from './dashboard.ts';

const ofEach = (title: string, description: string, unit: string, expr: string): Panel => ({
  title,
  description,
  unit,
  queries: [[expr, '{{instance}}']],
});

export const mediaNodes: Dashboard = {
  name: 'media-nodes',
  title: 'media nodes',
  description: 'What each media node carries, and how hard that is for it.',
  panels: [
    {
      title: 'Serving',
      description: 'Media nodes whose worker runs.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_sfu_serving)', 'serving']],
    },
    {
      title: 'Not serving',
      description: 'Media nodes whose worker has died or does not start.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['sum(meridian_sfu_serving == bool 0)', 'not serving']],
    },
    {
      title: 'Unknown to the centre',
      description: 'Media nodes that the centre does not know at present: they get no new sessions.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['sum(meridian_sfu_registered == bool 0)', 'unknown']],
    },
    {
      title: 'Starts in an hour',
      description: 'How often media nodes have started anew within the last hour.',
      unit: 'short',
      isNow: true,
      queries: [['sum(changes(meridian_sfu_process_start_time_seconds[1h]))', 'starts']],
    },
    {
      title: 'Sessions',
      description: 'Sessions that are attached to media nodes.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_sfu_sessions)', 'sessions']],
    },
    {
      title: 'Consumers of capacity',
      description: 'Consumers, as a share of the capacity that all media nodes report.',
      unit: 'percentunit',
      isNow: true,
      badFrom: 0.8,
      queries: [['sum(meridian_sfu_consumers) / sum(meridian_sfu_capacity_consumers)', 'used']],
    },
    ofEach('CPU', 'Agent and worker, as a share of the cores of the node.', 'percentunit', 'meridian_sfu_cpu_share'),
    ofEach('Sent', 'Sent to clients and to other nodes.', 'bps', 'meridian_sfu_tx_bits_per_second'),
    ofEach('Received', 'Received from clients and from other nodes.', 'bps', 'meridian_sfu_rx_bits_per_second'),
    ofEach('Sessions by node', 'Sessions that are attached.', 'short', 'meridian_sfu_sessions'),
    ofEach('Consumers', 'Tracks sent to clients and to other nodes.', 'short', 'meridian_sfu_consumers'),
    ofEach('Tracks', 'Tracks that are published there, or pulled from other nodes.', 'short', 'meridian_sfu_tracks'),
    ofEach(
      'Event-loop lag',
      'Delay of the agent that 99 of 100 samples stay below. Above 100 ms, answers come late.',
      'ms',
      'meridian_sfu_loop_lag_ms_p99',
    ),
    {
      title: 'Pipes and pulls',
      description: 'Connections to other media nodes, and tracks that come or go over them, of all nodes together.',
      unit: 'short',
      queries: [
        ['sum(meridian_sfu_pipes)', 'pipes'],
        ['sum(meridian_sfu_pulls)', 'pulled tracks'],
        ['sum(meridian_sfu_served_pulls)', 'tracks that others pull'],
      ],
    },
    {
      title: 'Data messages lost',
      description: 'Data messages a second that were dropped or refused, of all nodes together.',
      unit: 'ops',
      queries: [
        ['sum(rate(meridian_sfu_data_dropped_lossy_total[$__rate_interval]))', 'lossy, dropped'],
        ['sum(rate(meridian_sfu_data_dropped_reliable_total[$__rate_interval]))', 'reliable, dropped'],
        ['sum(rate(meridian_sfu_data_refused_total[$__rate_interval]))', 'refused'],
      ],
    },
    ofEach('Memory', 'Of the agent, without its worker.', 'bytes', 'meridian_sfu_process_resident_memory_bytes'),
    ofEach(
      'Cost of a consumer',
      'Processor time of one consumer, as measured on the node, as a share of one core.',
      'percentunit',
      'meridian_sfu_consumer_cpu_share',
    ),
    {
      title: 'Limits of publishing',
      description: 'Tenants that are held to a limit of what they send, and tracks that were ended for it, in an hour.',
      unit: 'short',
      queries: [
        ['sum(meridian_sfu_publish_limited_tenants)', 'tenants'],
        ['sum(increase(meridian_sfu_publish_limit_ended_total[1h]))', 'tracks ended in an hour'],
      ],
    },
  ],
};
