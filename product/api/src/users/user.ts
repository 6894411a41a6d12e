import type { Selectable } from 'kysely';
import type { UserRole } from '../access/core/scopes.ts';
import type { Tables } from '../store/tables.ts';

export interface User {
  readonly tenant: string;
  /** Id of the user, which is also the identity with which the user joins rooms. */
  readonly id: string;
  /** Address in lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly isActive: boolean;
  readonly hasPassword: boolean;
  /** Version of the user, which counts changes. */
  readonly version: number;
  readonly createdMs: number;
}

export interface NewUser {
  readonly tenant: string;
  /** Absent for a random id. */
  readonly id?: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly isActive?: boolean;
}

/** Fields that are absent stay unchanged. */
export interface UserChanges {
  readonly email?: string;
  readonly name?: string;
  readonly role?: UserRole;
  readonly isActive?: boolean;
}

/** Row of a list of users to create or change. A user is identified by `id`, or else by `email`. */
export interface UserRow extends UserChanges {
  readonly id?: string;
}

export const userOf = (row: Selectable<Tables['users']>): User => ({
  tenant: row.tenant,
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role as UserRole,
  isActive: row.active === 1,
  hasPassword: row.password !== null,
  version: row.version,
  createdMs: row.created_ms,
});
