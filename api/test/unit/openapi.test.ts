import { readFileSync, writeFileSync } from 'node:fs';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../src/http/operation.ts';
import { type TestApi, testApi } from '../support/test-api.ts';

const FILE = new URL('../../openapi.json', import.meta.url);

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('api/openapi.json', () => {
  it('is what the operations say; UPDATE_OPENAPI=1 writes it anew', async () => {
    const { body, statusCode } = await api.app.inject('/api/v1/openapi.json');
    expect(statusCode, body).toBe(200);
    const text = `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
    if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8') === text, 'is old: UPDATE_OPENAPI=1 npm test -- api/test/unit/openapi').toBe(
      true,
    );
  });

  it('names each operation once, and what it needs', async () => {
    const ids = api.routes.operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const { paths } = (await api.app.inject('/api/v1/openapi.json')).json();
    expect(paths['/api/v1/tenants/{tenant}'].patch).toMatchObject({
      operationId: 'updateTenant',
      'x-scope': 'operator',
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'If-Match', required: true })]),
    });
    expect(paths['/api/v1/problems/{code}'].get.security).toEqual([]);
  });
});

describe('webhooks', () => {
  it('are described beside the operations', async () => {
    const Event = Type.Object({ id: Type.String() }, { title: 'WebhookEvent' });
    const own = await testApi({
      add: (routes) => routes.describeWebhook({ name: 'room.started', summary: 'A room began.', body: Event }),
    });
    const { webhooks, components } = (await own.app.inject('/api/v1/openapi.json')).json();
    expect(webhooks['room.started'].post).toMatchObject({
      operationId: 'onRoomStarted',
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookEvent' } } } },
    });
    expect(components.schemas.WebhookEvent.properties).toEqual({ id: { type: 'string' } });
    await own.close();
  });

  it('and operations may not give one title to two schemas', async () => {
    const twice = (id: string, property: string) =>
      operation({
        id,
        method: 'GET',
        path: `/${id}`,
        tag: 'Test',
        summary: 'A twin.',
        scope: 'any',
        answers: { 200: Type.Object({ [property]: Type.String() }, { title: 'Twin' }) },
      });
    const own = await testApi({
      add: (routes) => {
        for (const [id, property] of [
          ['one', 'a'],
          ['two', 'b'],
        ] as const)
          routes.add(twice(id, property), async () => ({ body: { [property]: 'x' } }));
      },
    });
    expect((await own.app.inject('/api/v1/openapi.json')).statusCode).toBe(500);
    await own.close();
  });
});
