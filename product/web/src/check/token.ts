// Gets the token of a check: from the person's token, link or session, else the service's token for any caller.
import { MeridianApiError } from '@meridian/api-client';
import type { CheckAddress } from '../core/check-address.ts';
import { clientOf } from '../room/api.ts';
import { readBrowserId } from '../room/join-link.ts';
import { fetchDevToken, identityFor, type PageConfig } from '../room/page-config.ts';

/** Guests check without the browser's session cookie. */
const asGuest = { credentials: 'omit' } as const;
/** Codes after which a token of the page's own server may work, since the API gives this caller none. */
const devTokenCodes: ReadonlySet<string> = new Set(['CHECK_NOT_OFFERED', 'API_UNREACHABLE']);
/** Codes for a user's own meeting: the user has signed out, or another has signed in since. */
const signedOutCodes: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'SESSION_ENDED', 'NOT_FOUND', 'NOT_PERMITTED']);

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
  /** Returns the browser's own secret, by which links know it. */
  browserId(): string;
}

const ports: TokenPorts = { api: () => clientOf(location.origin), devToken: fetchDevToken, browserId: readBrowserId };

/**
 * Returns a token for a check, which the service places where the person's meeting would be. Rejects with
 * CheckNotOffered, MeridianApiError (LINK_INVALID, NUMBER_INVALID, RATE_LIMITED, …) or PageError.
 */
export async function fetchCheckToken(
  { token, link, room }: CheckAddress,
  config: Pick<PageConfig, 'api' | 'devToken'>,
  { api, devToken, browserId }: TokenPorts = ports,
): Promise<string> {
  if (token !== undefined) return token;
  let refusal: unknown;
  try {
    if (config.api) return await fetchApiToken(api(), link, browserId);
  } catch (error) {
    if (!(error instanceof MeridianApiError && devTokenCodes.has(error.code))) throw error;
    refusal = error;
  }
  if (config.devToken) {
    const name = 'check';
    return devToken({ room: room === '' ? name : room, identity: identityFor(name), name, check: true });
  }
  if (refusal instanceof MeridianApiError && refusal.code !== 'CHECK_NOT_OFFERED') throw refusal;
  throw new CheckNotOffered(refusal);
}

async function fetchApiToken(
  api: ReturnType<typeof clientOf>,
  link: CheckAddress['link'],
  browserId: () => string,
): Promise<string> {
  if (link !== undefined && 'ownMeeting' in link) {
    try {
      const path = { meeting: link.ownMeeting };
      return (await api.post('/me/meetings/{meeting}/join', { params: { path } })).token;
    } catch (error) {
      if (!(error instanceof MeridianApiError && signedOutCodes.has(error.code))) throw error;
    }
  }
  const isNamed = link !== undefined && ('code' in link || ('number' in link && link.number !== ''));
  if (isNamed) {
    const body = Object.assign({}, link, { browserId: browserId() });
    return (await api.post('/checks', { body, ...asGuest })).token;
  }
  return (await api.post('/checks', { body: {} })).token;
}
