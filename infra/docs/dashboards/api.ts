import { type Dashboard, quantile } from './dashboard.ts';

export const api: Dashboard = {
  name: 'api',
  title: 'api and webhooks',
  description: 'Answers, jobs, webhooks, and how alarms are judged and sent.',
  panels: [
    {
      title: 'Answers',
      description: 'Answers a second of all instances.',
      unit: 'reqps',
      isNow: true,
      queries: [['sum(rate(meridian_api_requests_total[5m]))', 'answers']],
    },
    {
      title: 'Answers with a 5xx',
      description: 'Share of the answers of the last 5 minutes.',
      unit: 'percentunit',
      isNow: true,
      badFrom: 0.05,
      queries: [
        [
          '(sum(rate(meridian_api_requests_total{status=~"5.."}[5m])) or vector(0)) / sum(rate(meridian_api_requests_total[5m]))',
          '5xx',
        ],
      ],
    },
    {
      title: 'Webhooks without answer',
      description: 'Share of the attempts of the last 5 minutes.',
      unit: 'percentunit',
      isNow: true,
      badFrom: 0.5,
      queries: [
        [
          '(sum(rate(meridian_api_webhook_attempts_total{answer="none"}[5m])) or vector(0)) / sum(rate(meridian_api_webhook_attempts_total[5m]))',
          'none',
        ],
      ],
    },
    {
      title: 'Open alarms',
      description: 'Open alarms of all rules. No figure: no api evaluates them.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [['sum(max by (rule, severity) (meridian_api_alarms_open))', 'alarms']],
    },
    {
      title: 'Evaluations of alarm rules in a minute',
      description: 'One instance of the api evaluates the rules every 5 s: twelve times a minute.',
      unit: 'short',
      isNow: true,
      queries: [['60 * sum(rate(meridian_api_alarm_looks_total{outcome="stored"}[5m]))', 'looks']],
    },
    {
      title: 'Jobs given up in a day',
      description: 'Jobs that failed at every attempt.',
      unit: 'short',
      isNow: true,
      badFrom: 1,
      queries: [
        [
          'round(sum(increase(meridian_api_jobs_total{outcome="givenUp"}[1d]))) or 0 * count(meridian_api_process_start_time_seconds)',
          'jobs',
        ],
      ],
    },
    {
      title: 'Answers by status',
      description: 'Answers a second by HTTP status.',
      unit: 'reqps',
      isStacked: true,
      queries: [['sum by (status) (rate(meridian_api_requests_total[$__rate_interval]))', '{{status}}']],
    },
    {
      title: 'Busiest operations',
      description: 'Answers a second, of the ten operations with most of them at each moment.',
      unit: 'reqps',
      queries: [
        ['topk(10, sum by (operation) (rate(meridian_api_requests_total[$__rate_interval])))', '{{operation}}'],
      ],
    },
    {
      title: 'Operations that fail',
      description: 'Answers a second with a 5xx, by operation.',
      unit: 'reqps',
      queries: [
        [
          'topk(10, sum by (operation, status) (rate(meridian_api_requests_total{status=~"5.."}[$__rate_interval])))',
          '{{operation}} {{status}}',
        ],
      ],
    },
    {
      title: 'Webhooks',
      description: 'Attempts a second to deliver webhooks, by answer.',
      unit: 'ops',
      isStacked: true,
      queries: [['sum by (answer) (rate(meridian_api_webhook_attempts_total[$__rate_interval]))', '{{answer}}']],
    },
    {
      title: 'Jobs',
      description: 'Runs a second by kind.',
      unit: 'ops',
      queries: [['sum by (kind) (rate(meridian_api_jobs_total[$__rate_interval]))', '{{kind}}']],
    },
    {
      title: 'Jobs that failed',
      description: 'Runs in five minutes that failed and are tried again, or were given up.',
      unit: 'short',
      queries: [
        ['sum by (kind, outcome) (increase(meridian_api_jobs_total{outcome!="done"}[5m]))', '{{kind}} {{outcome}}'],
      ],
    },
    {
      title: 'Evaluations of alarm rules',
      description: 'Evaluations a second: stored, overtaken (another instance was faster), failed.',
      unit: 'ops',
      queries: [['sum by (outcome) (rate(meridian_api_alarm_looks_total[$__rate_interval]))', '{{outcome}}']],
    },
    {
      title: 'Time of an evaluation',
      description:
        'Reading facts, applying rules and storing results: the median, and the time that 99 of 100 stay below.',
      unit: 'ms',
      queries: [
        [quantile(0.5, 'meridian_api_alarm_look_ms'), 'median'],
        [quantile(0.99, 'meridian_api_alarm_look_ms'), '99 of 100'],
      ],
    },
    {
      title: 'Messages about alarms',
      description: 'Attempts in five minutes, by kind of receiver: delivered, again (failed, tried later), failed.',
      unit: 'short',
      queries: [['sum by (kind, outcome) (increase(meridian_api_alarm_messages_total[5m]))', '{{kind}} {{outcome}}']],
    },
    {
      title: 'Streams of the console',
      description: 'Open streams of the world map.',
      unit: 'short',
      queries: [['sum(meridian_api_console_streams)', 'streams']],
    },
    {
      title: 'Event-loop lag',
      description: 'Delay of each instance that 99 of 100 samples stay below.',
      unit: 's',
      queries: [['meridian_api_nodejs_eventloop_lag_p99_seconds', '{{instance}}']],
    },
    {
      title: 'Memory',
      description: 'Of each instance.',
      unit: 'bytes',
      queries: [['meridian_api_process_resident_memory_bytes', '{{instance}}']],
    },
  ],
};
