// Participants of a room.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { durationS } from '../core/words.ts';
import { group, limitOption, word } from '../options.ts';

const sources = ['camera', 'microphone', 'screen_share', 'screen_share_audio'] as const;

export function addParticipants(program: Command, context: Context): void {
  const participants = group(program, 'participants', 'participants of a room, and those that wait to be let in');
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
    .description('lets in a participant that waits')
    .option('--all', 'all that wait')
    .action((room: string, identity: string | undefined, { all }: { all?: true }) => {
      if ((identity === undefined) === (all === undefined)) throw new UsageError('give an identity, or --all');
      return identity === undefined ? admitAll(context, room) : admit(context, room, identity);
    });
  addShow(participants, context);
}

/** The crowd of a show, and its stage. */
function addShow(participants: Command, context: Context): void {
  participants
    .command('crowd <room>')
    .description('people that watch a show')
    .option('--name <begin>', 'whose names begin so')
    .addOption(limitOption())
    .action((room: string, { name, limit }: { name?: string; limit: number }) =>
      context.list(
        context.api.list('/rooms/{room}/crowd', { params: { path: { room }, query: { ...(name && { name }) } } }),
        limit,
        ['identity', 'name', 'joined'],
        (each) => [each.identity, each.name, each.joinedAt],
      ),
    );
  participants
    .command('hands <room>')
    .description('that are raised, also in the crowd of a show, longest first')
    .action(async (room: string) => {
      const { data, more } = await context.api.get('/rooms/{room}/hands', { params: { path: { room } } });
      context.rows(data, ['identity', 'name', 'since', 'in crowd'], (each) => [
        ...[each.identity, each.name, each.since, each.inCrowd],
      ]);
      if (more > 0) context.io.err(`${more} more are raised.`);
    });
  participants
    .command('lower-hands <room> [identity]')
    .description('lowers the hand of a participant, or of a person that watches a show')
    .option('--all', 'all that are raised')
    .action(async (room: string, identity: string | undefined, { all }: { all?: true }) => {
      if ((identity === undefined) === (all === undefined)) throw new UsageError('give an identity, or --all');
      const body = { act: 'lowerHands' as const, ...(identity !== undefined && { identity }) };
      const answer = await context.api.post('/rooms/{room}/acts', { params: { path: { room } }, body });
      context.done(answer, `${answer.affected} hands are down`);
    });
  participants
    .command('stage <room> <identity>')
    .description('of a show: asks a person of its crowd onto the stage')
    .option('--off', 'takes a person off it')
    .action(async (room: string, identity: string, { off = false }: { off?: boolean }) => {
      const body = { act: off ? ('takeOffStage' as const) : ('bringToStage' as const), identity };
      const answer = await context.api.post('/rooms/{room}/acts', { params: { path: { room } }, body });
      context.done(answer, off ? `${identity} is off the stage` : `${identity} is asked onto the stage`);
    });
}

/** Every session of the identity that waits. */
async function admit(context: Context, room: string, identity: string): Promise<void> {
  const params = { path: { room } };
  const { data } = await context.api.get('/rooms/{room}/waiting', { params });
  const waitIds = data.filter((each) => each.identity === identity).map((each) => each.waitId);
  if (waitIds.length === 0)
    throw new UsageError(`${identity} does not wait; \`meridian participants waiting ${room}\` lists those that do`);
  const answer = await context.api.post('/rooms/{room}/acts', { params, body: { act: 'admit', waitIds } });
  context.done(answer ?? {}, `${identity} is let in`);
}

async function admitAll(context: Context, room: string): Promise<void> {
  const params = { path: { room } };
  const answer = await context.api.post('/rooms/{room}/acts', { params, body: { act: 'admit', all: true } });
  context.done(answer ?? {}, 'all are let in');
}
