// Tokens of the library: JWTs (HS256) signed by an API key of the tenant. {upload, exp, via} sends the parts of an
// upload; {content, may, name, item, viewer, exp, via} opens the files of a content; {receiver, region, exp, via}
// identifies a receiver.
import type { TokenOrigin, Tokens } from '@meridian/node-shell';
import { isUploadId, MeridianError } from '@meridian/protocol';

export interface ReceiverToken {
  readonly tenant: string;
  readonly receiver: string;
  readonly region: string;
  /** Regions that the tenant's contents may touch; `''` for all. */
  readonly fence: string;
  readonly expiresWallMs: number;
  readonly origin: TokenOrigin;
}

/** `download` includes `play`. */
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
  /** File name that replaces the content's own; `''` for none. */
  readonly name: string;
  /** Regions that the content may touch, from the API key; `''` for all. */
  readonly fence: string;
  /** Item that the link was made for; `''` for none. */
  readonly item: string;
  /** Person who plays by the link; `''` for none. */
  readonly viewer: string;
  readonly origin: TokenOrigin;
}

const NAME_CHARACTERS_MAX = 255;
/** Bound of an item id and of a viewer, who is a user or an id of the company's own system. */
const ID_CHARACTERS_MAX = 128;

/**
 * Rejects as `Tokens.signed`; with TOKEN_INVALID for another kind of token; with NOT_PERMITTED for an API key without
 * the scope `library:write`, which making links needs.
 */
export async function openUploadToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<UploadToken> {
  const { claims, tenant, origin } = await signed(tokens, token);
  const { upload } = claims;
  if (typeof upload !== 'string' || !isUploadId(upload)) throw new MeridianError('TOKEN_INVALID');
  return { tenant, uploadId: upload, origin };
}

/** Rejects as `openUploadToken`. */
export async function openContentToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<ContentToken> {
  const { claims, tenant, fence, origin } = await signed(tokens, token);
  const { content, may, name = '', item = '', viewer = '' } = claims;
  if (typeof content !== 'string' || !isUploadId(content)) throw new MeridianError('TOKEN_INVALID');
  if (may !== 'play' && may !== 'download') throw new MeridianError('TOKEN_INVALID');
  if (!isText(name, NAME_CHARACTERS_MAX) || !isText(item, ID_CHARACTERS_MAX) || !isText(viewer, ID_CHARACTERS_MAX))
    throw new MeridianError('TOKEN_INVALID');
  return { tenant, contentId: content, may, name, fence, item, viewer, origin };
}

/** Rejects as `openUploadToken`. */
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
