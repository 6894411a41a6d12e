// API keys, and tokens to join rooms.
import { createJoinToken } from '@meridian/api-client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { durationS } from '../core/words.ts';
import { each, grantOption, group, limitOption, text, word } from '../options.ts';

export const roomGrants = [
  ...(['canPublish', 'canSubscribe', 'canPublishData', 'canUpdateOwnMetadata'] as const),
  ...(['roomAdmin', 'hidden'] as const),
];

export function addAccess(program: Command, context: Context): void {
  const keys = group(program, 'keys', 'API keys of the tenant');
  keys
    .command('list')
    .addOption(limitOption())
    .action(({ limit }: { limit: number }) =>
      context.list(context.api.list('/keys'), limit, ['id', 'name', 'created', 'revoked', 'scopes'], (key) => [
        ...[key.id, key.name, key.createdAt, key.revokedAt, key.scopes.join(' ')],
      ]),
    );
  keys
    .command('create <name>')
    .description('creates a key; its secret is shown once')
    .requiredOption('--scope <scope>', 'an operation that the key allows; may be given several times', each(text))
    .action(async (name: string, { scope }: { scope: string[] }) => {
      type Scopes = NonNullable<Parameters<typeof context.api.post<'/keys', never>>[1]>['body']['scopes'];
      const key = await context.api.post('/keys', { body: { name, scopes: scope as Scopes } });
      context.printOne(key, {
        MERIDIAN_API_KEY: key.id,
        MERIDIAN_API_SECRET: key.secret,
        scopes: key.scopes.join(' '),
      });
    });
  keys
    .command('revoke <id>')
    .description('revokes a key: its tokens end, and so do the sessions that used them')
    .addOption(
      new Option(
        '--streams <what>',
        'pushes and pulls of the key: keep (under another key of the tenant) or end (after a leak)',
      )
        .choices(['keep', 'end'])
        .default('keep'),
    )
    .action(async (key: string, { streams }: { streams: 'keep' | 'end' }) => {
      // An older api refuses the unknown parameter `streams`.
      const query = streams === 'end' ? { streams } : {};
      await context.api.delete('/keys/{key}', { params: { path: { key }, query } });
      context.printDone({ id: key }, `${key} is revoked`);
    });

  const tokens = group(program, 'tokens', 'tokens to join rooms, signed here without a request to the server');
  tokens
    .command('create')
    .description('signs a token with the API key')
    .requiredOption('--room <name>', 'room of the token')
    .requiredOption('--identity <id>', 'identity of the participant; a second session of an identity ends the first')
    .option('--name <name>', 'display name')
    .option('--metadata <text>', 'metadata of the participant')
    .option('--lobby', 'the participant waits for a host')
    .addOption(grantOption(roomGrants))
    .option('--valid <duration>', 'how long the token can be used to join', word(durationS), 6 * 3600)
    .action(async (o: TokenOptions) => {
      const { token, expiresAt, tokenId } = await tokenOf(context, o);
      context.printDone({ token, tokenId, expiresAt }, token);
    });
  tokens
    .command('revoke <token-id>')
    .description('ends the sessions of a token; TOKEN-ID is its claim `jti`, in the answer of create --json')
    .action(async (tokenId: string) => {
      await context.api.post('/revocations', { body: { tokenId } });
      context.printDone({ tokenId }, `${tokenId} is revoked`);
    });
}

export interface TokenOptions {
  readonly room: string;
  readonly identity: string;
  readonly name?: string;
  readonly metadata?: string;
  readonly lobby?: boolean;
  readonly grant: Partial<Record<(typeof roomGrants)[number], boolean>>;
  readonly valid: number;
}

/** Signs a token without a request to the server. */
export async function tokenOf(context: Context, { grant: grants, valid: validS, ...o }: TokenOptions) {
  const tokenId = `TK_${crypto.randomUUID()}`;
  const expiresAt = new Date((Math.floor(Date.now() / 1000) + validS) * 1000).toISOString();
  return { token: await createJoinToken({ ...context.key, ...o, grants, validS, tokenId }), tokenId, expiresAt };
}
