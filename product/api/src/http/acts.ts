// Which operations the audit log keeps, and what an entry says of one: ids, never names, addresses of mail or bodies.
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import type { Database } from '../store/store.ts';
import type { Operation } from './operation.ts';

export interface NewAuditEntry {
  /** '': of no tenant, the operator's own. */
  readonly tenant: string;
  readonly by: { readonly kind: string; readonly id: string };
  /** From where, in canonical text. */
  readonly address: string;
  readonly operation: string;
  /** Ids only. */
  readonly targets: Readonly<Record<string, string>>;
  /** Of the answer. */
  readonly status: number;
  readonly requestId: string;
}

/** The audit log, as those that write it see it. */
export interface AuditWriter {
  /** Adds an entry: last in the caller's transaction, since others wait from then on. */
  write(db: Database, entry: NewAuditEntry): Promise<void>;
  /** Of an act that is done and cannot be undone: a failure is logged, with the entry. */
  writeAfter(entry: NewAuditEntry): Promise<void>;
  /** Of an attempt that was refused. More of them than a rate are only counted. Failures are logged. */
  writeRefused(entry: NewAuditEntry): Promise<void>;
}

/**
 * Everything that changes something and asks for a proof; an operation itself may say otherwise (`audited`). A public
 * one that says so is kept when its answer names a principal.
 */
export const isAudited = ({ method, scope, audited }: Operation): boolean =>
  audited ?? (scope !== 'public' && method !== 'GET');

/**
 * `body`: of the answer, where there is one. An operator's acts on a tenant are entries of that tenant; what the
 * operator's key was refused, of none, and what a user was, of its own tenant.
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
  // Its id means nothing to another tenant, but that it was an operator.
  const by = tenant === principal.tenant ? principal : { kind: 'operator', id: principal.id };
  return { tenant, by, address: ip, operation, targets, status, requestId };
}
