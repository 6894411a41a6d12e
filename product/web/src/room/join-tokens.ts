// Where tokens to join come from: the link that opened the page, the page's address, or (development) the page's
// server.
import type { TokenSource } from '@meridian/sdk-web';
import { type PageQuery, readTokenClaims } from '../core/query.ts';
import type { Guest, JoinLink, LinkGrant } from './join-link.ts';
import { fetchDevToken, identityFor, type PageConfig, PageError } from './page-config.ts';
import { TokenAhead, type TokenRequest } from './token-ahead.ts';

/** What the lobby knows of a participant. */
export interface Entrant {
  readonly room: string;
  readonly name: string;
  /** Of the link that opened the page; '': none, or none yet. */
  readonly password?: string;
}

export class JoinTokens {
  readonly #query: PageQuery;
  readonly #link: JoinLink | undefined;
  readonly #ahead: TokenAhead;
  #mayRename = false;
  #mayPublish = true;

  /** `fetched`: called with a token that was fetched ahead. */
  constructor(o: { query: PageQuery; link: JoinLink | undefined; fetched(token: string): void }) {
    this.#query = o.query;
    this.#link = o.link;
    this.#ahead = new TokenAhead(fetchDevToken, o.fetched);
  }

  /** The latest token for a join lets its bearer change the own name. */
  get mayRename(): boolean {
    return this.#mayRename;
  }

  /** The latest token for a join says that its bearer only watches. */
  get onlyWatches(): boolean {
    return !this.#mayPublish;
  }

  /** Development: fetches the token of this lobby ahead, unless the page was opened with a token or by a link. */
  want(entrant: Entrant): void {
    if (this.#query.token === undefined && this.#link === undefined) this.#ahead.want(this.#requestFor(entrant));
  }

  /**
   * The first token is fetched here, so that its failure has its own code; for a later reconnection the SDK asks for a
   * fresh one. `linkKnown`: called with the first answer of the link, if the page was opened by one. Rejects with
   * PageError, MeridianApiError.
   */
  async source(config: PageConfig, entrant: Entrant, linkKnown: (grant: LinkGrant) => void): Promise<TokenSource> {
    const link = this.#link;
    if (link !== undefined) {
      const grant = await link.exchange(guestOf(entrant));
      linkKnown(grant);
      return this.#renewed(grant.token, async () => (await link.exchange(guestOf(entrant))).token);
    }
    if (this.#query.token !== undefined) return this.#first(this.#query.token);
    if (!config.devToken) throw new PageError('TOKEN_MISSING');
    const request = this.#requestFor(entrant);
    return this.#renewed(await this.#ahead.take(request), () => fetchDevToken(request));
  }

  /** For questions beside the call: of the link, the one that the page was opened with, or of the page's server. */
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

  /** The first token for the first call, then one of `fetch` each time. */
  #renewed(token: string, fetch: () => Promise<string>): TokenSource {
    let first: string | undefined = this.#first(token);
    return async () => {
      const given = first ?? (await fetch());
      first = undefined;
      return given;
    };
  }

  #first(token: string): string {
    const claims = readTokenClaims(token);
    this.#mayRename = claims?.mayRename ?? false;
    this.#mayPublish = claims?.mayPublish ?? true;
    return token;
  }
}

const guestOf = ({ name, password = '' }: Entrant): Guest => ({ name, password });
