// Tokens of the library: JWTs (HS256) of an API key of the tenant. {upload, exp, via} sends the parts of an upload;
// {content, may, name, exp, via} opens the files of a content.
import type { TokenOrigin, Tokens } from '@meridian/node-shell';
import { isUploadId, MeridianError } from '@meridian/protocol';

/** `download`: may also keep files. */
export type May = 'play' | 'download';

export interface UploadToken {
  readonly tenant: string;
  readonly uploadId: string;
  readonly origin: TokenOrigin;
}

export interface ContentToken {
  readonly tenant: string;
  readonly contentId: string;
  readonly may: May;
  /** In place of that of the file; '': none. */
  readonly name: string;
  /** Regions that the content may touch, as its API key says; '': all. */
  readonly fence: string;
  readonly origin: TokenOrigin;
}

const NAME_CHARACTERS_MAX = 255;

/**
 * Rejects as `Tokens.signed`, with TOKEN_INVALID for a token of another kind, and with NOT_PERMITTED for one of an API
 * key without the scope `library:write`, by which links are made.
 */
export async function openUploadToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<UploadToken> {
  const { claims, tenant, origin } = await signed(tokens, token);
  const { upload } = claims;
  if (typeof upload !== 'string' || !isUploadId(upload)) throw new MeridianError('TOKEN_INVALID');
  return { tenant, uploadId: upload, origin };
}

/** As `openUploadToken`. */
export async function openContentToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<ContentToken> {
  const { claims, tenant, fence, origin } = await signed(tokens, token);
  const { content, may, name = '' } = claims;
  if (typeof content !== 'string' || !isUploadId(content)) throw new MeridianError('TOKEN_INVALID');
  if (may !== 'play' && may !== 'download') throw new MeridianError('TOKEN_INVALID');
  if (typeof name !== 'string' || name.length > NAME_CHARACTERS_MAX) throw new MeridianError('TOKEN_INVALID');
  return { tenant, contentId: content, may, name, fence, origin };
}

async function signed(tokens: Pick<Tokens, 'signed'>, token: string) {
  const opened = await tokens.signed(token);
  if (!opened.scopes.includes('library:write')) throw new MeridianError('NOT_PERMITTED');
  return opened;
}
