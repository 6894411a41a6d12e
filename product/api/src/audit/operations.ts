import { type Static, Type } from 'typebox';
import { csvOf } from '../http/core/csv.ts';
import { operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs } from '../http/time.ts';
import type { AuditFilter, AuditLog, StoredEntry } from './audit-log.ts';

const tag = 'Audit';
const scope = 'audit:read';
const seq = Type.Integer({ minimum: 1, description: 'Number of the entry, without gaps, from 1.' });
const hash = Type.String({
  description:
    'Hexadecimal SHA-256 over the hash of the previous entry (nothing for the first entry) and this entry without `hash` as JSON, with members sorted by name and no blanks.',
});
const entry = Type.Object(
  {
    seq,
    at: Time,
    by: Type.Object({
      kind: Type.String({
        description:
          'key, user, operator, participant (a host in a room, by its identity), or visitor (an unauthenticated caller, whose id is empty)',
      }),
      id: Type.String(),
    }),
    address: Type.String({ description: 'Network address of the caller.' }),
    operation: Type.String({ description: 'operationId: createKey' }),
    targets: Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Ids in the request path; `id`: the id of what was created.',
    }),
    status: Type.Integer({ description: 'Status of the answer; 401 and 403 mean that the request was refused.' }),
    requestId: Type.String(),
    missed: Type.Integer({
      description: 'Refused attempts since the previous entry that were too many to be logged one by one.',
    }),
    hash,
  },
  { title: 'AuditEntry' },
);
const filter = {
  from: Type.Optional(Time),
  to: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Only entries before this time.' })),
  operation: Type.Optional(Type.String({ maxLength: 64 })),
  by: Type.Optional(Type.String({ maxLength: 128, description: 'Id of an API key or of a user.' })),
};

const reading = operations({ tag, scope });
const listAudit = reading('listAudit', 'GET /audit', {
  summary: 'List administrative actions, the newest first.',
  description:
    'Contains successful changes and requests that were refused for lack of rights. Entries contain only ids.',
  query: Type.Object({ ...pageQuery.properties, ...filter }),
  answers: { 200: pageOf(entry, 'AuditPage') },
});
const exportAudit = reading('exportAudit', 'GET /audit.csv', {
  summary: 'Export the log as CSV (RFC 4180) with a header line; at most 50,000 entries.',
  query: Type.Object(filter),
  answers: { 200: Type.String() },
  contentType: 'text/csv',
});
const verifyAudit = reading('verifyAudit', 'GET /audit/verification', {
  summary: 'Verify the log’s hashes, from the oldest stored entry.',
  description:
    'Verifies at most 100,000 entries; continue with `fromSeq` at `nextSeq`. Store `lastSeq` and `lastHash` elsewhere: a log that was rewritten from the beginning has another hash there.',
  query: Type.Object({ fromSeq: Type.Optional(seq) }),
  answers: {
    200: Type.Object(
      {
        whole: Type.Boolean(),
        brokenSeq: Type.Optional(
          Type.Integer({
            description: 'First entry that is missing, was changed, or does not follow its predecessor.',
          }),
        ),
        firstSeq: Type.Integer({ description: 'First entry that was verified.' }),
        lastSeq: Type.Integer({ description: 'Last entry that is valid.' }),
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
    return { body: { data: data.map(shownEntry), ...page } };
  });
  routes.add(exportAudit, async ({ principal, query }) => {
    const entries = await audit.newest(principal.tenant, filterOf(query), ROWS_MAX);
    const body = csvOf([...columns, 'missed', 'hash'], entries.map(flatEntry));
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

const shownEntry = ({ by, targets, ...rest }: StoredEntry): Static<typeof entry> => ({
  ...rest,
  by: { ...by },
  targets: { ...targets },
});

const flatEntry = ({ by, targets, ...rest }: StoredEntry) => ({
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
