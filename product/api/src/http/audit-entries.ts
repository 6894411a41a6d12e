// Entries of the audit log contain only ids, never names, mail addresses or bodies.
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import type { Database } from '../store/store.ts';
import type { Operation } from './operation.ts';

export interface NewAuditEntry {
  /** Tenant of the act; '' for the operator's own acts. */
  readonly tenant: string;
  readonly by: { readonly kind: string; readonly id: string };
  /** Address of the caller, in canonical form. */
  readonly address: string;
  readonly operation: string;
  /** Targets by name; only ids. */
  readonly targets: Readonly<Record<string, string>>;
  readonly status: number;
  readonly requestId: string;
}

export interface AuditWriter {
  /** Must be called last in the transaction, since other writers wait until its end. */
  write(db: Database, entry: NewAuditEntry): Promise<void>;
  /** If writing fails, logs the entry: the act has been done and cannot be undone. */
  writeAfter(entry: NewAuditEntry): Promise<void>;
  /** Writes a refused attempt; beyond a rate, attempts are only counted. Failures are logged. */
  writeRefused(entry: NewAuditEntry): Promise<void>;
}

/** Returns whether the audit log records an operation: by default, changes by authenticated callers. */
export const isAudited = ({ method, scope, audited }: Operation): boolean =>
  audited ?? (scope !== 'public' && method !== 'GET');

/**
 * Makes the entry of an act or refusal. An operator's act on a tenant belongs to the tenant's log. `body`: of the
 * answer.
 */
export function entryOf(
  { id: operation, makes, scope, path }: Operation,
  { params, ip, id: requestId }: Pick<FastifyRequest, 'params' | 'ip' | 'id'>,
  { principal, status, body }: { principal: Principal; status: number; body?: unknown },
): NewAuditEntry {
  const { tenant: namedTenant, ...otherParams } = (params ?? {}) as Record<string, string>;
  const isOfTenant = (scope === 'operator' && path.startsWith('/tenants')) || scope === 'wall';
  const isOperators = principal.kind === 'operator' || isOfTenant;
  const made = (body as Record<string, unknown> | null | undefined)?.[makes ?? 'id'];
  const isMade = typeof made === 'string' && (status === 201 || makes !== undefined);
  const isDone = status < 400;
  const tenant = isOperators
    ? ((isDone ? namedTenant : undefined) ?? (isMade ? made : principal.tenant))
    : principal.tenant;
  const targets = {
    ...otherParams,
    ...(namedTenant !== undefined && { tenant: namedTenant }),
    ...(isMade && { id: made }),
  };
  // The tenant's log shows only the kind `operator` and the id of a principal of another tenant.
  const by = tenant === principal.tenant ? principal : { kind: 'operator', id: principal.id };
  return { tenant, by, address: ip, operation, targets, status, requestId };
}
