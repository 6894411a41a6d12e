// Which user a session is of, and what the api takes as a password.
import type { Me } from './model.ts';

/** As the api has it. */
export const PASSWORD_CHARACTERS_MIN = 10;

export type User = Pick<Me, 'id' | 'tenant'>;

/** Ids of users are of their tenant: the same one in another tenant is another user. */
export const isSameUser = (one: User, other: User): boolean => one.id === other.id && one.tenant === other.tenant;
