// The link that opened the page: /j/CODE, /m/NUMBER of a meeting, or /meetings/ID/join of a signed-in user.
import type { Branding } from './branding.ts';

const CODE_CHARACTERS_MAX = 128;

/** `number` is '' when the path holds no valid number. */
export type LinkAddress = { readonly code: string } | { readonly number: string } | { readonly ownMeeting: string };

/**
 * Parses the page's path; returns undefined when it is no link. Malformed codes are kept, so that the server reports
 * them as invalid. Numbers may be written in groups.
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

/** The server's description of a link before the join. */
export interface LinkDetails {
  /** Title of the meeting; undefined when a password hides it. */
  readonly title: string | undefined;
  readonly times: { readonly startsMs: number; readonly endsMs: number } | undefined;
  readonly timeZone: string | undefined;
  /** Name of the organisation; '' when it is not disclosed. */
  readonly tenantName: string;
  readonly branding: Branding | undefined;
  readonly name: string | undefined;
  readonly passwordNeeded: boolean;
  /** Whether the person only watches; then the page needs no device. */
  readonly onlyWatches: boolean;
  readonly state: 'open' | 'cancelled' | 'over';
}

export const numberText = (number: string): string => number.replaceAll(/(\d{3})(?=\d)/g, '$1 ');
