// Join links.
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
  const links = group(program, 'links', 'links by which guests join rooms');
  links
    .command('create')
    .requiredOption('--room <name>', 'which room it opens')
    .option('--title <text>', 'the name of the meeting')
    .option('--identity <id>', 'for one person')
    .option('--name <name>', 'how this person is called')
    .addOption(grantOption(linkGrants))
    .option('--valid <duration>', 'how long', word(durationS), 24 * 3600)
    .option('--max-uses <browsers>', 'how many browsers may come by it', word(wholeNumber))
    .option('--password <text>', 'that guests are asked for')
    .option('--lobby', 'guests wait for a host')
    .option('--can-invite', 'guests may hand out such links')
    .option('--offline', 'made here: a token in the address of the page, for one --identity; it cannot be listed')
    .action(async (o: CreateOptions) => {
      if (o.offline === true) return await offline(context, o);
      const { grant: grants, valid, offline: _, ...body } = o;
      const expiresAt = new Date(Date.now() + valid * 1000).toISOString();
      const link = await context.api.post('/join-links', { body: { ...body, grants, expiresAt } });
      context.done(link, link.url);
    });
  links
    .command('list')
    .option('--room <name>', 'only of this room')
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
    .description('ends the sessions of all guests that came by it')
    .action(async (link: string) => {
      await context.api.delete('/join-links/{link}', { params: { path: { link } } });
      context.done({ id: link }, `${link} is revoked`);
    });
}

async function offline(context: Context, o: CreateOptions): Promise<void> {
  const { identity, maxUses, password, canInvite, title } = o;
  if (identity === undefined) throw new UsageError('a link made --offline is for one person: --identity');
  if ([maxUses, password, canInvite, title].some((each) => each !== undefined))
    throw new UsageError('--max-uses, --password, --can-invite and --title need the server: leave out --offline');
  const { token, tokenId, expiresAt } = await tokenOf(context, { ...o, identity });
  const url = new URL(context.url);
  // In the fragment: no server and no log sees it.
  url.hash = `token=${token}`;
  context.done({ url: url.href, tokenId, expiresAt }, url.href);
}
