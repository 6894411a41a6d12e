// Recordings of rooms.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { group, wholeNumber, word } from '../options.ts';

export function addRecordings(program: Command, context: Context): void {
  const recordings = group(program, 'recordings', 'recordings of a room that run, or wait for a recorder');
  recordings
    .command('start <room>')
    .description('in an empty room it begins with the next participant')
    .option('--identity <identity>', 'of this participant alone')
    .option('--priority <number>', '1 to 9: where recordings wait, the highest goes first', word(wholeNumber))
    .action(async (room: string, { identity, priority }: { identity?: string; priority?: number }) => {
      const body = { ...(identity !== undefined && { identity }), ...(priority !== undefined && { priority }) };
      const begun = await context.api.post('/rooms/{room}/recordings', { params: { path: { room } }, body });
      context.done(begun, `${begun.id} ${begun.state === 'running' ? 'runs' : 'waits for a recorder'}`);
    });
  recordings.command('list <room>').action(async (room: string) => {
    const { data } = await context.api.get('/rooms/{room}/recordings', { params: { path: { room } } });
    context.rows(data, ['id', 'state', 'since', 'identity', 'by', 'priority', 'expected'], (each) => [
      ...[each.id, each.state, each.since, each.identity, each.by, each.priority, each.expectedAt],
    ]);
  });
  recordings.command('stop <room> <recording>').action(async (room: string, recording: string) => {
    await context.api.delete('/rooms/{room}/recordings/{recording}', { params: { path: { room, recording } } });
    context.done({ id: recording }, `${recording} is stopped`);
  });
}
