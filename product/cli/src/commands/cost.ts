import type { Answer } from '@meridian/api-client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';

const groups = ['region', 'tenant', 'link'] as const;
type Row = Answer<'/cost', 'get'>['total'];

export function addCost(program: Command, context: Context): void {
  program
    .command('cost')
    .description("cost of nodes and traffic in a month, and of a user hour; needs the operator's key")
    .option('--month <month>', 'month in UTC, as 2026-11; default: the present month')
    .addOption(new Option('--by <what>', 'what each row stands for').choices(groups).default('region'))
    .action(async ({ month, by }: { month?: string; by: (typeof groups)[number] }) => {
      const params = { query: { by, ...(month !== undefined && { month }) } };
      const report = await context.api.get('/cost', { params });
      const { currency, isAssumed, complete } = report;
      const names = [
        by,
        'node hours',
        'nodes',
        'sent GB',
        'delivered GB',
        'traffic',
        currency,
        'user hours',
        'per user hour',
      ];
      context.rows([...report.rows, { ...report.total, key: 'total' }], names, cells, report);
      if (isAssumed) context.io.err('The prices are assumed values: set yours with PUT /cost/settings.');
      if (!complete) context.io.err('The cheapest rows are left out; the total includes them.');
    });
}

const cells = (row: Row) => [
  ...[row.key, row.nodeHours.toFixed(1), row.nodeCost.toFixed(2), (row.sentBytes / 1e9).toFixed(1)],
  ...[
    (row.deliveredBytes / 1e9).toFixed(1),
    row.trafficCost.toFixed(2),
    row.cost.toFixed(2),
    row.userHours.toFixed(1),
    row.costPerUserHour?.toFixed(4),
  ],
];
