// Where the token of a check comes from: what the person holds (a token, a link, a sign-in), else the service's own
// for any caller.
import { MeridianApiError } from '@meridian/api-client';
import type { CheckAddress } from '../core/check-address.ts';
import { clientOf } from '../room/api.ts';
import { readBrowserId } from '../room/join-link.ts';
import { fetchDevToken, identityFor, type PageConfig } from '../room/page-config.ts';

/** A guest checks without the session that the browser may have. */
const asGuest = { credentials: 'omit' } as const;
/** Such that another token may do; of the api: it gives this caller none. */
const ofOthers: ReadonlySet<string> = new Set(['CHECK_NOT_OFFERED', 'API_UNREACHABLE']);
/** Of a user's own meeting: it is signed out, or another user has signed in since. */
const ofNoUser: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'SESSION_ENDED', 'NOT_FOUND', 'NOT_PERMITTED']);

/** No way leads to a token here. */
export class CheckNotOffered extends Error {
  readonly code = 'CHECK_NOT_OFFERED';
  constructor(cause?: unknown) {
    super('no token for a check', { cause });
    this.name = 'CheckNotOffered';
  }
}

export interface TokenPorts {
  api(): ReturnType<typeof clientOf>;
  devToken: typeof fetchDevToken;
  /** The browser's own secret, as links know it. */
  browserId(): string;
}

const ports: TokenPorts = { api: () => clientOf(location.origin), devToken: fetchDevToken, browserId: readBrowserId };

/**
 * A token for one check, where the call of the person's meeting would be. Rejects with CheckNotOffered,
 * MeridianApiError (LINK_INVALID, NUMBER_INVALID, RATE_LIMITED, …) or PageError.
 */
export async function fetchCheckToken(
  { token, link, room }: CheckAddress,
  config: Pick<PageConfig, 'api' | 'devToken'>,
  { api, devToken, browserId }: TokenPorts = ports,
): Promise<string> {
  if (token !== undefined) return token;
  let refused: unknown;
  try {
    if (config.api) return await askApi(api(), link, browserId);
  } catch (error) {
    if (!(error instanceof MeridianApiError && ofOthers.has(error.code))) throw error;
    refused = error;
  }
  if (config.devToken) {
    const name = 'check';
    return devToken({ room: room === '' ? name : room, identity: identityFor(name), name, check: true });
  }
  if (refused instanceof MeridianApiError && refused.code !== 'CHECK_NOT_OFFERED') throw refused;
  throw new CheckNotOffered(refused);
}

async function askApi(
  api: ReturnType<typeof clientOf>,
  link: CheckAddress['link'],
  browserId: () => string,
): Promise<string> {
  if (link !== undefined && 'ownMeeting' in link) {
    try {
      const path = { meeting: link.ownMeeting };
      return (await api.post('/me/meetings/{meeting}/join', { params: { path } })).token;
    } catch (error) {
      if (!(error instanceof MeridianApiError && ofNoUser.has(error.code))) throw error;
    }
  }
  const isNamed = link !== undefined && ('code' in link || ('number' in link && link.number !== ''));
  if (isNamed) {
    const body = Object.assign({}, link, { browserId: browserId() });
    return (await api.post('/checks', { body, ...asGuest })).token;
  }
  return (await api.post('/checks', { body: {} })).token;
}
