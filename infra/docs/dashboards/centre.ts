import { type Dashboard, quantile } from './dashboard.ts';

export const centre: Dashboard = {
  name: 'centre',
  title: 'centre and placement',
  description: 'What the centre decides, how fast, whom it turns away and what it moves.',
  panels: [
    {
      title: 'Leading centres',
      description: 'Leading centres: one, or none for a moment while the lead passes on.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_scheduler_leading)', 'leading']],
    },
    {
      title: 'Links',
      description: 'Open links of nodes to centres.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_scheduler_links)', 'links']],
    },
    {
      title: 'Distrusted nodes',
      description: 'Media nodes whose reported figures contradict each other.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['max(meridian_scheduler_nodes_distrusted)', 'nodes']],
    },
    {
      title: 'Stalls in an hour',
      description: 'How often a centre did not run for a second or longer.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['round(sum(increase(meridian_scheduler_stalls_total[1h])))', 'stalls']],
    },
    {
      title: 'Writes that failed in an hour',
      description: 'Writes of the centre to its store. It tries them again.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['round(sum(increase(meridian_scheduler_copy_failures_total[1h])))', 'writes']],
    },
    {
      title: 'Booked seats without room',
      description: 'Booked seats for which regions have no room now.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [
        [
          'sum(max by (region) (meridian_scheduler_reserved_short_sessions)) or 0 * (sum(meridian_scheduler_leading) > 0)',
          'seats',
        ],
      ],
    },
    {
      title: 'Placements',
      description: 'Requests a second for a media node, by outcome.',
      unit: 'ops',
      isStacked: true,
      queries: [['sum by (outcome) (rate(meridian_scheduler_placements_total[$__rate_interval]))', '{{outcome}}']],
    },
    {
      title: 'Why nodes were left out',
      description: 'Nodes a second that a filter left out, of placements that were refused or made beyond the limits.',
      unit: 'ops',
      queries: [['sum by (filter) (rate(meridian_scheduler_rejections_total[$__rate_interval]))', '{{filter}}']],
    },
    {
      title: 'Time of a decision',
      description: 'One placement, without the store: the median, and the time that 99 of 100 stay below.',
      unit: 'ms',
      queries: [
        [quantile(0.5, 'meridian_scheduler_decision_ms'), 'median'],
        [quantile(0.99, 'meridian_scheduler_decision_ms'), '99 of 100'],
      ],
    },
    {
      title: 'Admission',
      description: 'Joins a second at the gate in front of placements: let in, after a wait, or refused, and why.',
      unit: 'ops',
      isStacked: true,
      queries: [['sum by (outcome) (rate(meridian_scheduler_admissions_total[$__rate_interval]))', '{{outcome}}']],
    },
    {
      title: 'Level of admission',
      description: 'Share of joins that a region lets in; 1 is all.',
      unit: 'percentunit',
      queries: [['min by (region) (meridian_scheduler_admission_level)', '{{region}}']],
    },
    {
      title: 'Joins that wait',
      description: 'Joins that wait for their turn at the gate.',
      unit: 'short',
      queries: [['sum(meridian_scheduler_admission_waiting)', 'joins']],
    },
    {
      title: 'Moves',
      description: 'Sessions a second that were moved to another media node, by why and how it ended.',
      unit: 'ops',
      isStacked: true,
      queries: [
        ['sum by (kind, outcome) (rate(meridian_scheduler_moves_total[$__rate_interval]))', '{{kind}} {{outcome}}'],
      ],
    },
    {
      title: 'Time of a move',
      description:
        'From the decision to the report of the new node: the median, and the time that 99 of 100 stay below.',
      unit: 'ms',
      queries: [
        [quantile(0.5, 'meridian_scheduler_move_ms'), 'median'],
        [quantile(0.99, 'meridian_scheduler_move_ms'), '99 of 100'],
      ],
    },
    {
      title: 'Sessions to be moved',
      description: 'Moves that run and that wait, and sessions on media nodes that are drained.',
      unit: 'short',
      queries: [
        ['sum(meridian_scheduler_moves_running)', 'moves that run'],
        ['sum(meridian_scheduler_moves_waiting)', 'moves that wait'],
        ['sum(meridian_scheduler_draining_sessions)', 'on drained nodes'],
      ],
    },
    {
      title: 'Autoscaler: nodes needed',
      description: 'Media nodes that a region needs.',
      unit: 'short',
      queries: [['max by (region) (meridian_scheduler_autoscale_need_nodes)', '{{region}}']],
    },
    {
      title: 'Autoscaler: nodes there',
      description: 'Media nodes of a region by state, as the autoscaler counts them.',
      unit: 'short',
      queries: [['max by (region, state) (meridian_scheduler_autoscale_nodes)', '{{region}} {{state}}']],
    },
    {
      title: 'Event-loop lag',
      description: 'Delay of each centre that 99 of 100 samples stay below.',
      unit: 's',
      queries: [['meridian_scheduler_nodejs_eventloop_lag_p99_seconds', '{{instance}}']],
    },
  ],
};
