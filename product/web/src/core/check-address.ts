// The URL of the connection check: /check#from=PATH&token=TOKEN. The fragment holds what leads to a meeting, so that no
// server and no log sees it.
import { type LinkAddress, linkOfPath } from './join-link.ts';
import { type Language, type PageQuery, parseQuery } from './query.ts';

const FROM_CHARACTERS_MAX = 4096;

export interface CheckAddress {
  /** Path of this site from which the person came. */
  readonly back: string | undefined;
  /** Link that the path holds; undefined for a room or no path. */
  readonly link: LinkAddress | undefined;
  /** Room that the path names; '' if none. */
  readonly room: string;
  /** Join token that the person holds. */
  readonly token: string | undefined;
  readonly fromCity: string | undefined;
  readonly language: Language | undefined;
}

/** Returns the URL of the check for a person at `pathname` and `search` of this site. */
export function checkUrl(pathname: string, search: string, { token, language }: PageQuery): string {
  const fragment = new URLSearchParams({ from: pathname + search });
  if (token !== undefined) fragment.set('token', token);
  return `/check${language === undefined ? '' : `?lang=${language}`}#${fragment}`;
}

/** Parses the URL. Drops a return path that is not a meeting page of this site. */
export function parseCheckAddress(search: string, fragment: string): CheckAddress {
  const { token, language } = parseQuery(search, fragment);
  const from = meetingPageOf(new URLSearchParams(fragment.replace(/^#/, '')).get('from') ?? '');
  const fromQuery = from && parseQuery(from.search);
  const secret = token === undefined ? '' : `#token=${token}`;
  return {
    back: from && `${from.pathname}${from.search}${secret}`,
    link: from && linkOfPath(from.pathname),
    room: fromQuery?.room ?? '',
    token,
    fromCity: fromQuery?.fromCity ?? parseQuery(search).fromCity,
    language: language ?? fromQuery?.language,
  };
}

/**
 * Returns the meeting page that `text` names. Other hosts and paths are refused, since a link to the check could
 * otherwise redirect people elsewhere.
 */
function meetingPageOf(text: string): { pathname: string; search: string } | undefined {
  if (text.length > FROM_CHARACTERS_MAX || !text.startsWith('/')) return undefined;
  const site = 'https://site.invalid';
  if (!URL.canParse(text, site)) return undefined;
  const { origin, pathname, search } = new URL(text, site);
  if (origin !== site) return undefined;
  return pathname === '/' || linkOfPath(pathname) !== undefined ? { pathname, search } : undefined;
}
