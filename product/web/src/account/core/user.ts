import type { Me } from './model.ts';

/** Minimum length of a password; the API has the same. */
export const PASSWORD_CHARACTERS_MIN = 10;

export type User = Pick<Me, 'id' | 'tenant'>;

/** User ids are unique only within a tenant. */
export const isSameUser = (one: User, other: User): boolean => one.id === other.id && one.tenant === other.tenant;
