// Which operations the audit log keeps, and what an entry says of one: ids, never names, addresses of mail or bodies.
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import type { Operation } from '../http/operation.ts';
import type { NewAuditEntry } from './audit-log.ts';

/**
 * Everything that changes something and asks who one is; an operation itself may say otherwise (`audited`). A public
 * one that says so is kept when its answer names a principal.
 */
export const isAudited = ({ method, scope, audited }: Operation): boolean =>
  audited ?? (scope !== 'public' && method !== 'GET');

/**
 * `body`: of the answer, where there is one. The operator's acts on a tenant are entries of that tenant; what it was
 * refused, of none.
 */
export function entryOf(
  { id: operation, makes }: Operation,
  { params, ip, id: requestId }: Pick<FastifyRequest, 'params' | 'ip' | 'id'>,
  { principal, status, body }: { principal: Principal; status: number; body?: unknown },
): NewAuditEntry {
  const { tenant: named, ...others } = (params ?? {}) as Record<string, string>;
  const isOperators = principal.kind === 'operator';
  const made = (body as Record<string, unknown> | null | undefined)?.[makes ?? 'id'];
  const isMade = typeof made === 'string' && (status === 201 || makes !== undefined);
  const isDone = status < 400;
  const tenant = isOperators ? ((isDone ? named : undefined) ?? (isMade ? made : '')) : principal.tenant;
  const targets = {
    ...others,
    ...(named !== undefined && { tenant: named }),
    ...(isMade && { id: made }),
  };
  return { tenant, by: principal, address: ip, operation, targets, status, requestId };
}
