import type { Dashboard } from './dashboard.ts';

export const library: Dashboard = {
  name: 'library',
  title: 'library nodes',
  description: 'Uploads until they are reported to the api, and files that are sent.',
  panels: [
    {
      title: 'Fullest disk with a spool',
      description: 'Free share of the disk with uploads that are not in the store yet.',
      unit: 'percentunit',
      isNow: true,
      queries: [['min(meridian_library_spool_free_share)', 'free']],
    },
    {
      title: 'Oldest upload to be finished',
      description: 'How long the oldest received upload has waited for its checks and the store.',
      unit: 's',
      isNow: true,
      badFrom: 1800,
      queries: [['max(meridian_library_finishing_oldest_seconds)', 'wait']],
    },
    {
      title: 'Oldest report that waits',
      description: 'How long the oldest finished upload has waited for an api to report it to.',
      unit: 's',
      isNow: true,
      badFrom: 300,
      queries: [['max(meridian_library_unreported_oldest_seconds)', 'wait']],
    },
    {
      title: 'Files under way',
      description: 'Answers with files of items that are under way.',
      unit: 'short',
      isNow: true,
      queries: [['sum(meridian_library_file_answers)', 'answers']],
    },
    {
      title: 'Sent',
      description: 'Files of items to those with a link, by node.',
      unit: 'bps',
      isStacked: true,
      queries: [['rate(meridian_library_file_bytes_total[$__rate_interval]) * 8', '{{instance}}']],
    },
    {
      title: 'Requests',
      description: 'Requests a second for files and for uploads, by status.',
      unit: 'reqps',
      isStacked: true,
      queries: [['sum by (status) (rate(meridian_library_http_requests_total[$__rate_interval]))', '{{status}}']],
    },
    {
      title: 'Free share of disks',
      description: 'Of the disk with uploads that are not in the store yet, by node.',
      unit: 'percentunit',
      queries: [['meridian_library_spool_free_share', '{{instance}}']],
    },
    {
      title: 'Waits',
      description: 'The oldest upload that waits for checks and store, and the oldest that waits for an api.',
      unit: 's',
      queries: [
        ['max(meridian_library_finishing_oldest_seconds)', 'for checks and store'],
        ['max(meridian_library_unreported_oldest_seconds)', 'for an api'],
      ],
    },
    {
      title: 'Connections without a token',
      description: 'In five minutes: connections that were ended as they proved nothing, or found no place.',
      unit: 'short',
      queries: [['sum by (why) (increase(meridian_library_connections_unproven_ended_total[5m]))', '{{why}}']],
    },
  ],
};
