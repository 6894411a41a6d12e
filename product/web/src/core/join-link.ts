// The link that opened the page: /j/CODE, /m/NUMBER of a meeting, or /meetings/ID/join of a signed-in user. Pure.
import type { Branding } from './branding.ts';

const CODE_CHARACTERS_MAX = 128;

/** What the address names; `number` is '' for what cannot be one. */
export type LinkAddress = { readonly code: string } | { readonly number: string } | { readonly ownMeeting: string };

/**
 * The link in the path of the page's address; undefined: the page was not opened by one. A code that cannot be one is
 * asked about too, so that one place says that it is not valid. Numbers may be written in groups.
 */
export function linkOfPath(pathname: string): LinkAddress | undefined {
  const ownMeeting = /^\/meetings\/([\w-]{1,64})\/join\/?$/.exec(pathname)?.[1];
  if (ownMeeting !== undefined) return { ownMeeting };
  const [, kind, text = ''] = /^\/([jm])\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'j') return { code: text.slice(0, CODE_CHARACTERS_MAX) };
  const number = text.replaceAll(/%20|[+-]/g, '');
  return { number: /^[1-9]\d{8}$/.test(number) ? number : '' };
}

/** What a link leads to, before one joins. */
export interface LinkLook {
  /** Undefined: it is not said, as there is a password. */
  readonly title: string | undefined;
  /** Of a meeting: of the occurrence that runs or comes next. */
  readonly times: { readonly startsMs: number; readonly endsMs: number } | undefined;
  /** In which the meeting was booked. */
  readonly timeZone: string | undefined;
  /** '': it is not said. */
  readonly tenantName: string;
  /** Undefined: it is not known. */
  readonly branding: Branding | undefined;
  /** Of a personal link: how its person is called. */
  readonly name: string | undefined;
  readonly passwordNeeded: boolean;
  readonly state: 'open' | 'cancelled' | 'over';
}

/** 123 456 789 */
export const numberText = (number: string): string => number.replaceAll(/(\d{3})(?=\d)/g, '$1 ');

/** When a meeting is, in words of a language: Mon, 23 Nov, 09:00 – 09:30. */
export function timesText({ startsMs, endsMs }: { startsMs: number; endsMs: number }, tag: string): string {
  const form = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(tag, form).formatRange(startsMs, endsMs);
}
