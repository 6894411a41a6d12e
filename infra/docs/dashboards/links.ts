import type { Dashboard, Panel } from './dashboard.ts';

/** Shows only the worst directed pairs, as all of them would be hundreds of curves. */
const worst = (title: string, description: string, unit: string, metric: string): Panel => ({
  title,
  description: `${description} The ten highest at each moment.`,
  unit,
  queries: [[`topk(10, ${metric})`, '{{from}} → {{to}}']],
});

export const links: Dashboard = {
  name: 'links',
  title: 'links between hosts',
  description: 'Loss and delay between hosts, as edge probes measure them, and the paths that the centre takes.',
  panels: [
    {
      title: 'Pairs with loss',
      description: 'Directions with more than 5 % of loss over 30 s.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['count(meridian_edge_probe_loss_slow > 0.05) or 0 * count(meridian_edge_probe_loss_slow)', 'pairs']],
    },
    {
      title: 'Relayed pairs',
      description: 'Ordered pairs of hosts whose media takes a way over a third host.',
      unit: 'short',
      isNow: true,
      queries: [['max(meridian_scheduler_relayed_pairs)', 'pairs']],
    },
    {
      title: 'Hosts beyond the plan',
      description: 'Hosts that the plan of routes has no room for; they are reached directly.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['max(meridian_scheduler_hosts_unplanned)', 'hosts']],
    },
    {
      title: 'Answered probes',
      description: 'Share of the probes that were sent within 5 minutes.',
      unit: 'percentunit',
      isNow: true,
      queries: [
        [
          'sum(increase(meridian_edge_probe_probes_answered_total[5m])) / sum(increase(meridian_edge_probe_probes_sent_total[5m]))',
          'answered',
        ],
      ],
    },
    worst(
      'Loss over 30 s',
      'Share of probes of a direction that were lost.',
      'percentunit',
      'meridian_edge_probe_loss_slow',
    ),
    worst(
      'Loss over 1 s',
      'Share of probes of a direction that were lost.',
      'percentunit',
      'meridian_edge_probe_loss_fast',
    ),
    worst('Round trip', 'Between two probes, smoothed; peaks fade slowly.', 'ms', 'meridian_edge_probe_rtt_ms'),
    worst('Jitter', 'Mean deviation of the delay of a direction.', 'ms', 'meridian_edge_probe_jitter_ms'),
    worst(
      'Slowdown',
      'Delay of a direction above its lowest of the last five minutes.',
      'ms',
      'meridian_edge_probe_oneway_change_ms',
    ),
    worst(
      'Round trip over links',
      'Over the link between two probes, which goes the way of the services’ own messages.',
      'ms',
      'meridian_edge_probe_link_rtt_ms',
    ),
    {
      title: 'What is known of links',
      description: 'Directed links between hosts: measured, fading (not measured any more), guessed.',
      unit: 'short',
      isStacked: true,
      queries: [['max by (source) (meridian_scheduler_host_links)', '{{source}}']],
    },
    {
      title: 'Changes of paths',
      description: 'Paths of ordered pairs of hosts that changed, a second.',
      unit: 'ops',
      queries: [['sum by (by) (rate(meridian_scheduler_route_changes_total[$__rate_interval]))', '{{by}}']],
    },
    {
      title: 'Refused',
      description: 'Datagrams of probes, and figures of links, that were not believed, a second, by reason.',
      unit: 'ops',
      queries: [
        [
          'sum by (reason) (rate(meridian_edge_probe_datagrams_refused_total[$__rate_interval]))',
          'datagrams: {{reason}}',
        ],
        [
          'sum by (reason) (rate(meridian_scheduler_link_samples_refused_total[$__rate_interval]))',
          'figures: {{reason}}',
        ],
      ],
    },
  ],
};
