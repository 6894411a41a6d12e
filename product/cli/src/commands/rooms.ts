import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { group, limitOption, wholeNumber, word } from '../options.ts';

export function addRooms(program: Command, context: Context): void {
  const rooms = group(program, 'rooms', 'rooms: running, or created');
  rooms
    .command('create <room>')
    .description('creates a room with settings; without it, a room opens with its first participant')
    .option('--capacity <people>', 'how many participants it may hold', word(wholeNumber))
    .option('--lobby', 'participants wait until a host lets them in')
    .action(async (name: string, { capacity, lobby }: { capacity?: number; lobby?: boolean }) => {
      const body = { name, ...(capacity && { maxParticipants: capacity }), ...(lobby && { lobby }) };
      const room = await context.api.post('/rooms', { body });
      context.printDone(room, `${name} is created`);
    });
  rooms
    .command('list')
    .addOption(limitOption())
    .action(({ limit }: { limit: number }) =>
      context.list(
        context.api.list('/rooms'),
        limit,
        ['name', 'active', 'participants', 'publishers', 'waiting', 'locked', 'sid'],
        (room) => [
          ...[room.name, room.active, room.numParticipants, room.numPublishers, room.numWaiting],
          ...[room.locked, room.sid],
        ],
      ),
    );
  rooms.command('get <room>').action(async (name: string) => {
    const room = await context.api.get('/rooms/{room}', { params: { path: { room: name } } });
    context.printOne(room, {
      name: room.name,
      active: room.active,
      sid: room.sid,
      created: room.createdAt,
      participants: room.numParticipants,
      publishers: room.numPublishers,
      waiting: room.numWaiting,
      locked: room.locked,
      lobby: room.lobby,
      'most participants': room.maxParticipants,
      ends: room.endsAt,
    });
  });
  rooms
    .command('end <room>')
    .description('removes every participant')
    .action(async (room: string) => {
      await context.api.delete('/rooms/{room}', { params: { path: { room } } });
      context.printDone({ name: room }, `${room} has ended`);
    });
  for (const locked of [true, false])
    rooms
      .command(`${locked ? 'lock' : 'unlock'} <room>`)
      .description(locked ? 'lets only hosts join' : 'lets participants join again')
      .action(async (name: string) => {
        const room = await context.api.patch('/rooms/{room}', { params: { path: { room: name } }, body: { locked } });
        context.printDone(room, `${name} is ${locked ? 'locked' : 'open'}`);
      });
}
