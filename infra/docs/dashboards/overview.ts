import { errorCodes } from '../../../base/protocol/src/errors.ts';
import { refusalOf } from '../../../product/api/src/quality/core/joins.ts';
import { type Dashboard, quantile } from './dashboard.ts';

/** Failures by the cloud, as in the api's alarm of failed joins. */
const cloudFailed = Object.keys(errorCodes)
  .filter((code) => refusalOf(code) === 'cloud')
  .join('|');
const joins = (matcher: string): string => `sum(rate(meridian_signaling_joins_total{${matcher}}[$__rate_interval]))`;

export const overview: Dashboard = {
  name: 'overview',
  title: 'overview',
  description: 'Is the cloud well? Nodes, sessions, joins, alarms and answers of the api.',
  panels: [
    {
      title: 'Sessions',
      description: 'Sessions at signaling nodes, and those that are away for a moment.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_signaling_sessions)', 'sessions']],
    },
    {
      title: 'Rooms',
      description: 'Rooms that a signaling node owns: each is counted once.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_signaling_owned_rooms)', 'rooms']],
    },
    {
      title: 'Joins that the cloud failed',
      description: 'Share of joins in the last 5 minutes. Refusals by a rule, as of an expired token, are no failures.',
      unit: 'percentunit',
      isNow: true,
      badFrom: 0.05,
      queries: [
        [
          `(sum(increase(meridian_signaling_joins_total{result=~"${cloudFailed}"}[5m])) or vector(0)) / sum(increase(meridian_signaling_joins_total{result=~"OK|RESUMED|${cloudFailed}"}[5m]))`,
          'failed',
        ],
      ],
    },
    {
      title: 'Critical alarms',
      description: 'Open critical alarms of the api. No figure: no api evaluates them.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['sum(max by (rule) (meridian_api_alarms_open{severity="critical"}))', 'critical']],
    },
    {
      title: 'Nodes not well',
      description: 'Nodes of all kinds that are suspect or dead, as the leading centre sees them.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [
        [
          'sum(max by (kind, state) (meridian_scheduler_nodes{state=~"suspect|dead"})) or 0 * (sum(meridian_scheduler_leading) > 0)',
          'not well',
        ],
      ],
    },
    {
      title: 'Leading centres',
      description: 'Leading centres: one, or none for a moment while the lead passes on.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_scheduler_leading)', 'leading']],
    },
    {
      title: 'Nodes by state',
      description: 'Nodes by kind: alive, draining (they take no new sessions), suspect (late, or not believed), dead.',
      unit: 'short',
      queries: [['max by (kind, state) (meridian_scheduler_nodes)', '{{kind}} {{state}}']],
    },
    {
      title: 'Sessions by signaling node',
      description: 'Sessions of each signaling node, one on another.',
      unit: 'short',
      isStacked: true,
      queries: [['meridian_signaling_sessions', '{{instance}}']],
    },
    {
      title: 'Joins',
      description: 'Joins a second: let in, failed by the cloud, and not let in for another reason.',
      unit: 'ops',
      queries: [
        [joins('result=~"OK|RESUMED"'), 'let in'],
        [joins(`result=~"${cloudFailed}"`), 'failed by the cloud'],
        [joins(`result!~"OK|RESUMED|${cloudFailed}"`), 'not let in'],
      ],
    },
    {
      title: 'Join time',
      description:
        'From the request to its answer, of joins that were let in: the median, and the time that 99 of 100 stay below.',
      unit: 'ms',
      queries: [
        [quantile(0.5, 'meridian_signaling_join_ms', '{result="OK"}'), 'median'],
        [quantile(0.99, 'meridian_signaling_join_ms', '{result="OK"}'), '99 of 100'],
      ],
    },
    {
      title: 'Open alarms',
      description: 'Open alarms of the api by rule and severity. What to do: the console, and docs/alarms.md.',
      unit: 'short',
      isStacked: true,
      queries: [['max by (rule, severity) (meridian_api_alarms_open) > 0', '{{rule}} ({{severity}})']],
    },
    {
      title: 'Answers of the api',
      description: 'Answers a second by HTTP status.',
      unit: 'reqps',
      isStacked: true,
      queries: [['sum by (status) (rate(meridian_api_requests_total[$__rate_interval]))', '{{status}}']],
    },
  ],
};
