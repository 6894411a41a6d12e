// The address of the page that checks the connection: /check#from=PATH&token=TOKEN. What leads to a meeting stands in
// the fragment, so that no server and no log sees it. Pure.
import { type LinkAddress, linkOfPath } from './join-link.ts';
import { type Language, type PageQuery, parseQuery } from './query.ts';

const FROM_CHARACTERS_MAX = 4096;

export interface CheckAddress {
  /** Where the person came from, a path of this site; undefined: from nowhere. */
  readonly back: string | undefined;
  /** What the path leads to; undefined: a room, or nothing. */
  readonly link: LinkAddress | undefined;
  /** Of the room that the path names; '': none. */
  readonly room: string;
  /** The token to join that the person holds. */
  readonly token: string | undefined;
  readonly fromCity: string | undefined;
  readonly language: Language | undefined;
}

/** The address of the check for a person at `pathname` and `search` of this site. */
export function checkUrl(pathname: string, search: string, { token, language }: PageQuery): string {
  const fragment = new URLSearchParams({ from: pathname + search });
  if (token !== undefined) fragment.set('token', token);
  return `/check${language === undefined ? '' : `?lang=${language}`}#${fragment}`;
}

/** Reads the address. A way back that leads out of this site's meetings is none. */
export function parseCheckAddress(search: string, fragment: string): CheckAddress {
  const { token, language } = parseQuery(search, fragment);
  const from = placeOf(new URLSearchParams(fragment.replace(/^#/, '')).get('from') ?? '');
  const of = from && parseQuery(from.search);
  const secret = token === undefined ? '' : `#token=${token}`;
  return {
    back: from && `${from.pathname}${from.search}${secret}`,
    link: from && linkOfPath(from.pathname),
    room: of?.room ?? '',
    token,
    fromCity: of?.fromCity ?? parseQuery(search).fromCity,
    language: language ?? of?.language,
  };
}

/** The page of a meeting: with another host or path a link to the check would lead people elsewhere. */
function placeOf(text: string): { pathname: string; search: string } | undefined {
  if (text.length > FROM_CHARACTERS_MAX || !text.startsWith('/')) return undefined;
  const site = 'https://site.invalid';
  if (!URL.canParse(text, site)) return undefined;
  const { origin, pathname, search } = new URL(text, site);
  if (origin !== site) return undefined;
  return pathname === '/' || linkOfPath(pathname) !== undefined ? { pathname, search } : undefined;
}
