// Morning report for the person who looks after the cloud.
import type { components } from '@meridian/api-client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { table } from '../core/table.ts';
import { day } from '../core/words.ts';
import { word } from '../options.ts';

export function addInspection(program: Command, context: Context): void {
  program
    .command('inspection')
    .description("morning report of the cloud, worst findings first; needs the operator's key")
    .addOption(new Option('--day <day>', 'report of this day, as 2026-11-26; kept for a month').argParser(word(day)))
    .action(async (o: { day?: string }) => {
      const { api } = context;
      const report =
        o.day === undefined
          ? await api.get('/inspection')
          : await api.get('/inspections/{day}', { params: { path: { day: o.day } } });
      context.printDone(report, textOf(report));
    });
}

function textOf({ createdAt, findings }: components['schemas']['Inspection']): string {
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  const sums = `${count('problem')} problems, ${count('attention')} to review, ${count('fine')} fine`;
  const rows = findings.map(({ severity, check, text }) => [severity, check, text]);
  return `Made at ${createdAt}: ${sums}\n${table(['severity', 'check', 'finding'], rows)}`;
}
