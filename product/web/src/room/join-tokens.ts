// Sources of join tokens: the link that opened the page, the page's URL, or (in development) the page's server.
import type { TokenSource } from '@meridian/sdk-web';
import { type PageQuery, readTokenClaims } from '../core/query.ts';
import type { Guest, JoinLink, LinkGrant } from './join-link.ts';
import { fetchDevToken, identityFor, type PageConfig, PageError } from './page-config.ts';
import { TokenPrefetch, type TokenRequest } from './token-prefetch.ts';

/** A participant as entered in the lobby. */
export interface Entrant {
  readonly room: string;
  readonly name: string;
  /** Password of the link; '' if none. */
  readonly password?: string;
}

export class JoinTokens {
  readonly #query: PageQuery;
  readonly #link: JoinLink | undefined;
  readonly #prefetch: TokenPrefetch<TokenRequest, string>;
  readonly #grants: TokenPrefetch<Guest, LinkGrant>;
  #mayRename = false;
  #mayPublish = true;

  /** `fetched`: called with a token that was fetched in advance. */
  constructor(o: { query: PageQuery; link: JoinLink | undefined; fetched(token: string): void }) {
    this.#query = o.query;
    this.#link = o.link;
    this.#prefetch = new TokenPrefetch(fetchDevToken, o.fetched);
    this.#grants = new TokenPrefetch(
      (guest) => exchange(o.link, guest),
      ({ token }) => o.fetched(token),
    );
  }

  get mayRename(): boolean {
    return this.#mayRename;
  }

  get onlyWatches(): boolean {
    return !this.#mayPublish;
  }

  /**
   * Prefetches the token of a lobby, unless the page was opened with one: of a signed-in user's own meeting, or in
   * development. The link of a guest may have few uses, and only a join takes one.
   */
  prefetch(entrant: Entrant, { devToken }: PageConfig): void {
    if (entrant.name === '' || this.#query.token !== undefined) return;
    if (this.#link?.ownMeeting !== undefined) this.#grants.prefetch(guestOf(entrant));
    else if (this.#link === undefined && entrant.room !== '' && devToken)
      this.#prefetch.prefetch(this.#requestFor(entrant));
  }

  /**
   * Returns a source of tokens. The first token is fetched here, so that its failure keeps its code; for a later
   * reconnection the SDK requests a new one. `linkKnown` gets the first answer about the link, if there is one. Rejects
   * with PageError or MeridianApiError.
   */
  async source(config: PageConfig, entrant: Entrant, linkKnown: (grant: LinkGrant) => void): Promise<TokenSource> {
    const link = this.#link;
    if (link !== undefined) {
      const grant = await this.#grants.take(guestOf(entrant));
      linkKnown(grant);
      return this.#renewed(grant.token, async () => (await link.exchange(guestOf(entrant))).token);
    }
    if (this.#query.token !== undefined) return this.#readClaims(this.#query.token);
    if (!config.devToken) throw new PageError('TOKEN_MISSING');
    const request = this.#requestFor(entrant);
    return this.#renewed(await this.#prefetch.take(request), () => fetchDevToken(request));
  }

  /** Returns a token for requests outside the call, from the link, the URL or the page's server. */
  async fresh(entrant: Entrant): Promise<string> {
    if (this.#link !== undefined) return (await this.#link.exchange(guestOf(entrant))).token;
    return this.#query.token ?? (await fetchDevToken(this.#requestFor(entrant)));
  }

  #requestFor({ room, name }: Entrant): TokenRequest {
    return {
      room,
      name,
      identity: identityFor(name),
      ...((this.#query.isGuest || this.#query.isViewer) && { guest: true }),
    };
  }

  /** Returns the first token on the first call, then a new one of `fetch` each time. */
  #renewed(token: string, fetch: () => Promise<string>): TokenSource {
    let first: string | undefined = this.#readClaims(token);
    return async () => {
      const given = first ?? (await fetch());
      first = undefined;
      return given;
    };
  }

  #readClaims(token: string): string {
    const claims = readTokenClaims(token);
    this.#mayRename = claims?.mayRename ?? false;
    this.#mayPublish = claims?.mayPublish ?? true;
    return token;
  }
}

async function exchange(link: JoinLink | undefined, guest: Guest): Promise<LinkGrant> {
  if (link === undefined) throw new PageError('TOKEN_MISSING');
  return await link.exchange(guest);
}

const guestOf = ({ name, password = '' }: Entrant): Guest => ({ name, password });
