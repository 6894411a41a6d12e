import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { breakOut, durationS } from '../core/words.ts';
import { each, group, text, word } from '../options.ts';

interface ReplaceBody {
  group?: ReturnType<typeof breakOut>[];
  for?: number;
  message?: string;
}

export function addBreakOuts(program: Command, context: Context): void {
  const breakOuts = group(program, 'break-outs', 'break-out rooms of a room');
  breakOuts.command('list <room>').action(async (room: string) => {
    show(context, await listBreakOuts(context, room));
  });
  breakOuts
    .command('set <room>')
    .description('replaces the break-out rooms; a room of the same name stays open')
    .requiredOption('--group <name=identities>', 'NAME=IDENTITY,IDENTITY; may be given several times', each(breakOut))
    .option('--for <duration>', 'closes them after this time', word(durationS))
    .option('--message <text>', 'announcement to all break-out rooms', text)
    .action(async (room: string, { group: groups = [], for: lastS, message }: ReplaceBody) => {
      const ends = lastS === undefined ? {} : { endsAt: new Date(Date.now() + lastS * 1000).toISOString() };
      const answer = await context.api.put('/rooms/{room}/break-outs', {
        params: { path: { room } },
        body: {
          breakOuts: groups.map((one) => ({ ...one, ...ends })),
          ...(message !== undefined && { message }),
        },
      });
      show(context, answer);
    });
  breakOuts.command('close <room>').action(async (room: string) => {
    await context.api.delete('/rooms/{room}/break-outs', { params: { path: { room } } });
    context.printDone({ name: room }, `all break-out rooms of ${room} are closed`);
  });
  breakOuts
    .command('say <room> <text>')
    .description('sends an announcement to the room and all its break-out rooms')
    .action(async (room: string, said: string) => {
      const body = { kind: 'announcement' as const, text: said };
      const made = await context.api.post('/rooms/{room}/posts', { params: { path: { room } }, body });
      context.printDone(made, 'the announcement is sent');
    });
}

type BreakOutList = Awaited<ReturnType<typeof listBreakOuts>>;
const listBreakOuts = (context: Context, room: string) =>
  context.api.get('/rooms/{room}/break-outs', { params: { path: { room } } });

function show(context: Context, { data }: BreakOutList): void {
  context.rows(data, ['id', 'name', 'identities', 'ends', 'room'], (one) => [
    ...[one.id, one.name, one.identities.join(', '), one.endsAt, one.room],
  ]);
}
