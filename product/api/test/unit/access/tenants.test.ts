import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const signer = operatorKey;

describe('tenants', () => {
  it('are made by the operator alone', async () => {
    const body = { name: 'Initech', limits: { seats: 10 } };
    expect((await api.ask('POST', '/tenants', { body })).json().code).toBe('NOT_PERMITTED');
    expect((await api.ask('POST', '/tenants', { body, scope: 'operator' })).json().code).toBe('NOT_PERMITTED');
    const made = await api.ask('POST', '/tenants', { body, signer });
    expect(made.statusCode).toBe(201);
    expect(made.json()).toEqual({
      id: expect.stringMatching(/^TE_[\w-]{12}$/),
      name: 'Initech',
      limits: {
        seats: 10,
        rooms: 0,
        publishBps: 0,
        apiPerSecond: 0,
        recording: 'composed',
        recordingBytes: 0,
        recordingMinutes: 0,
        libraryBytes: 0,
      },
      createdAt: new Date(api.clock.wallMs()).toISOString(),
    });
    const { id } = made.json();
    expect((await api.ask('POST', '/tenants', { body: { ...body, id }, signer })).json().code).toBe('ALREADY_EXISTS');
    expect((await api.ask('GET', `/tenants/${id}`, { signer })).json()).toEqual(made.json());
    const { data } = (await api.ask('GET', '/tenants', { signer })).json();
    expect(data.map((tenant: { id: string }) => tenant.id).toSorted()).toEqual(['acme', 'globex', id].toSorted());
  });

  it('change only if the request names their present version', async () => {
    await api.ask('POST', '/tenants', { body: { id: 'hooli', name: 'Hooli', limits: { seats: 5, rooms: 2 } }, signer });
    const etag = String((await api.ask('GET', '/tenants/hooli', { signer })).headers['etag']);
    const patch = (version: string | undefined) =>
      api.ask('PATCH', '/tenants/hooli', {
        body: { limits: { seats: 7 } },
        signer,
        headers: version === undefined ? {} : { 'if-match': version },
      });
    expect((await patch(undefined)).json().code).toBe('PRECONDITION_REQUIRED');
    const changed = await patch(etag);
    expect(changed.json()).toMatchObject({ name: 'Hooli', limits: { seats: 7, rooms: 2 } });
    expect((await patch(etag)).json().code).toBe('VERSION_CONFLICT');
    expect((await patch(String(changed.headers['etag']))).statusCode).toBe(200);
    const change = { body: { name: 'x' }, signer, headers: { 'if-match': '"1"' } };
    expect((await api.ask('PATCH', '/tenants/unknown', change)).json().code).toBe('NOT_FOUND');
  });

  it('are limited to their calls per second', async () => {
    await api.ask('POST', '/tenants', { body: { id: 'slow', name: 'Slow', limits: { apiPerSecond: 1 } }, signer });
    const made = await api.ask('POST', '/tenants/slow/keys', { body: { name: 'x', scopes: ['rooms:list'] }, signer });
    const ownSigner = { key: made.json().id, secret: made.json().secret };
    const statuses = [];
    for (let at = 0; at < 3; at += 1)
      statuses.push((await api.ask('GET', '/caller', { signer: ownSigner })).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await api.ask('GET', '/caller', { signer: tenants[0] })).statusCode).toBe(200);
  });
});
