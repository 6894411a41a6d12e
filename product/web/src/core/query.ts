// The page's address: what may be asked for by query parameters. Anything malformed is ignored, never half obeyed; a
// room that is none is shown and refused: with another in its place, two people that follow one link would land apart.
import { isDisplayName, isRoomName } from '@meridian/protocol';

export const videoCodecs = ['vp8', 'vp9', 'av1', 'h264'] as const;
export type VideoCodecName = (typeof videoCodecs)[number];

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export interface PageQuery {
  /** As it was written, blanks around cut off; '': none. It need not be a legal name. */
  room: string;
  name: string;
  /** Skip the lobby. */
  join: boolean;
  camera: boolean;
  microphone: boolean;
  codec?: VideoCodecName;
  language?: Language;
  /** To watch a show, and be no participant. */
  isViewer: boolean;
  /** Development only: the page's own token gives no right to moderate. */
  isGuest: boolean;
  /** Development only: the city that stands in for the client's address. */
  fromCity?: string;
  /** A token handed out by another server, in the fragment so that no server and no log sees it. */
  token?: string;
  /** A stream key to play, beside or instead of a token: in the fragment too. */
  key?: string;
}

const TOKEN_LENGTH_MAX = 8 * 1024;
const KEY_LENGTH_MAX = 1024;

/** Reads the query and the fragment of the page's address. */
export function parseQuery(search: string, fragment = ''): PageQuery {
  const query = new URLSearchParams(search);
  const codec = videoCodecs.find((known) => known === query.get('codec')?.toLowerCase());
  const language = languageOf(query.get('lang') ?? '');
  const fromCity = textOf(query.get('from'));
  const secrets = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = tokenOf(secrets.get('token') ?? '');
  const key = keyOf(secrets.get('key') ?? '');
  return {
    room: query.get('room')?.trim() ?? '',
    name: textOf(query.get('name')),
    join: query.get('join') === '1',
    camera: query.get('camera') !== '0',
    microphone: query.get('mic') !== '0',
    isViewer: query.get('show') === '1',
    isGuest: query.get('guest') === '1',
    ...(codec === undefined ? {} : { codec }),
    ...(language === undefined ? {} : { language }),
    ...(fromCity === '' ? {} : { fromCity }),
    ...(token === undefined ? {} : { token }),
    ...(key === undefined ? {} : { key }),
  };
}

/** The language a tag such as zh-CN or en_GB asks for; undefined for others. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split(/[-_]/);
  return languages.find((known) => known === primary);
}

/** Query first, then what was chosen before, then the browser's list, then English. */
export function chooseLanguage(o: {
  query?: Language;
  stored?: string | undefined;
  navigator: readonly string[];
}): Language {
  if (o.query !== undefined) return o.query;
  const stored = languageOf(o.stored ?? '');
  if (stored !== undefined) return stored;
  for (const tag of o.navigator) {
    const found = languageOf(tag);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** The link to hand to others, as guests: this page and room, nothing of oneself. */
export function inviteLink(pageUrl: string, room: string): string {
  const url = new URL(pageUrl);
  url.search = '';
  url.hash = '';
  url.searchParams.set('room', room);
  url.searchParams.set('guest', '1');
  return url.toString();
}

/** Whether a page of this host name is on the computer that looks at it: a link to it leads everybody to their own. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return /^127(\.\d{1,3}){3}$/.test(name) || name === '[::1]' || name === 'localhost' || name.endsWith('.localhost');
}

export interface TokenClaims {
  readonly room: string;
  readonly name: string;
  readonly mayRename: boolean;
  /** Without it one watches; the room's policy may say otherwise. */
  readonly mayPublish: boolean;
}

/**
 * What a token says about itself, unchecked: to fill in the lobby, and to offer what it allows. The signaling node
 * checks it.
 */
export function readTokenClaims(token: string): TokenClaims | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const { name, video } = (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as {
      name?: unknown;
      video?: Record<string, unknown> | null;
    };
    return {
      room: textOf(video?.['room']),
      name: textOf(name),
      mayRename: video?.['canUpdateOwnMetadata'] === true,
      mayPublish: video?.['canPublish'] !== false || video?.['roomAdmin'] === true,
    };
  } catch {
    return undefined; // not a token: the signaling node will say so with its own words
  }
}

/** The first room that is named: what the token says counts before what the address says. */
export function chooseRoom(...rooms: readonly (string | undefined)[]): string | undefined {
  return rooms.find((room) => room !== undefined && room !== '');
}

/** Whether the lobby is skipped: asked for, and with a room that can be entered. */
export function joinsAtOnce({ join }: PageQuery, room: string): boolean {
  return join && textOf(room) !== '';
}

/**
 * What is wrong with a field of the lobby: at once for what cannot be a name, for an empty one when joining was
 * `tried`.
 */
export function fieldErrorOf<M extends string>(
  text: string,
  missing: M,
  tried: boolean,
): 'lobby.textInvalid' | M | undefined {
  if (text.trim() === '') return tried ? missing : undefined;
  return textOf(text) === '' ? 'lobby.textInvalid' : undefined;
}

/** Text that may name a room and a person, or ''. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : '';
  return isRoomName(text) && isDisplayName(text) ? text : '';
}

const keyOf = (text: string): string | undefined =>
  text.length <= KEY_LENGTH_MAX && /^[\w-]+$/.test(text) ? text : undefined;

function tokenOf(token: string): string | undefined {
  return token.length <= TOKEN_LENGTH_MAX && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? token : undefined;
}
