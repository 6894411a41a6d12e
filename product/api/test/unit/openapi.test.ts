import { readFileSync, writeFileSync } from 'node:fs';
import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples } from '../../src/examples.ts';
import { makeAll } from '../../src/http/compilers.ts';
import { operation } from '../../src/http/operation.ts';
import { operatorKey, type TestApi, testApi } from '../support/test-api.ts';

const FILE = new URL('../../openapi.json', import.meta.url);

const closed = <T extends TSchema>(schema: T): T =>
  JSON.parse(JSON.stringify(schema), (_, value) =>
    value?.type === 'object' && value.properties !== undefined ? { ...value, additionalProperties: false } : value,
  );

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('product/api/openapi.json', () => {
  it('equals the description of the operations; UPDATE_OPENAPI=1 writes it anew', async () => {
    const { body, statusCode } = await api.app.inject('/api/v1/openapi.json');
    expect(statusCode, body).toBe(200);
    const text = `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
    if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(FILE, text);
    expect(
      readFileSync(FILE, 'utf8') === text,
      'is old: UPDATE_OPENAPI=1 npm test -- product/api/test/unit/openapi',
    ).toBe(true);
  });

  it('has schemas that all compile', () => {
    expect(makeAll()).toBeGreaterThan(100);
  });

  it('names each operation once, with its security', async () => {
    const ids = api.routes.operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const { paths } = (await api.app.inject('/api/v1/openapi.json')).json();
    expect(paths['/api/v1/tenants/{tenant}'].patch).toMatchObject({
      operationId: 'updateTenant',
      'x-scope': 'operator',
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'If-Match', required: true })]),
    });
    expect(paths['/api/v1/problems/{code}'].get.security).toEqual([]);
    for (const [path, type] of [
      ['/api/v1/meetings/{meeting}/calendar.ics', 'text/calendar'],
      ['/api/v1/meetings/{meeting}/report.csv', 'text/csv'],
    ] as const)
      expect(Object.keys(paths[path].get.responses[200].content)).toEqual([type]);
  });
});

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly description?: string | null }[];
}
describe('the reference', () => {
  it('describes every parameter', async () => {
    const { paths } = (await api.app.inject('/api/v1/openapi.json')).json();
    const operations = Object.values<Record<string, Described>>(paths).flatMap((item) => Object.values(item));
    const silent = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters.filter(({ description }) => !description).map(({ name }) => `${operationId} ${name}`),
    );
    expect(silent, 'parameterWords of openapi.ts, or a description in the schema').toEqual([]);
  });

  it.each(Object.entries(examples))('has examples for %s that its schemas accept', (id, { body, answer }) => {
    const of = api.routes.operations.find((one) => one.id === id) ?? expect.fail('there is no such operation');
    const errorsOf = (schema: TSchema | undefined, example: unknown) =>
      example === undefined
        ? []
        : Value.Errors(closed(schema ?? Type.Never()), example).map(({ instancePath, message }) => [
            instancePath,
            message,
          ]);
    const [answered] = Object.values(of.answers);
    expect({ body: errorsOf(of.body, body), answer: errorsOf(answered, answer) }).toEqual({ body: [], answer: [] });
  });

  it('has examples of bodies that the api accepts', async () => {
    const ownApi = await testApi();
    for (const { id, method, path, scope } of ownApi.routes.operations) {
      const { body } = examples[id] ?? {};
      if (body === undefined || path.includes('{') || scope === 'public') continue;
      const by = scope === 'operator' ? { signer: operatorKey, scope } : {};
      const answer = await ownApi.ask(method, path, { body: body as object, ...by });
      expect([id, answer.statusCode < 300, answer.body]).toEqual([id, true, answer.body]);
    }
    await ownApi.close();
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

  it('and operations may not use one title for two schemas', async () => {
    const withTitleTwice = (id: string, property: string) =>
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
          routes.add(withTitleTwice(id, property), async () => ({ body: { [property]: 'x' } }));
      },
    });
    expect((await own.app.inject('/api/v1/openapi.json')).statusCode).toBe(500);
    await own.close();
  });
});
