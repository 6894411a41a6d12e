// Recordings of rooms.
import { Argument, type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { group, wholeNumber, word } from '../options.ts';

const layouts = ['grid', 'speaker', 'screen'] as const;
type Layout = (typeof layouts)[number];
interface Start {
  identity?: string;
  priority?: number;
  mode?: 'tracks' | 'composed' | 'page';
  layout?: Layout;
  pageUrl?: string;
}

export function addRecordings(program: Command, context: Context): void {
  const recordings = group(program, 'recordings', 'recordings of a room that run, or wait for a recorder');
  recordings
    .command('start <room>')
    .description('in an empty room it begins with the next participant')
    .option('--identity <identity>', 'of this participant alone')
    .addOption(new Option('--mode <mode>', 'what is kept').choices(['tracks', 'composed', 'page']))
    .addOption(new Option('--layout <layout>', 'of a composed one').choices(layouts))
    .option('--page-url <url>', 'of a page')
    .option('--priority <number>', '1 to 9: where recordings wait, the highest goes first', word(wholeNumber))
    .action(async (room: string, body: Start) => {
      const begun = await context.api.post('/rooms/{room}/recordings', { params: { path: { room } }, body });
      context.done(begun, `${begun.id} ${begun.state === 'running' ? 'runs' : 'waits for a recorder'}`);
    });
  recordings.command('list <room>').action(async (room: string) => {
    const { data } = await context.api.get('/rooms/{room}/recordings', { params: { path: { room } } });
    context.rows(data, ['id', 'state', 'since', 'mode', 'layout', 'identity', 'by', 'priority', 'expected'], (each) => [
      ...[each.id, each.state, each.since, each.mode, each.layout, each.identity, each.by, each.priority],
      each.expectedAt,
    ]);
  });
  recordings
    .command('layout <room> <recording>')
    .description('of a composed one, from the next picture on')
    .addArgument(new Argument('<layout>').choices(layouts))
    .action(async (room: string, recording: string, layout: Layout) => {
      const params = { path: { room, recording } };
      const changed = await context.api.patch('/rooms/{room}/recordings/{recording}', { params, body: { layout } });
      context.done(changed, `${recording} is shown as ${layout}`);
    });
  recordings.command('stop <room> <recording>').action(async (room: string, recording: string) => {
    await context.api.delete('/rooms/{room}/recordings/{recording}', { params: { path: { room, recording } } });
    context.done({ id: recording }, `${recording} is stopped`);
  });
}
