// Rooms, and who is in them.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { durationS } from '../core/words.ts';
import { group, limitOption, wholeNumber, word } from '../options.ts';

const sources = ['camera', 'microphone', 'screen_share', 'screen_share_audio'] as const;

export function addRooms(program: Command, context: Context): void {
  const rooms = group(program, 'rooms', 'rooms, running or kept');
  rooms
    .command('create <room>')
    .description('only to say before what it allows: a room opens with its first person')
    .option('--capacity <people>', 'how many at most', word(wholeNumber))
    .option('--lobby', 'who comes waits for a host')
    .action(async (name: string, { capacity, lobby }: { capacity?: number; lobby?: boolean }) => {
      const body = { name, ...(capacity && { maxParticipants: capacity }), ...(lobby && { lobby }) };
      const room = await context.api.post('/rooms', { body });
      context.done(room, `${name} is there`);
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
    context.one(room, {
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
    .description('everybody out')
    .action(async (room: string) => {
      await context.api.delete('/rooms/{room}', { params: { path: { room } } });
      context.done({ name: room }, `${room} is over`);
    });
  for (const locked of [true, false])
    rooms
      .command(`${locked ? 'lock' : 'unlock'} <room>`)
      .description(locked ? 'nobody new comes in, but hosts' : 'people come in again')
      .action(async (name: string) => {
        const room = await context.api.patch('/rooms/{room}', { params: { path: { room: name } }, body: { locked } });
        context.done(room, `${name} is ${locked ? 'locked' : 'open'}`);
      });

  const participants = group(program, 'participants', 'who is in a room, and who waits in front of it');
  participants.command('list <room>').action(async (room: string) => {
    const { data } = await context.api.get('/rooms/{room}/participants', { params: { path: { room } } });
    context.rows(data, ['identity', 'name', 'role', 'joined', 'region', 'tracks'], (each) => [
      ...[each.identity, each.name, each.role, each.joinedAt, each.region],
      each.tracks.map(({ source, muted }) => (muted ? `${source} (muted)` : source)).join(', '),
    ]);
  });
  participants.command('waiting <room>').action(async (room: string) => {
    const { data, more } = await context.api.get('/rooms/{room}/waiting', { params: { path: { room } } });
    context.rows(data, ['wait-id', 'identity', 'name', 'since'], (each) => [
      ...[each.waitId, each.identity, each.name, each.since],
    ]);
    if (more > 0) context.io.err(`${more} more wait.`);
  });
  participants
    .command('mute <room> <identity>')
    .description('everything that it publishes, or one source or track')
    .option('--source <source>', sources.join(', '))
    .option('--track <id>')
    .action(async (room: string, identity: string, o: { source?: (typeof sources)[number]; track?: string }) => {
      const body = { ...(o.source && { source: o.source }), ...(o.track && { trackId: o.track }) };
      const path = { room, identity };
      const participant = await context.api.post('/rooms/{room}/participants/{identity}/mute', {
        params: { path },
        body,
      });
      context.done(participant, `${identity} is muted`);
    });
  participants
    .command('remove <room> <identity>')
    .option('--ban <duration>', 'and kept out for so long', word(durationS))
    .option('--forever', 'and kept out')
    .option('--reason <text>', 'that the person sees')
    .action(async (room: string, identity: string, o: { ban?: number; forever?: true; reason?: string }) => {
      const query = {
        ...(o.ban !== undefined && { banS: o.ban }),
        ...(o.forever && { forever: true }),
        ...(o.reason !== undefined && { reason: o.reason }),
      };
      const params = { path: { room, identity }, query };
      await context.api.delete('/rooms/{room}/participants/{identity}', { params });
      context.done({ identity }, `${identity} is out`);
    });
  participants
    .command('admit <room> [identity]')
    .description('lets in who waits')
    .option('--all', 'everybody who waits')
    .action(async (room: string, identity: string | undefined, { all }: { all?: true }) => {
      if ((identity === undefined) === (all === undefined)) throw new UsageError('whom? An identity, or --all');
      const params = { path: { room } };
      const { api } = context;
      const waitIds: string[] = [];
      if (identity !== undefined) {
        const { data } = await api.get('/rooms/{room}/waiting', { params });
        waitIds.push(...data.filter((each) => each.identity === identity).map((each) => each.waitId));
        if (waitIds.length === 0)
          throw new UsageError(`${identity} does not wait; \`meridian participants waiting ${room}\` shows who does`);
      }
      const body = { act: 'admit' as const, ...(all ? { all } : { waitIds }) };
      const answer = await api.post('/rooms/{room}/acts', { params, body });
      context.done(answer ?? {}, all ? 'all are let in' : `${identity} is let in`);
    });
}
