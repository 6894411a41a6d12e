// Parameters in the page's URL. Malformed values are ignored. An invalid room is shown and refused: if another room
// replaced it, two people with the same link would end up in different rooms.
import { cleanDisplayName, isRoomName } from '@meridian/protocol';

export const videoCodecs = ['vp8', 'vp9', 'av1', 'h264'] as const;
export type VideoCodecName = (typeof videoCodecs)[number];

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export interface PageQuery {
  /** Trimmed room text, '' if absent; not necessarily a valid name. */
  room: string;
  name: string;
  join: boolean;
  camera: boolean;
  microphone: boolean;
  codec?: VideoCodecName;
  language?: Language;
  isViewer: boolean;
  /** Makes the room a show when its host comes in. */
  isShow: boolean;
  /** Development only: the page's own token gives no right to moderate. */
  isGuest: boolean;
  /** Development only: city in place of the client's IP location. */
  fromCity?: string;
  /** Token issued by another server, in the fragment so that no server and no log sees it. */
  token?: string;
  /** Stream key to play, with or without a token; in the fragment too. */
  key?: string;
}

const TOKEN_LENGTH_MAX = 8 * 1024;
const KEY_LENGTH_MAX = 1024;

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
    isShow: query.get('kind') === 'show',
    isGuest: query.get('guest') === '1',
    ...(codec === undefined ? {} : { codec }),
    ...(language === undefined ? {} : { language }),
    ...(fromCity === '' ? {} : { fromCity }),
    ...(token === undefined ? {} : { token }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Returns the language of a tag such as zh-CN or en_GB; undefined for others. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split(/[-_]/);
  return languages.find((known) => known === primary);
}

/** Chooses by query, then stored choice, then the browser's list, then English. */
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

/** Returns the link for guests: this page and room, without the person's own parameters. */
export function inviteLink(pageUrl: string, room: string): string {
  const url = new URL(pageUrl);
  url.search = '';
  url.hash = '';
  url.searchParams.set('room', room);
  url.searchParams.set('guest', '1');
  return url.toString();
}

export type ShowLinkKind = 'viewer' | 'cohost';

/** Returns the link of a show for its viewers or cohosts: this page and room, where the page's server gives tokens. */
export function showLink(pageUrl: string, room: string, kind: ShowLinkKind): string {
  const url = new URL('/', pageUrl);
  url.searchParams.set('room', room);
  if (kind === 'viewer') url.searchParams.set('show', '1');
  return url.toString();
}

/** Returns whether a host name is loopback: a link to it would lead all others to their own computer. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return /^127(\.\d{1,3}){3}$/.test(name) || name === '[::1]' || name === 'localhost' || name.endsWith('.localhost');
}

export interface TokenClaims {
  readonly room: string;
  readonly name: string;
  readonly mayRename: boolean;
  /** Without this right the person watches, unless the room's policy allows more. */
  readonly mayPublish: boolean;
}

/**
 * Reads a token's claims without verification, to fill the lobby and choose what to offer. The signaling node verifies.
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
    return undefined; // not a token: the signaling node will report the error
  }
}

/** Returns the first named room: the token's room counts before the URL's. */
export function chooseRoom(...rooms: readonly (string | undefined)[]): string | undefined {
  return rooms.find((room) => room !== undefined && room !== '');
}

/** Returns whether to skip the lobby: requested, or to watch a show; and the room's name is valid. */
export function joinsAtOnce({ join, isViewer }: PageQuery, room: string): boolean {
  return (join || isViewer) && textOf(room) !== '';
}

/**
 * Returns the error of a lobby field: an invalid name at once, an empty field only after an attempt to join (`tried`).
 */
export function fieldErrorOf<M extends string>(
  text: string,
  missing: M,
  tried: boolean,
): 'lobby.textInvalid' | M | undefined {
  if (text.trim() === '') return tried ? missing : undefined;
  return textOf(text) === '' ? 'lobby.textInvalid' : undefined;
}

/** Returns text that is valid as a room and person name, or ''. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? cleanDisplayName(value) : '';
  return isRoomName(text) ? text : '';
}

const keyOf = (text: string): string | undefined =>
  text.length <= KEY_LENGTH_MAX && /^[\w-]+$/.test(text) ? text : undefined;

function tokenOf(token: string): string | undefined {
  return token.length <= TOKEN_LENGTH_MAX && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? token : undefined;
}
