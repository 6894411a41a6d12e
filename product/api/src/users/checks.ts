// Checks that run in the transaction of a user's change.

import { emailOf } from '../access/core/email.ts';
import {
  adminRoles,
  isAdminRole,
  isOperatorRole,
  operatorRoles,
  type Principal,
  userRoles,
} from '../access/core/scopes.ts';
import { Problem, type ProblemField } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { type UserParts, wrongParts } from './core/user.ts';
import type { User, UserChanges } from './user.ts';

/** Limit of users in a tenant. */
const USERS_MAX = 100_000;

export function refuseInvalid({ role, ...parts }: UserParts & { readonly role?: string }): void {
  const fields: ProblemField[] = wrongParts(parts);
  if (role !== undefined && !userRoles.some((each) => each === role))
    fields.push({ pointer: '/role', detail: `must be one of ${userRoles.join(', ')}` });
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

export async function refuseTaken(db: Database, tenant: string, o: { id?: string; email: string }): Promise<void> {
  const existingUser = await db
    .selectFrom('users')
    .select('id')
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([...(o.id === undefined ? [] : [eb('id', '=', o.id)]), eb('email', '=', o.email)]))
    .executeTakeFirst();
  if (existingUser === undefined) return;
  const pointer = existingUser.id === o.id ? '/id' : '/email';
  throw new Problem('ALREADY_EXISTS', undefined, { fields: [{ pointer, detail: 'belongs to another user' }] });
}

export const isAdmin = ({ role, isActive }: User): boolean => isAdminRole(role) && isActive;

export async function refuseLastAdmin(db: Database, { tenant, id }: User): Promise<void> {
  const anotherAdmin = await db
    .selectFrom('users')
    .select('id')
    .where((eb) => eb.and({ tenant, active: 1 }))
    .where('role', 'in', adminRoles)
    .where('id', '!=', id)
    .limit(1)
    .executeTakeFirst();
  if (anotherAdmin === undefined) throw new Problem('LAST_ADMIN');
}

/** Caller that changes users; `configuration` is the service itself, and undefined is a caller without rights. */
export type ChangedBy = Pick<Principal, 'kind' | 'scopes'> | 'configuration' | undefined;

/**
 * Only operators may change operators; an administrator may make the first one. Rejects with ROLE_REFUSED or
 * NOT_PERMITTED.
 */
export async function refuseOperator(
  db: Database,
  o: {
    readonly tenant: string;
    readonly operatorTenant: string | undefined;
    readonly known?: User | undefined;
    readonly role?: string | undefined;
    readonly by: ChangedBy;
  },
): Promise<void> {
  const { tenant, operatorTenant, known, role, by } = o;
  if (tenant !== operatorTenant) {
    // An operator of an earlier configuration has an administrator's rights here, and may keep the role.
    if (isOperatorRole(role ?? '') && role !== known?.role) throw new Problem('ROLE_REFUSED');
    return;
  }
  if (![known?.role, role].some((one) => isOperatorRole(one ?? '')) || by === 'configuration') return;
  if (by?.scopes.has('operator') === true) return;
  const operator = await db
    .selectFrom('users')
    .select('id')
    .where((eb) => eb.and({ tenant, active: 1 }))
    .where('role', 'in', operatorRoles)
    .limit(1)
    .executeTakeFirst();
  if (operator === undefined && by?.kind === 'user') return;
  throw new Problem('NOT_PERMITTED', 'only operators may create and change operators');
}

export const isSame = (known: User, { email, name, role, isActive }: UserChanges): boolean =>
  emailOf(email ?? known.email) === known.email &&
  (name ?? known.name) === known.name &&
  (role ?? known.role) === known.role &&
  (isActive ?? known.isActive) === known.isActive;

export function missingFields({ email, name }: UserChanges): { readonly fields: readonly ProblemField[] } {
  const detail = 'is required for a new user';
  const pointers = [...(email === undefined ? ['/email'] : []), ...(name === undefined ? ['/name'] : [])];
  return { fields: pointers.map((pointer) => ({ pointer, detail })) };
}

export const likeOf = (text: string): string =>
  `%${text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\\%_]/g, '\\$&')}%`;

export async function refuseTooMany(db: Database, tenant: string): Promise<void> {
  const { n } = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow();
  if (Number(n) >= USERS_MAX) throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${USERS_MAX} users`);
}
