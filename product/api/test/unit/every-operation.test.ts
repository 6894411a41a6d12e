// Rules for every operation; the rows of the tests come from the operations themselves.
import { afterAll, describe, expect, it } from 'vitest';
import { allScopes, grantableScopes } from '../../src/access/core/scopes.ts';
import { isAudited } from '../../src/http/audit-entries.ts';
import type { Operation } from '../../src/http/operation.ts';
import { bodies, exampleOf } from '../support/example.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../support/test-api.ts';
import { type IdsByName, Things } from '../support/things.ts';

/** All tests share these routes; the operations must be known before the first test begins. */
const api: TestApi = await testApi();
afterAll(() => api.close());
const operations: readonly Operation[] = api.routes.operations;
const [acme, globex] = [await Things.of(api, tenants[0]), await Things.of(api, tenants[1])];
const rowsOf = (is: (operation: Operation) => boolean) =>
  operations.filter(is).map((operation) => [operation.id, operation] as const);

/** No key of a tenant has these scopes. */
const isOfOperators = ({ scope }: Operation): boolean => scope === 'operator' || scope === 'wall';

const BODY_BYTES_MAX = 256 * 1024;
/** Parameters that are not ids: all tenants have the same languages, and kinds of readers. */
const sharedParameters = ['language', 'kind'];

interface Sent {
  readonly signer?: { readonly key: string; readonly secret: string };
  readonly claims?: object | 'none';
  readonly payload?: string;
  readonly query?: string;
  readonly params?: Readonly<Record<string, string>>;
  /** Session of a user, in place of a token. */
  readonly as?: { readonly headers: Readonly<Record<string, string>> };
}

/** Sends a request that the schema accepts, with all rights, unless the arguments say otherwise. */
async function send(operation: Operation, { claims, payload, query = '', params = {}, ...o }: Sent = {}) {
  const { method, path, body, versioned } = operation;
  const signer = o.signer ?? (isOfOperators(operation) ? operatorKey : tenants[0]);
  const token = claims === 'none' ? undefined : await api.token(claims ?? { scope: grantableScopes.join(' ') }, signer);
  const example = { ...(exampleOf(operation.params ?? {}) as Record<string, unknown> | undefined), ...params };
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(example[name])));
  const text = payload ?? (body === undefined ? undefined : JSON.stringify(bodies[operation.id] ?? exampleOf(body)));
  return api.app.inject({
    method,
    url: `/api/v1${url}${query}`,
    headers: {
      ...(o.as?.headers ?? (token !== undefined && { authorization: `Bearer ${token}` })),
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...(versioned === true && { 'if-match': '"1"' }),
    },
    ...(text !== undefined && { payload: text }),
  });
}

describe('every operation', () => {
  it('has a scope, a summary and a place in the table of scopes', () => {
    const table = Object.fromEntries(
      [...allScopes, 'any', 'public'].map((scope) => [
        scope,
        operations
          .filter((operation) => operation.scope === scope)
          .map(({ id }) => id)
          .sort(),
      ]),
    );
    expect(table).toMatchSnapshot();
    for (const { summary } of operations) expect(summary).toMatch(/\.$/);
  });

  it('is in the audit log if it changes something, except for the traffic of rooms and dial tests', () => {
    const changing = operations.filter(({ method, scope }) => method !== 'GET' && scope !== 'public');
    const left = changing.filter((operation) => !isAudited(operation)).map(({ id }) => id);
    expect(left.sort()).toEqual(['reportDials', 'sendData']);
  });

  it.each(rowsOf(({ scope }) => scope !== 'public'))('%s answers 401 without a proof', async (_, operation) => {
    const answer = await send(operation, { claims: 'none' });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'TOKEN_MISSING']);
  });

  const scoped = rowsOf(({ scope }) => scope !== 'public' && scope !== 'any');
  it.each(scoped.filter(([, operation]) => !isOfOperators(operation)))(
    '%s answers 403 to whoever lacks its scope',
    async (_, operation) => {
      const scope = grantableScopes.filter((each) => each !== operation.scope).join(' ');
      expect((await send(operation, { claims: { scope } })).json()).toMatchObject({
        status: 403,
        code: 'NOT_PERMITTED',
      });
    },
  );

  const forHosts = scoped.filter(([, { byHosts }]) => byHosts !== undefined).map(([id]) => id);
  it('opens to hosts in a room only where it says so', () => expect(forHosts).toEqual(['putRecordingTranscript']));

  it.each(scoped.filter(([id]) => !forHosts.includes(id)))(
    '%s answers 403 to a token to join a room',
    async (_, operation) => {
      const grants = { roomAdmin: true, roomCreate: true, roomList: true, ingressAdmin: true };
      const video = { room: 'demo', roomJoin: true, canPublish: true, ...grants };
      const token = await api.token({ sub: 'ann', video, via: 'link', scope: allScopes.join(' ') });
      const answer = await api.app.inject({
        method: operation.method,
        url: `/api/v1${operation.path.replaceAll(/\{\w+\}/g, 'demo')}`,
        headers: { authorization: `Bearer ${token}` },
      });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_PERMITTED']);
    },
  );

  it.each(scoped.filter(([, operation]) => isOfOperators(operation)))(
    '%s answers 403 to a tenant',
    async (_, operation) => {
      const token = await api.token({ scope: allScopes.join(' ') });
      const url = `/api/v1${operation.path.replaceAll(/\{\w+\}/g, 'acme')}`;
      const headers = { authorization: `Bearer ${token}` };
      expect((await api.app.inject({ method: operation.method, url, headers })).statusCode).toBe(403);
    },
  );

  const withBody = rowsOf(({ body }) => body !== undefined);
  it.each(withBody)('%s refuses properties that it does not know', async (_, operation) => {
    const payload = JSON.stringify({ ...(exampleOf(operation.body ?? {}) as object), nonsense: 1 });
    const answer = await send(operation, { payload });
    expect([answer.statusCode, answer.json().errors]).toEqual([
      400,
      expect.arrayContaining([expect.objectContaining({ pointer: '/nonsense' })]),
    ]);
  });

  it.each(withBody)('%s refuses a body that is not JSON, not an object, or too large', async (_, operation) => {
    for (const payload of ['{', '[]', '1', 'null', '"text"', '{"__proto__":{"a":1}}'])
      expect([payload, (await send(operation, { payload })).json().code]).toEqual([payload, 'REQUEST_INVALID']);
    const large = await send(operation, {
      payload: JSON.stringify({ name: 'a'.repeat(operation.bodyBytesMax ?? BODY_BYTES_MAX) }),
    });
    expect(large.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it.each(rowsOf(({ query }) => query !== undefined))(
    '%s refuses parameters that it does not know',
    async (_, operation) => {
      const answer = await send(operation, { query: '?nonsense=1' });
      expect([answer.statusCode, answer.json().errors]).toEqual([
        400,
        expect.arrayContaining([{ pointer: '?nonsense', detail: expect.any(String) }]),
      ]);
    },
  );

  it.each(rowsOf(({ params }) => params !== undefined))(
    '%s has no fault with strange names in its path',
    async (_, operation) => {
      for (const name of ['a'.repeat(500), '%00', '..', "'; drop table tenants", '名字', 'null']) {
        const params = Object.fromEntries(Object.keys(operation.params?.properties ?? {}).map((key) => [key, name]));
        const { statusCode } = await send(operation, { params });
        expect([name, statusCode < 500]).toEqual([name, true]);
      }
    },
  );

  /**
   * Returns all combinations of own and foreign ids, except own ids alone. Only the operator may name the ids of all
   * tenants.
   */
  const foreignOf = ({ scope }: Operation, ownIds: IdsByName, foreignIds: IdsByName): IdsByName[] => {
    const names = Object.keys(ownIds).filter((name) => !sharedParameters.includes(name));
    const rows = Array.from({ length: 2 ** names.length }, (_, bits) =>
      Object.assign(
        {},
        ownIds,
        Object.fromEntries(names.map((name, at) => [name, ((bits >> at) & 1 ? foreignIds[name] : ownIds[name]) ?? ''])),
      ),
    );
    return rows.slice(1, scope === 'operator' ? -1 : undefined);
  };
  const ofTenants = ({ path, scope }: Operation): boolean => {
    const ids = path.split('{').length - 1;
    // The wall names rooms of every tenant, even rooms that do not exist yet.
    return scope !== 'public' && scope !== 'wall' && ids > (scope === 'operator' ? 1 : 0);
  };
  /** Their ids are identities in the own room, and foreign identities are merely absent people. */
  const ofPeople = ['removeParticipant', 'muteParticipant', 'updateParticipant'];
  /** Only the owner of the room knows its posts and polls, and the tests' owner accepts any. */
  const acceptsAnyId = ['removeRoomPost', 'updateRoomQuestion', 'updateRoomPoll', 'removeRoomPoll'];
  it.each(rowsOf(ofTenants))('%s answers 404 to another tenant', async (_, operation) => {
    const { id, scope } = operation;
    const [own, foreign] = [await acme.idsFor(operation), await globex.idsFor(operation)];
    const sentBy = ({ tenant, user }: Things, params: IdsByName) =>
      send(operation, {
        params,
        ...(scope !== 'operator' && { signer: tenant }),
        ...(scope === 'any' && { as: user }),
      });
    const rows = foreignOf(operation, own, foreign);
    expect(rows.length).toBeGreaterThan(0);
    api.owners.commands.length = 0;
    for (const params of rows) {
      const { statusCode, body } = await sentBy(acme, params);
      const isOwn = params['room'] === own['room'];
      const code = isOwn && ofPeople.includes(id) ? 'PARTICIPANT_UNKNOWN' : 'NOT_FOUND';
      if (isOwn && acceptsAnyId.includes(id)) expect([params, statusCode]).toEqual([params, 204]);
      else expect([params, statusCode, JSON.parse(body).code]).toEqual([params, 404, code]);
    }
    expect(api.owners.commands.filter(({ roomKey }) => !roomKey.startsWith('acme/'))).toEqual([]);
    // Each tenant must still reach its own things, even after the other tried to delete them.
    for (const [things, params] of [[acme, own] as const, [globex, foreign] as const]) {
      const answer = await sentBy(things, params);
      expect([id, answer.statusCode < 300, answer.body]).toEqual([id, true, answer.body]);
    }
  });

  /** findUsers and findGroups search by words, and all calendar feeds are revoked by now. */
  const notListed = ['findUsers', 'findGroups', 'listCalendarFeeds'];
  const lists = rowsOf(
    ({ id, method, path, scope, answers }) =>
      method === 'GET' &&
      !notListed.includes(id) &&
      !path.includes('{') &&
      grantableScopes.some((given) => given === scope) &&
      Object.hasOwn((answers[200] as { properties?: object } | undefined)?.properties ?? {}, 'data'),
  );
  it.each(lists)('%s lists nothing of another tenant', async (_, operation) => {
    const listed = async (signer: (typeof tenants)[number]) =>
      ((await send(operation, { signer, query: '?limit=200' })).json().data as object[]).map((row) =>
        JSON.stringify(row),
      );
    const [own, foreign] = [await listed(tenants[0]), await listed(tenants[1])];
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((row) => foreign.includes(row))).toEqual([]);
  });
});
