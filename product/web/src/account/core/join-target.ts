// Text that a person typed to join: a meeting number, a link of this site, or the name of a room.
import { linkOfPath } from '../../core/join-link.ts';
import { textOf } from '../../core/query.ts';
import type { AccountKey } from './messages/texts.ts';

export type JoinTarget = { readonly href: string } | { readonly error: AccountKey };

export interface JoinOffer {
  /** Origin of this site. */
  readonly origin: string;
  /** Whether meetings have numbers here. */
  readonly hasNumbers: boolean;
  /** Whether a visitor may enter any room by its name. */
  readonly hasRooms: boolean;
}

/** Returns the address to open, or why the text leads nowhere. A link may lack its scheme. */
export function joinTarget(typed: string, { origin, hasNumbers, hasRooms }: JoinOffer): JoinTarget {
  const text = typed.trim();
  if (text === '') return { error: 'home.joinMissing' };
  const link = linkIn(text, origin);
  if (link !== undefined) return link.origin === origin ? ofLink(link) : { error: 'home.joinElsewhere' };
  const digits = text.replaceAll(/[\s-]/g, '');
  const isNumber = /^\d+$/.test(digits);
  if (hasNumbers && /^[1-9]\d{8}$/.test(digits)) return { href: `/m/${digits}` };
  if (hasRooms && textOf(text) !== '') return { href: `/?${new URLSearchParams({ room: textOf(text) })}` };
  return { error: isNumber && hasNumbers ? 'home.joinNumberWrong' : 'home.joinUnknown' };
}

function linkIn(text: string, origin: string): URL | undefined {
  const { host, protocol } = new URL(origin);
  const isHost = text.toLowerCase().startsWith(`${host}/`);
  const address = isHost ? `${protocol}//${text}` : text;
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
}

function ofLink({ pathname, search, hash, searchParams }: URL): JoinTarget {
  const isRoom = pathname === '/' && (searchParams.get('room') ?? '') !== '';
  const hasToken = pathname === '/' && /^#(token|key)=/.test(hash);
  const isPlayer = /^\/play\/[^/]+$/.test(pathname);
  if (isRoom || hasToken || isPlayer || linkOfPath(pathname) !== undefined)
    return { href: `${pathname}${search}${hash}` };
  return { error: 'home.joinNoMeeting' };
}
