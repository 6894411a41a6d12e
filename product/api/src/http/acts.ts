// Entries of the audit log: ids only, never names, mail addresses or bodies.
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import type { Database } from '../store/store.ts';
import type { Operation } from './operation.ts';

export interface NewAuditEntry {
  /** '' for the operator's own acts. */
  readonly tenant: string;
  readonly by: { readonly kind: string; readonly id: string };
  /** In canonical form. */
  readonly address: string;
  readonly operation: string;
  /** Ids only. */
  readonly targets: Readonly<Record<string, string>>;
  readonly status: number;
  readonly requestId: string;
}

export interface AuditWriter {
  /** Call last in the transaction, since other writers wait until its end. */
  write(db: Database, entry: NewAuditEntry): Promise<void>;
  /** For an act that is done and cannot be undone: a failure is logged, with the entry. */
  writeAfter(entry: NewAuditEntry): Promise<void>;
  /** For a refused attempt. Attempts beyond a rate are only counted. Failures are logged. */
  writeRefused(entry: NewAuditEntry): Promise<void>;
}

/**
 * By default, changes by authenticated callers are audited. A public operation that is audited is kept when its answer
 * names a principal.
 */
export const isAudited = ({ method, scope, audited }: Operation): boolean =>
  audited ?? (scope !== 'public' && method !== 'GET');

/**
 * `body`: of the answer, if any. An operator's acts on a tenant are entries of that tenant. Refusals are entries of the
 * caller's tenant, of none for the operator's key.
 */
export function entryOf(
  { id: operation, makes, scope, path }: Operation,
  { params, ip, id: requestId }: Pick<FastifyRequest, 'params' | 'ip' | 'id'>,
  { principal, status, body }: { principal: Principal; status: number; body?: unknown },
): NewAuditEntry {
  const { tenant: named, ...others } = (params ?? {}) as Record<string, string>;
  const isOfTenant = (scope === 'operator' && path.startsWith('/tenants')) || scope === 'wall';
  const isOperators = principal.kind === 'operator' || isOfTenant;
  const made = (body as Record<string, unknown> | null | undefined)?.[makes ?? 'id'];
  const isMade = typeof made === 'string' && (status === 201 || makes !== undefined);
  const isDone = status < 400;
  const tenant = isOperators ? ((isDone ? named : undefined) ?? (isMade ? made : principal.tenant)) : principal.tenant;
  const targets = {
    ...others,
    ...(named !== undefined && { tenant: named }),
    ...(isMade && { id: made }),
  };
  // Another tenant learns only that an operator acted: the principal's fields mean nothing there.
  const by = tenant === principal.tenant ? principal : { kind: 'operator', id: principal.id };
  return { tenant, by, address: ip, operation, targets, status, requestId };
}
