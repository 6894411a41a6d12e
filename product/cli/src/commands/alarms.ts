// What is wrong with the cloud, and what operators say of it.
import type { components } from '@meridian/api-client';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { durationS, matcher } from '../core/words.ts';
import { each, group, limitOption, word } from '../options.ts';

export function addAlarms(program: Command, context: Context): void {
  const alarms = group(program, 'alarms', 'what is wrong with the cloud: with the key of its operator');
  alarms
    .command('list', { isDefault: true })
    .description('those that are open, the newest first')
    .option('--history', 'all of a year, also those that are over')
    .addOption(limitOption())
    .action(async ({ history, limit }: { history?: true; limit: number }) => {
      const names = ['id', 'severity', 'state', 'since', 'rule', 'text'];
      if (history === true) return context.list(context.api.list('/alarms/history'), limit, names, cellsOf);
      const { alarms: open } = await context.api.get('/alarms');
      context.rows(open.slice(0, limit), names, cellsOf);
      if (open.length > limit) context.io.err(`There are more than ${limit}: --limit shows them.`);
    });
  alarms
    .command('ack <id>')
    .description('says that it is being looked after: it is not repeated, and not escalated')
    .option('--note <text>', 'shown to operators')
    .action(async (alarm: string, { note }: { note?: string }) => {
      const options = { params: { path: { alarm } }, body: note === undefined ? {} : { note } };
      context.done(await context.api.post('/alarms/{alarm}/acknowledge', options), `${alarm} is acknowledged`);
    });
  alarms
    .command('silence')
    .description('sends nothing about some alarms for a while; they are listed all the same')
    .requiredOption('--match <name=value>', 'a label, rule or subject; several times: all hold', each(matcher))
    .requiredOption('--for <duration>', '90s, 45m, 1h30m, 2d', word(durationS))
    .requiredOption('--reason <text>', 'shown to operators')
    .action(async (o: { match: { name: string; value: string }[]; for: number; reason: string }) => {
      const endsAt = new Date(Date.now() + o.for * 1000).toISOString();
      const body = { matchers: o.match, endsAt, reason: o.reason };
      const made = await context.api.post('/alarm-silences', { body });
      context.done(made, `${made.id} keeps them quiet until ${made.endsAt}`);
    });
}

type Alarm = components['schemas']['Alarm'];

const cellsOf = (alarm: Alarm) => [
  ...[alarm.id, alarm.severity, stateOf(alarm), alarm.startedAt, alarm.rule, alarm.text],
];

/** The word for people: a quiet one says why. */
function stateOf({ state, acknowledged, isSilenced, inhibitedBy }: Alarm): string {
  if (state === 'over') return state;
  if (inhibitedBy !== undefined) return `${state}, follows`;
  if (isSilenced) return `${state}, silenced`;
  return acknowledged === undefined ? state : `${state}, acknowledged`;
}
