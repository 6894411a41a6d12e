// Which user a session is of.
import type { Me } from './model.ts';

export type User = Pick<Me, 'id' | 'tenant'>;

/** Ids of users are of their tenant: the same one in another tenant is another user. */
export const isSameUser = (one: User, other: User): boolean => one.id === other.id && one.tenant === other.tenant;
