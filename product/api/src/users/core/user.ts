import { identityFault, identityRule, isBlank, isDisplayName, isIdentity } from '@meridian/protocol';
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

export const searchText = ({ name, email }: { readonly name: string; readonly email: string }): string =>
  `${name.normalize('NFC').toLowerCase()} ${email}`;

export function wrongParts({ id, email, name }: UserParts): WrongPart[] {
  const wrong: WrongPart[] = [];
  if (id !== undefined && !isIdentity(id))
    wrong.push({ pointer: '/id', detail: `${identityRule}; ${identityFault(id)}` });
  if (email !== undefined && !(EMAIL.test(email) && email.length <= EMAIL_CHARACTERS_MAX))
    wrong.push({ pointer: '/email', detail: 'is not a valid address' });
  if (name !== undefined && (isBlank(name) || !isDisplayName(name)))
    wrong.push({ pointer: '/name', detail: 'must have 1 to 128 printable characters' });
  return wrong;
}

const HOUR_MS = 3_600_000;
/** Time without a request after which a session ends. */
const IDLE_MS = 12 * HOUR_MS;
/** Longest life of a session, even if it is in use. */
export const SESSION_MS_MAX = 7 * 24 * HOUR_MS;
const NOTED_MS = 60_000;

export interface SessionTimes {
  readonly createdMs: number;
  readonly usedMs: number;
}

/** Returns when a session ends, if it is not used after `usedMs`. */
export const sessionEndMs = ({ createdMs, usedMs }: SessionTimes): number =>
  Math.min(usedMs + IDLE_MS, createdMs + SESSION_MS_MAX);

/** Returns whether this use must be stored. */
export const mustStoreUse = ({ usedMs }: SessionTimes, nowMs: number): boolean => nowMs - usedMs >= NOTED_MS;
