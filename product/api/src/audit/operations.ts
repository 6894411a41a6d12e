import { type Static, Type } from 'typebox';
import { csvOf } from '../http/core/csv.ts';
import { operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs } from '../http/time.ts';
import type { AuditFilter, AuditLog, KeptEntry } from './audit-log.ts';

const tag = 'Audit';
const scope = 'audit:read';
const seq = Type.Integer({ minimum: 1, description: 'Dense, from 1.' });
const hash = Type.String({
  description:
    'SHA-256 in hexadecimal: of the hash of the entry before (of the first: nothing), then this entry without `hash` as JSON, members in the order of their names, no blanks.',
});
const entry = Type.Object(
  {
    seq,
    at: Time,
    by: Type.Object({
      kind: Type.String({ description: 'key, user, operator, or visitor: a caller without proof, whose id is empty' }),
      id: Type.String(),
    }),
    address: Type.String({ description: 'From where.' }),
    operation: Type.String({ description: 'operationId: createKey' }),
    targets: Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Ids in the path; `id`: of what was made.',
    }),
    status: Type.Integer({ description: 'Of the answer; 401 and 403: it was refused.' }),
    requestId: Type.String(),
    missed: Type.Integer({
      description: 'Refused attempts since the entry before that were too many to be written one by one.',
    }),
    hash,
  },
  { title: 'AuditEntry' },
);
const filter = {
  from: Type.Optional(Time),
  to: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Exclusive.' })),
  operation: Type.Optional(Type.String({ maxLength: 64 })),
  by: Type.Optional(Type.String({ maxLength: 128, description: 'Id of an API key or a user.' })),
};

const reading = operations({ tag, scope });
const listAudit = reading('listAudit', 'GET /audit', {
  summary: 'Administrative acts, newest first.',
  description: 'What changed something, and what was refused for want of rights. Ids only.',
  query: Type.Object({ ...pageQuery.properties, ...filter }),
  answers: { 200: pageOf(entry, 'AuditPage') },
});
const exportAudit = reading('exportAudit', 'GET /audit.csv', {
  summary: 'The same as CSV (RFC 4180), with a line of names; at most 50,000 entries.',
  query: Type.Object(filter),
  answers: { 200: Type.String() },
  contentType: 'text/csv',
});
const verifyAudit = reading('verifyAudit', 'GET /audit/verification', {
  summary: 'Check the log against its hashes, from the oldest entry that is kept.',
  description:
    'At most 100,000 entries; `nextSeq`: go on there with `fromSeq`. Keep `lastSeq` and `lastHash`: a log that is written anew from the beginning has another hash there.',
  query: Type.Object({ fromSeq: Type.Optional(seq) }),
  answers: {
    200: Type.Object(
      {
        whole: Type.Boolean(),
        brokenSeq: Type.Optional(
          Type.Integer({ description: 'The first entry that is missing, was changed, or does not belong.' }),
        ),
        firstSeq: Type.Integer({ description: 'That was checked.' }),
        lastSeq: Type.Integer({ description: 'The last good one.' }),
        lastHash: Type.String(),
        nextSeq: Type.Optional(Type.Integer()),
      },
      { title: 'AuditVerification' },
    ),
  },
});

const ROWS_MAX = 50_000;
const columns = ['seq', 'at', 'byKind', 'byId', 'address', 'operation', 'targets', 'status', 'requestId'] as const;

export function addAuditOperations(routes: Routes, { audit }: { readonly audit: AuditLog }): void {
  routes.add(listAudit, async ({ principal, query }) => {
    const { data, ...page } = await audit.list(principal.tenant, filterOf(query), query);
    return { body: { data: data.map(shown), ...page } };
  });
  routes.add(exportAudit, async ({ principal, query }) => {
    const entries = await audit.newest(principal.tenant, filterOf(query), ROWS_MAX);
    const body = csvOf([...columns, 'missed', 'hash'], entries.map(flat));
    return { body, headers: { 'content-type': 'text/csv; charset=utf-8; header=present' } };
  });
  routes.add(verifyAudit, async ({ principal, query }) => {
    const { isWhole, brokenSeq, from, last, nextSeq } = await audit.verify(principal.tenant, query.fromSeq);
    return {
      body: {
        whole: isWhole,
        ...(brokenSeq !== undefined && { brokenSeq }),
        firstSeq: from,
        lastSeq: last.seq,
        lastHash: last.hash,
        ...(nextSeq !== undefined && { nextSeq }),
      },
    };
  });
}

const shown = ({ by, targets, ...rest }: KeptEntry): Static<typeof entry> => ({
  ...rest,
  by: { ...by },
  targets: { ...targets },
});

const flat = ({ by, targets, ...rest }: KeptEntry) => ({
  ...rest,
  byKind: by.kind,
  byId: by.id,
  targets: JSON.stringify(targets),
});

const filterOf = ({ from, to, operation, by }: Static<typeof exportAudit.query>): AuditFilter => ({
  operation,
  by,
  fromMs: from === undefined ? undefined : timeMs(from),
  toMs: to === undefined ? undefined : timeMs(to),
});
