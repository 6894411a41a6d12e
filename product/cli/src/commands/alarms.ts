// Alarms of the cloud, and how operators acknowledge and silence them.
import type { components } from '@meridian/api-client';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { durationS, matcher } from '../core/words.ts';
import { each, group, limitOption, word } from '../options.ts';

export function addAlarms(program: Command, context: Context): void {
  const alarms = group(program, 'alarms', "alarms of the cloud; needs the operator's key");
  alarms
    .command('list', { isDefault: true })
    .description('lists open alarms, newest first')
    .option('--history', 'also the alarms of the last year that have ended')
    .addOption(limitOption())
    .action(async ({ history, limit }: { history?: true; limit: number }) => {
      const names = ['id', 'severity', 'state', 'since', 'rule', 'text'];
      if (history === true) return context.list(context.api.list('/alarms/history'), limit, names, cellsOf);
      const { alarms: open } = await context.api.get('/alarms');
      context.rows(open.slice(0, limit), names, cellsOf);
      if (open.length > limit) context.io.err(`There are more than ${limit} alarms: --limit shows them.`);
    });
  alarms
    .command('ack <id>')
    .description('acknowledges an alarm: no repeated notice and no escalation')
    .option('--note <text>', 'shown to operators')
    .action(async (alarm: string, { note }: { note?: string }) => {
      const options = { params: { path: { alarm } }, body: note === undefined ? {} : { note } };
      context.printDone(await context.api.post('/alarms/{alarm}/acknowledge', options), `${alarm} is acknowledged`);
    });
  alarms
    .command('silence')
    .description('silences alarms for a while; they stay in the list')
    .requiredOption(
      '--match <name=value>',
      'a label, the rule or the subject; may be given several times, and all must match',
      each(matcher),
    )
    .requiredOption('--for <duration>', '90s, 45m, 1h30m, 2d', word(durationS))
    .requiredOption('--reason <text>', 'shown to operators')
    .action(async (o: { match: { name: string; value: string }[]; for: number; reason: string }) => {
      const endsAt = new Date(Date.now() + o.for * 1000).toISOString();
      const body = { matchers: o.match, endsAt, reason: o.reason };
      const made = await context.api.post('/alarm-silences', { body });
      context.printDone(made, `${made.id} silences them until ${made.endsAt}`);
    });
}

type Alarm = components['schemas']['Alarm'];

const cellsOf = (alarm: Alarm) => [
  ...[alarm.id, alarm.severity, stateOf(alarm), alarm.startedAt, alarm.rule, alarm.text],
];

/** Returns the state as people read it, with the reason why an alarm is quiet. */
function stateOf({ state, acknowledged, isSilenced, inhibitedBy }: Alarm): string {
  if (state === 'over') return state;
  if (inhibitedBy !== undefined) return `${state}, follows`;
  if (isSilenced) return `${state}, silenced`;
  return acknowledged === undefined ? state : `${state}, acknowledged`;
}
