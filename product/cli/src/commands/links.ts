import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { durationS } from '../core/words.ts';
import { grantOption, group, limitOption, wholeNumber, word } from '../options.ts';
import { tokenOf } from './access.ts';

const linkGrants = [
  ...(['canPublish', 'canSubscribe', 'canPublishData', 'canUpdateOwnMetadata', 'roomAdmin'] as const),
];

interface CreateOptions {
  readonly room: string;
  readonly title?: string;
  readonly identity?: string;
  readonly name?: string;
  readonly grant: Partial<Record<(typeof linkGrants)[number], boolean>>;
  readonly valid: number;
  readonly maxUses?: number;
  readonly password?: string;
  readonly lobby?: boolean;
  readonly canInvite?: boolean;
  readonly offline?: boolean;
}

export function addLinks(program: Command, context: Context): void {
  const links = group(program, 'links', 'links with which guests join rooms');
  links
    .command('create')
    .requiredOption('--room <name>', 'room of the link')
    .option('--title <text>', 'title of the meeting')
    .option('--identity <id>', 'identity, if the link is for one person')
    .option('--name <name>', 'display name of this person')
    .addOption(grantOption(linkGrants))
    .option('--valid <duration>', 'how long', word(durationS), 24 * 3600)
    .option('--max-uses <browsers>', 'how many browsers may use the link', word(wholeNumber))
    .option('--password <text>', 'password that guests must enter')
    .option('--lobby', 'guests wait for a host')
    .option('--can-invite', 'guests may create links too')
    .option('--offline', 'signs the link here, without the server, for one --identity; it cannot be listed')
    .action(async (o: CreateOptions) => {
      if (o.offline === true) return await offline(context, o);
      const { grant: grants, valid, offline: _, ...body } = o;
      const expiresAt = new Date(Date.now() + valid * 1000).toISOString();
      const link = await context.api.post('/join-links', { body: { ...body, grants, expiresAt } });
      context.printDone(link, link.url);
    });
  links
    .command('list')
    .option('--room <name>', 'only links of this room')
    .addOption(limitOption())
    .action(({ room, limit }: { room?: string; limit: number }) =>
      context.list(
        context.api.list('/join-links', { params: { query: room === undefined ? {} : { room } } }),
        limit,
        ['id', 'room', 'title', 'identity', 'uses', 'expires', 'revoked'],
        (link) => [
          ...[link.id, link.room, link.title, link.identity, `${link.uses}/${link.maxUses}`],
          ...[link.expiresAt, link.revokedAt],
        ],
      ),
    );
  links
    .command('revoke <id>')
    .description('ends the sessions of all guests that used the link')
    .action(async (link: string) => {
      await context.api.delete('/join-links/{link}', { params: { path: { link } } });
      context.printDone({ id: link }, `${link} is revoked`);
    });
}

async function offline(context: Context, o: CreateOptions): Promise<void> {
  const { identity, maxUses, password, canInvite, title } = o;
  if (identity === undefined) throw new UsageError('--offline needs --identity: the link is for one person');
  if ([maxUses, password, canInvite, title].some((each) => each !== undefined))
    throw new UsageError('--max-uses, --password, --can-invite and --title need the server: leave out --offline');
  const { token, tokenId, expiresAt } = await tokenOf(context, { ...o, identity });
  const url = new URL(context.url);
  // Servers and logs do not see the fragment of a URL.
  url.hash = `token=${token}`;
  context.printDone({ url: url.href, tokenId, expiresAt }, url.href);
}
