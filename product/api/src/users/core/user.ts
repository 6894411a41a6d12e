// What a user may be called and what its sessions live. Pure; the time is an argument.
import { isBlank, isDisplayName, isIdentity } from '@meridian/protocol';
import { EMAIL } from '../../access/core/email.ts';

export interface UserParts {
  readonly id?: string;
  readonly email?: string;
  readonly name?: string;
}

export interface WrongPart {
  readonly pointer: string;
  readonly detail: string;
}

const EMAIL_CHARACTERS_MAX = 254;

/** By which users are searched for. */
export const searchText = ({ name, email }: { readonly name: string; readonly email: string }): string =>
  `${name.normalize('NFC').toLowerCase()} ${email}`;

/** What is wrong with those parts that are given; empty: nothing. */
export function wrongParts({ id, email, name }: UserParts): WrongPart[] {
  const wrong: WrongPart[] = [];
  if (id !== undefined && !isIdentity(id))
    wrong.push({ pointer: '/id', detail: '1 to 128 characters, none of them invisible or "/"' });
  if (email !== undefined && !(EMAIL.test(email) && email.length <= EMAIL_CHARACTERS_MAX))
    wrong.push({ pointer: '/email', detail: 'is no address' });
  if (name !== undefined && (isBlank(name) || !isDisplayName(name)))
    wrong.push({ pointer: '/name', detail: '1 to 128 characters that can be shown' });
  return wrong;
}

const HOUR_MS = 3_600_000;
/** Without a request a session ends. */
const IDLE_MS = 12 * HOUR_MS;
/** Then the user signs in again, however busy. */
export const SESSION_MS_MAX = 7 * 24 * HOUR_MS;
/** The time of use is written down no oftener. */
const NOTED_MS = 60_000;

export interface SessionTimes {
  readonly createdMs: number;
  readonly usedMs: number;
}

/** When a session ends that is used at `usedMs` for the last time. */
export const sessionEndMs = ({ createdMs, usedMs }: SessionTimes): number =>
  Math.min(usedMs + IDLE_MS, createdMs + SESSION_MS_MAX);

/** Whether this use is to be written down. */
export const isWorthNoting = ({ usedMs }: SessionTimes, nowMs: number): boolean => nowMs - usedMs >= NOTED_MS;
