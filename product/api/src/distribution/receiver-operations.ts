import { type ReceiverKind, receiverKinds, sessionSchema } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import { type Static, Type } from 'typebox';
import { enumOf } from '../events/item-body.ts';
import { operation, operations } from '../http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { checkConfigured, checkMay } from './checks.ts';
import { groupsOf, type Receivers } from './receivers.ts';
import type { ReceiverRow } from './rows.ts';

const tag = 'Distribution';
export const params = Type.Object({ receiver: Type.String({ minLength: 1, maxLength: 64 }) });
const name = Type.String({ minLength: 1, maxLength: 128 });
const region = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Region whose library nodes serve the receiver.',
});
const changes = {
  site: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'Site of an agent; agents of the same site give files to each other first.',
    }),
  ),
  groups: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: 32,
      description: 'Groups by which orders name receivers.',
    }),
  ),
  settings: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
      description:
        'Settings of `s3`, `sftp` and `pull` (docs/distribution.md). Stored secrets stay if they are absent here; with another target (`s3`: `endpoint`, `bucket`; `sftp`: `host`, `port`, `hostKey`, `username`; `pull`: scheme, host or port of `url`) they must be given again.',
    }),
  ),
  enabled: Type.Optional(Type.Boolean({ description: 'A disabled receiver gets nothing, and its sessions end.' })),
};

export const receiver = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    kind: enumOf(receiverKinds),
    region: Type.String(),
    site: Type.String(),
    groups: Type.Array(Type.String()),
    settings: Type.Record(Type.String(), Type.Unknown(), { description: 'Settings, without secrets.' }),
    enabled: Type.Boolean(),
    online: Type.Boolean({ description: 'The receiver was seen in the last minute.' }),
    seenAt: Type.Optional(Time),
    freeBytes: Type.Optional(Type.Integer()),
    held: Type.Optional(Type.Integer({ description: 'Notices that the receiver has.' })),
    running: Type.Optional(Type.Integer({ description: 'Files that the receiver is fetching.' })),
    createdAt: Time,
    changedAt: Time,
  },
  { title: 'DistributionReceiver' },
);
type Shown = Static<typeof receiver>;
const withSecret = Type.Object(
  {
    receiver,
    credential: Type.Optional(Type.String({ description: 'Credential of an agent, shown only in this answer.' })),
    secret: Type.Optional(
      Type.String({ description: 'Secret that signs calls of `pull`, shown only in this answer.' }),
    ),
  },
  { title: 'NewDistributionReceiver' },
);

export const createReceiver = operation({
  id: 'createReceiver',
  method: 'POST',
  path: '/distribution/receivers',
  tag,
  scope: 'tenant:admin',
  summary: 'Create a receiver of files.',
  body: Type.Object({ name, kind: enumOf(receiverKinds), region, ...changes }, { title: 'NewReceiver' }),
  answers: { 201: withSecret },
  problems: ['QUOTA_EXCEEDED', 'CONFLICT', 'TARGET_REFUSED'],
  makes: 'receiver.id',
});
const writing = operations({ tag, scope: 'library:write' });
export const listReceivers = writing('listReceivers', 'GET /distribution/receivers', {
  summary: 'List receivers, the newest first.',
  query: pageQuery,
  answers: { 200: pageOf(receiver, 'DistributionReceiverPage') },
});
export const getReceiver = writing('getReceiver', 'GET /distribution/receivers/{receiver}', {
  summary: 'Get a receiver.',
  params,
  answers: { 200: receiver },
});
const adminOfReceiver = operations({ tag, scope: 'tenant:admin', params });
export const changeReceiver = adminOfReceiver('changeReceiver', 'PATCH /distribution/receivers/{receiver}', {
  summary: 'Change a receiver.',
  body: Type.Object(
    { name: Type.Optional(name), region: Type.Optional(region), ...changes },
    { title: 'ReceiverChange' },
  ),
  answers: { 200: receiver },
  problems: ['TARGET_REFUSED'],
});
export const deleteReceiver = adminOfReceiver('deleteReceiver', 'DELETE /distribution/receivers/{receiver}', {
  summary: 'Delete a receiver; its open deliveries are cancelled.',
  answers: { 204: Type.Null() },
});
export const rotateCredential = adminOfReceiver(
  'rotateReceiverCredential',
  'POST /distribution/receivers/{receiver}/credential',
  {
    summary: 'Create a new credential of an agent; the previous one ends at once.',
    answers: { 200: withSecret },
    problems: ['CONFLICT'],
  },
);
export const createDistributionSession = operation({
  id: 'createDistributionSession',
  method: 'POST',
  path: '/distribution/sessions',
  tag,
  scope: 'public',
  summary: 'Exchange an agent’s credential for a session of one week.',
  body: Type.Object({ credential: Type.String({ maxLength: 256 }) }, { title: 'DistributionCredential' }),
  answers: { 201: Type.Object(sessionSchema.properties, { title: 'DistributionSession' }) },
  problems: ['TOKEN_INVALID', 'CONFLICT'],
});

export interface ReceiverDeps {
  readonly db: Database;
  readonly distribution: { readonly port: NoticePort | undefined; readonly receivers: Receivers };
}

export function addReceiverOperations(routes: Routes, { db, distribution: { port, receivers } }: ReceiverDeps): void {
  const one = async (row: ReceiverRow): Promise<Shown> => (await shownReceivers(port, [row]))[0] ?? shownReceiver(row);
  routes.add(createReceiver, ({ principal, body, atomically }) =>
    atomically(async (trx) => {
      checkConfigured(port);
      checkMay(principal);
      const { row, secrets } = await receivers.create(trx, principal.tenant, body);
      return { body: Object.assign({ receiver: await one(row) }, secrets) };
    }),
  );
  routes.add(listReceivers, async ({ principal, query }) => {
    checkMay(principal);
    const rows = await db
      .selectFrom('distribution_receivers')
      .selectAll()
      .where('tenant', '=', principal.tenant)
      .$call(newestFirst.ofPage(query))
      .execute();
    const shownById = new Map((await shownReceivers(port, rows)).map((found) => [found.id, found]));
    return { body: newestFirst.page(query, rows, (row) => shownById.get(row.id) ?? shownReceiver(row)) };
  });
  routes.add(getReceiver, async ({ principal, params: { receiver: id } }) => {
    checkMay(principal);
    return { body: await one(await receivers.get(db, principal.tenant, id)) };
  });
  routes.add(changeReceiver, async ({ principal, params: { receiver: id }, body }) => {
    checkMay(principal);
    return { body: await one(await transact(db, (trx) => receivers.change(trx, principal.tenant, id, body))) };
  });
  routes.add(deleteReceiver, async ({ principal, params: { receiver: id } }) => {
    checkMay(principal);
    await receivers.remove(principal.tenant, id);
  });
  routes.add(rotateCredential, async ({ principal, params: { receiver: id } }) => {
    checkMay(principal);
    const { row, credential } = await transact(db, (trx) => receivers.rotate(trx, principal.tenant, id));
    return { body: { receiver: await one(row), credential } };
  });
  routes.add(createDistributionSession, async ({ body: { credential } }) => {
    checkConfigured(port);
    return { body: await receivers.session(credential) };
  });
}

async function shownReceivers(port: NoticePort | undefined, rows: readonly ReceiverRow[]): Promise<Shown[]> {
  const presences = await port?.presences(rows.map(({ tenant, id: receiver }) => ({ tenant, receiver })));
  return rows.map((row, at) => {
    const presence = presences?.[at];
    const shown = shownReceiver(row);
    if (presence === undefined) return shown;
    const { seenMs, freeBytes, held, running } = presence;
    return Object.assign(shown, { online: true, seenAt: timeText(seenMs), freeBytes, held, running });
  });
}

const shownReceiver = (row: ReceiverRow): Shown => ({
  id: row.id,
  name: row.name,
  kind: row.kind as ReceiverKind,
  region: row.region,
  site: row.site,
  groups: groupsOf(row),
  settings: JSON.parse(row.settings) as Shown['settings'],
  enabled: row.state === 'enabled',
  online: false,
  createdAt: timeText(row.created_ms),
  changedAt: timeText(row.changed_ms),
});
