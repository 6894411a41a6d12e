// What the cloud costs.
import type { Answer } from '@meridian/api-client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';

const groups = ['region', 'tenant', 'link'] as const;
type Row = Answer<'/cost', 'get'>['total'];

export function addCost(program: Command, context: Context): void {
  program
    .command('cost')
    .description('what a month of nodes and traffic cost, and an hour of a user: with the key of its operator')
    .option('--month <month>', 'of UTC, as 2026-11; absent: the present one')
    .addOption(new Option('--by <what>', 'what rows are').choices(groups).default('region'))
    .action(async ({ month, by }: { month?: string; by: (typeof groups)[number] }) => {
      const params = { query: { by, ...(month !== undefined && { month }) } };
      const report = await context.api.get('/cost', { params });
      const { currency, isAssumed, complete } = report;
      const names = [by, 'node hours', 'nodes', 'sent GB', 'traffic', currency, 'user hours', 'of a user hour'];
      context.rows([...report.rows, { ...report.total, key: 'total' }], names, cells, report);
      if (isAssumed) context.io.err('Prices are assumed: set them by PUT /cost/settings.');
      if (!complete) context.io.err('Cheaper rows are missing; the total has them.');
    });
}

const cells = (row: Row) => [
  ...[row.key, row.nodeHours.toFixed(1), row.nodeCost.toFixed(2), (row.sentBytes / 1e9).toFixed(1)],
  ...[row.trafficCost.toFixed(2), row.cost.toFixed(2), row.userHours.toFixed(1), row.costPerUserHour?.toFixed(4)],
];
