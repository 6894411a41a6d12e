import { characterCount, isBlank, isDisplayName } from '@meridian/protocol';
import { EMAIL } from '../../access/core/email.ts';
import { pictureSize } from './picture-size.ts';

/** Branding of a tenant; null for a value that is not set, where pages show Meridian's. */
export interface Branding {
  /** Name that replaces Meridian's on pages, and is the sender's name of mails. */
  readonly displayName: string | null;
  /** #rrggbb in lower case. */
  readonly accentColor: string | null;
  /** URL of the form data:image/…;base64,…. */
  readonly logo: string | null;
  /** URL of the form https: or mailto:. */
  readonly supportUrl: string | null;
}

export const noBranding: Branding = { displayName: null, accentColor: null, logo: null, supportUrl: null };

/** Longest name for which heads of pages and senders of mails have room. */
export const DISPLAY_NAME_CHARACTERS_MAX = 64;
/** Longest URL: a picture of 36 KiB, which is part of answers to pages. */
export const LOGO_CHARACTERS_MAX = 48 * 1024;
/** Longest side: browsers hold all pixels, 16 MB at this size, however small the file. */
export const LOGO_SIDE_MAX_PX = 2048;
export const SUPPORT_URL_CHARACTERS_MAX = 512;
/** With these characters, a sender's name would look like another address. */
const OF_ADDRESSES = /[<>@]/;
export const ACCENT_COLOR = /^#[0-9a-fA-F]{6}$/;
const PICTURE = /^data:image\/(png|jpeg|webp);base64,((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
export interface WrongPart {
  readonly pointer: string;
  readonly detail: string;
}

/** Returns the faults of the given parts that are not null. `pointerPrefix`: JSON pointer of the branding. */
export function brandingRefusals(parts: Partial<Branding>, pointerPrefix = '/branding'): WrongPart[] {
  const { displayName, accentColor, logo, supportUrl } = parts;
  const wrong: WrongPart[] = [];
  const refuse = (part: keyof Branding, detail: string): void =>
    void wrong.push({ pointer: `${pointerPrefix}/${part}`, detail });
  if (displayName != null && !(isName(displayName, DISPLAY_NAME_CHARACTERS_MAX) && !OF_ADDRESSES.test(displayName)))
    refuse('displayName', `must have 1 to ${DISPLAY_NAME_CHARACTERS_MAX} printable characters, without <, > and @`);
  if (accentColor != null && !ACCENT_COLOR.test(accentColor))
    refuse('accentColor', 'must be a colour of the form #rrggbb');
  if (logo != null) {
    const detail = pictureRefusal(logo, { characters: LOGO_CHARACTERS_MAX, sidePx: LOGO_SIDE_MAX_PX });
    if (detail !== undefined) refuse('logo', detail);
  }
  if (supportUrl != null && !isSupportUrl(supportUrl)) refuse('supportUrl', 'must be an https: or mailto: URL');
  return wrong;
}

/** Returns whether pages and mails can show the text as a name. */
export const isName = (text: string, charactersMax: number): boolean =>
  !isBlank(text) && characterCount(text) <= charactersMax && isDisplayName(text);

/** Returns why a `data:` URL is refused; undefined if it is accepted. `max`: limits of the URL, and of each side. */
export function pictureRefusal(
  url: string,
  max: { readonly characters: number; readonly sidePx: number },
): string | undefined {
  if (url.length > max.characters) return `at most ${max.characters} characters`;
  const [, type = '', data = ''] = PICTURE.exec(url) ?? [];
  if (data === '') return 'must be a data: URL of a PNG, JPEG or WebP in base64';
  const size = pictureSize(type, Buffer.from(data, 'base64'));
  if (size === undefined) return `is not a file of type ${type}`;
  const { widthPx, heightPx } = size;
  if (widthPx <= max.sidePx && heightPx <= max.sidePx) return undefined;
  return `is ${widthPx} x ${heightPx} pixels: at most ${max.sidePx} x ${max.sidePx}`;
}

function isSupportUrl(text: string): boolean {
  if (text.length > SUPPORT_URL_CHARACTERS_MAX || /[\s\p{Cc}<>"\\]/u.test(text)) return false;
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url.hostname !== '' && url.username === '' && url.password === '';
  if (url?.protocol !== 'mailto:') return false;
  try {
    return EMAIL.test(decodeURIComponent(url.pathname));
  } catch {
    return false;
  }
}

export const changedBranding = (before: Branding, changes: Partial<Branding>): Branding => {
  const color = changes.accentColor === undefined ? before.accentColor : changes.accentColor;
  return {
    displayName: changes.displayName === undefined ? before.displayName : (changes.displayName?.trim() ?? null),
    accentColor: color?.toLowerCase() ?? null,
    logo: changes.logo === undefined ? before.logo : changes.logo,
    supportUrl: changes.supportUrl === undefined ? before.supportUrl : changes.supportUrl,
  };
};
