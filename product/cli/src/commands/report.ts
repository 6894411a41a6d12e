// How a meeting went.
import type { Answer } from '@meridian/api-client';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { instant } from '../core/words.ts';
import { word } from '../options.ts';

interface ReportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly csv?: boolean;
}
type Person = Answer<'/meetings/{meeting}/report', 'get'>['occurrences'][number]['persons'][number];

export function addReport(meetings: Command, context: Context): void {
  meetings
    .command('report <id>')
    .description('its participants: how long each was there, and with which quality')
    .option('--from <time>', 'of what began then or later; absent: 92 days ago', word(instant))
    .option('--to <time>', 'and before this; absent: now', word(instant))
    .option('--csv', 'a line for each person, with everything')
    .action(async (id: string, { csv, ...query }: ReportOptions) => {
      const params = { path: { meeting: id }, query };
      if (csv === true) {
        const text = await context.api.get('/meetings/{meeting}/report.csv', { params, parseAs: 'text' });
        return context.io.out(String(text).trimEnd());
      }
      const report = await context.api.get('/meetings/{meeting}/report', { params });
      const names = ['started', 'identity', 'name', 'as', 'attendance', 'joins', 'minutes', 'round trip ms', 'freezes'];
      const rows = report.occurrences.flatMap(({ startedAt, persons }) =>
        persons.map((person) => ({ startedAt, ...person })),
      );
      context.rows(rows, names, cells, report);
      if (!report.complete) context.io.err('There is more: ask for less time by --from and --to.');
    });
}

const cells = ({
  startedAt,
  identity,
  name,
  as,
  attendance,
  joins,
  totalS,
  quality,
}: Person & { startedAt: string }) => [
  ...[startedAt, identity, name, as ?? '', attendance, joins, Math.round(totalS / 6) / 10],
  ...[quality?.rttP50Ms, quality?.freezeCount],
];
