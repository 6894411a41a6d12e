// Tokens of links to files, which library nodes verify the same way (files/library/src/serving/tokens.ts).
import { createSecretKey } from 'node:crypto';
import { namedKeyOf, signedClaims } from '@meridian/node-shell';
import { ClaimReader, checkTokenTimes, tokenExpired } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { Problem, tokenProblem } from '../http/problems.ts';
import { rightsOfLinks } from './file-links.ts';
import type { ApiKeys, KeyWithSecret } from './keys.ts';
import type { Revocations } from './revocations.ts';

export interface FileTokenOptions {
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly clock: Clock;
}

export interface FileToken {
  /** API key that signed it. */
  readonly key: KeyWithSecret;
  readonly item: string;
  readonly may: (typeof rightsOfLinks)[number];
  /** Identity to which playbacks belong; '' for none. */
  readonly viewer: string;
  readonly via: string;
  readonly sources: readonly string[];
  readonly issuedS: number;
  readonly expiresS: number;
}

/** Reads a token that opens an item, whether it is revoked or not. Rejects with TOKEN_INVALID or TOKEN_EXPIRED. */
export async function readFileToken(o: Omit<FileTokenOptions, 'revocations'>, token: string): Promise<FileToken> {
  try {
    const key = await o.keys.find(namedKeyOf(token));
    if (key === undefined || !key.scopes.includes('library:write')) throw new Problem('TOKEN_INVALID');
    const claims = new ClaimReader(await signedClaims(token, createSecretKey(Buffer.from(key.secret))));
    const nowMs = o.clock.wallMs();
    const { endWallMs, isOver } = checkTokenTimes(claims, nowMs);
    if (isOver) throw tokenExpired(endWallMs, nowMs);
    const [item = '', viewer = '', content = ''] = [claims.text('item'), claims.text('viewer'), claims.text('content')];
    const may = rightsOfLinks.find((right) => right === claims.text('may'));
    const issuedMs = claims.wallMs('iat');
    if (item === '' || content === '' || may === undefined || issuedMs === undefined)
      throw new Problem('TOKEN_INVALID');
    const [via, sources] = [claims.revocableId('via'), claims.revocableIds('sources')];
    return { key, item, may, viewer, via, sources, issuedS: issuedMs / 1000, expiresS: endWallMs / 1000 };
  } catch (error) {
    throw tokenProblem(error);
  }
}

/** Rejects with TOKEN_REVOKED if the link, or a right that it comes from, has ended. */
export async function refuseRevoked(o: Pick<FileTokenOptions, 'revocations'>, token: FileToken): Promise<void> {
  const { key, via, sources, issuedS } = token;
  if (await o.revocations.isRevoked(key.tenant, [key.id, via, ...sources].filter(Boolean), issuedS * 1000))
    throw new Problem('TOKEN_REVOKED', 'the link has been ended');
}
