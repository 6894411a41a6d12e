// Tokens of the library: JWTs (HS256) of an API key of the tenant. {upload, exp, via} sends the parts of an upload;
// {content, may, name, item, viewer, exp, via} opens the files of a content; {receiver, region, exp, via} is a
// receiver.
import type { TokenOrigin, Tokens } from '@meridian/node-shell';
import { isUploadId, MeridianError } from '@meridian/protocol';

/** Of a receiver (docs/adr/0038-distribution.md): {receiver, region, exp, via}. */
export interface ReceiverToken {
  readonly tenant: string;
  readonly receiver: string;
  readonly region: string;
  /** Regions that the tenant's contents may touch; '': all. */
  readonly fence: string;
  readonly expiresWallMs: number;
  readonly origin: TokenOrigin;
}

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
  /** That the link was made for; '': it names none. */
  readonly item: string;
  /** The person who plays by it; '': it names none. */
  readonly viewer: string;
  readonly origin: TokenOrigin;
}

const NAME_CHARACTERS_MAX = 255;
/** Of an item and of a viewer, who may be a user or what a company's system calls one. */
const ID_CHARACTERS_MAX = 128;

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
  const { content, may, name = '', item = '', viewer = '' } = claims;
  if (typeof content !== 'string' || !isUploadId(content)) throw new MeridianError('TOKEN_INVALID');
  if (may !== 'play' && may !== 'download') throw new MeridianError('TOKEN_INVALID');
  if (!isText(name, NAME_CHARACTERS_MAX) || !isText(item, ID_CHARACTERS_MAX) || !isText(viewer, ID_CHARACTERS_MAX))
    throw new MeridianError('TOKEN_INVALID');
  return { tenant, contentId: content, may, name, fence, item, viewer, origin };
}

/** As `openUploadToken`. */
export async function openReceiverToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<ReceiverToken> {
  const { claims, tenant, fence, origin, expiresWallMs } = await signed(tokens, token);
  const { receiver, region } = claims;
  if (typeof receiver !== 'string' || !/^RC_[A-Za-z0-9_-]{1,61}$/.test(receiver))
    throw new MeridianError('TOKEN_INVALID');
  if (!isText(region, ID_CHARACTERS_MAX)) throw new MeridianError('TOKEN_INVALID');
  return { tenant, receiver, region, fence, expiresWallMs, origin };
}

const isText = (value: unknown, charactersMax: number): value is string =>
  typeof value === 'string' && value.length <= charactersMax;

async function signed(tokens: Pick<Tokens, 'signed'>, token: string) {
  const opened = await tokens.signed(token);
  if (!opened.scopes.includes('library:write')) throw new MeridianError('NOT_PERMITTED');
  return opened;
}
