import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { durationS } from '../core/words.ts';
import { group, limitOption, word } from '../options.ts';

const sources = ['camera', 'microphone', 'screen_share', 'screen_share_audio'] as const;

interface RemoveOptions {
  readonly ban?: number;
  readonly forever?: true;
  readonly mayReturn?: true;
  readonly reason?: string;
}

export function addParticipants(program: Command, context: Context): void {
  const participants = group(program, 'participants', 'participants of a room, and those waiting in its lobby');
  participants.command('list <room>').action(async (room: string) => {
    const { data } = await context.api.get('/rooms/{room}/participants', { params: { path: { room } } });
    context.rows(data, ['identity', 'name', 'role', 'joined', 'region', 'tracks'], (each) => [
      ...[each.identity, each.name, each.role, each.joinedAt, each.region],
      each.tracks.map(({ source, muted }) => (muted ? `${source} (muted)` : source)).join(', '),
    ]);
  });
  participants.command('waiting <room>').action(async (room: string) => {
    const { data, more } = await context.api.get('/rooms/{room}/waiting', { params: { path: { room } } });
    context.rows(data, ['wait-id', 'identity', 'name', 'since', 'removed'], (each) => [
      ...[each.waitId, each.identity, each.name, each.since, each.removed ? 'yes' : ''],
    ]);
    if (more > 0) context.io.err(`${more} more wait.`);
  });
  participants
    .command('mute <room> <identity>')
    .description('mutes a participant, or one of its sources or tracks')
    .option('--source <source>', sources.join(', '))
    .option('--track <id>')
    .action(async (room: string, identity: string, o: { source?: (typeof sources)[number]; track?: string }) => {
      const body = { ...(o.source && { source: o.source }), ...(o.track && { trackId: o.track }) };
      const path = { room, identity };
      const participant = await context.api.post('/rooms/{room}/participants/{identity}/mute', {
        params: { path },
        body,
      });
      context.printDone(participant, `${identity} is muted`);
    });
  participants
    .command('remove <room> <identity>')
    .option('--ban <duration>', 'bans the participant for this time', word(durationS))
    .option('--forever', 'bans the participant until it is unbanned')
    .option('--may-return', 'lets the participant join again without a host who lets it in')
    .option('--reason <text>', 'reason that the person sees')
    .action(async (room: string, identity: string, o: RemoveOptions) => {
      const query = {
        ...(o.ban !== undefined && { banS: o.ban }),
        ...(o.forever && { forever: true }),
        ...(o.mayReturn && { mayReturn: true }),
        ...(o.reason !== undefined && { reason: o.reason }),
      };
      const params = { path: { room, identity }, query };
      await context.api.delete('/rooms/{room}/participants/{identity}', { params });
      context.printDone({ identity }, `${identity} is removed`);
    });
  participants
    .command('admit <room> [identity]')
    .description('admits a waiting participant')
    .option('--all', 'admits all waiting participants')
    .action((room: string, identity: string | undefined, { all }: { all?: true }) => {
      if ((identity === undefined) === (all === undefined)) throw new UsageError('give an identity, or --all');
      return identity === undefined ? admitAll(context, room) : admit(context, room, identity);
    });
  addShow(participants, context);
}

/** Adds the commands for the crowd and the stage of a show. */
function addShow(participants: Command, context: Context): void {
  participants
    .command('crowd <room>')
    .description('lists viewers of a show')
    .option('--name <begin>', 'only names that begin with this text')
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
    .description('lists raised hands, of viewers too, longest first')
    .action(async (room: string) => {
      const { data, more } = await context.api.get('/rooms/{room}/hands', { params: { path: { room } } });
      context.rows(data, ['identity', 'name', 'since', 'in crowd'], (each) => [
        ...[each.identity, each.name, each.since, each.inCrowd],
      ]);
      if (more > 0) context.io.err(`There are ${more} more raised hands.`);
    });
  participants
    .command('lower-hands <room> [identity]')
    .description('lowers the hand of a participant or viewer')
    .option('--all', 'lowers all hands')
    .action(async (room: string, identity: string | undefined, { all }: { all?: true }) => {
      if ((identity === undefined) === (all === undefined)) throw new UsageError('give an identity, or --all');
      const body = { act: 'lowerHands' as const, ...(identity !== undefined && { identity }) };
      const answer = await context.api.post('/rooms/{room}/acts', { params: { path: { room } }, body });
      context.printDone(answer, `${answer.affected} hands are lowered`);
    });
  participants
    .command('stage <room> <identity>')
    .description('invites a viewer of a show onto the stage')
    .option('--off', 'moves a participant from the stage to the crowd')
    .action(async (room: string, identity: string, { off = false }: { off?: boolean }) => {
      const body = { act: off ? ('takeOffStage' as const) : ('bringToStage' as const), identity };
      const answer = await context.api.post('/rooms/{room}/acts', { params: { path: { room } }, body });
      context.printDone(answer, off ? `${identity} is off the stage` : `${identity} is invited onto the stage`);
    });
}

/** Admits every waiting session of the identity. */
async function admit(context: Context, room: string, identity: string): Promise<void> {
  const params = { path: { room } };
  const { data } = await context.api.get('/rooms/{room}/waiting', { params });
  const waitIds = data.filter((each) => each.identity === identity).map((each) => each.waitId);
  if (waitIds.length === 0)
    throw new UsageError(`${identity} is not waiting; \`meridian participants waiting ${room}\` lists who is`);
  const answer = await context.api.post('/rooms/{room}/acts', { params, body: { act: 'admit', waitIds } });
  context.printDone(answer ?? {}, `${identity} is admitted`);
}

async function admitAll(context: Context, room: string): Promise<void> {
  const params = { path: { room } };
  const answer = await context.api.post('/rooms/{room}/acts', { params, body: { act: 'admit', all: true } });
  context.printDone(answer ?? {}, 'all are admitted');
}
