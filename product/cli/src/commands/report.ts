// Report of a meeting.
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
    .description('participants of a meeting: how long each was present, and with which quality')
    .option('--from <time>', 'only sessions that began at this time or later; default: 92 days ago', word(instant))
    .option('--to <time>', 'only sessions that began before this time; default: now', word(instant))
    .option('--csv', 'CSV with one line for each person')
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
      if (!report.complete) context.io.err('The answer is cut off: choose a shorter time by --from and --to.');
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
