// Makes the OpenAPI 3.1 file from the registered operations. Schemas with a `title` become components.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { roleScopes, type Scope, scopes } from './access/core/scopes.ts';
import { examples, problemExample, webhookExamples } from './examples.ts';
import type { Operation, Webhook } from './http/operation.ts';
import { BASE } from './http/routes.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Meridian',
        version: '1.0.0',
        summary: 'Rooms, meetings and join links of a real-time audio and video cloud.',
        description: introduction(),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      } as { title: string; version: string },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              "HS256, signed with an API key (iss), valid for at most ten minutes (exp). Claims: scope (words separated by blanks), or LiveKit's grants (video).",
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-meridian',
            description: 'Session cookie of a user signed in at the page.',
          },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
  });
}

function introduction(): string {
  const rolesOf = (scope: Scope): string =>
    Object.entries(roleScopes)
      .filter(([, some]) => (some as readonly Scope[]).includes(scope))
      .map(([role]) => role)
      .join(', ');
  const rows = Object.entries(scopes).map(
    ([scope, meaning]) => `| ${scope} | ${meaning} | ${rolesOf(scope as Scope)} |`,
  );
  return [
    'A company authenticates with tokens that it signs with its API key; its users authenticate on the page, with the',
    'cookie of their sign-in. Each operation names the one scope that it needs (`x-scope`). A token has the scopes in',
    'its claims that its key also has; a user has those of the role, and hosts and members only for their own meetings.',
    'Where a user needs another scope, because its right in the object decides, `x-user-scope` names that.',
    '',
    '| scope | allows | roles |',
    '|---|---|---|',
    ...rows,
    '',
    'Errors are problem documents (RFC 9457): programs should compare `code`. Objects of another tenant are answered',
    'like missing ones: 404.',
  ].join('\n');
}

/** Returns the file; all routes must be registered (`app.ready()`). */
export function openApiOf(app: FastifyInstance, { operations, webhooks }: DescribedOperation): JsonObject {
  const document = JSON.parse(JSON.stringify(app.swagger())) as JsonObject;
  const paths = document['paths'] as JsonObject;
  for (const operation of operations) describe(paths, operation);
  const schemas: JsonObject = { Problem: problemSchema };
  document['paths'] = sortedByName(withReferences(paths, schemas) as JsonObject);
  document['webhooks'] = sortedByName(
    withReferences(Object.fromEntries(webhooks.map(webhookOf)), schemas) as JsonObject,
  );
  document['tags'] = [...new Set(operations.map(({ tag }) => tag))].sort().map((name) => ({ name }));
  document['components'] = {
    ...(document['components'] as JsonObject),
    responses: { Problem: problemAnswer },
    schemas: sortedByName(schemas),
  };
  return document;
}

export interface DescribedOperation {
  readonly operations: readonly Operation[];
  readonly webhooks: readonly Webhook[];
}

/** Sorts by name, whatever the order of registration. */
const sortedByName = (o: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Converts a record as @fastify/swagger does: any name is an additional property. */
const plainSchema = (schema: object): Json =>
  JSON.parse(
    JSON.stringify(schema, (_, value) => {
      const any = (value as { patternProperties?: Record<string, unknown> } | null)?.patternProperties?.['^.*$'];
      if (any === undefined) return value as unknown;
      const { patternProperties: _names, ...rest } = value as Record<string, unknown>;
      return { ...rest, additionalProperties: any };
    }),
  ) as Json;

const webhookOf = ({ name, summary, body }: Webhook): [string, JsonObject] => [
  name,
  {
    post: {
      operationId: `on${name.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
      summary,
      tags: ['Webhooks'],
      requestBody: {
        content: { 'application/json': { schema: plainSchema(body), ...exampleOf(name, body) } },
      },
      responses: { '2XX': { description: 'The event was received; any other status leads to a retry.' } },
    },
  },
];

function exampleOf(event: string, body: Webhook['body']): JsonObject {
  const example = webhookExamples[(body as { title?: string }).title ?? ''];
  return example === undefined ? {} : { example: { ...example, event } };
}

const problemSchema: JsonObject = {
  type: 'object',
  description: 'RFC 9457. `code` is stable; the title is in the language of Accept-Language (en, zh).',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
    choices: {
      type: 'array',
      description: 'Tenants to choose from; repeat the request with one of them.',
      items: {
        type: 'object',
        required: ['id', 'name'],
        properties: { id: { type: 'string' }, name: { type: 'string' } },
      },
    },
  },
};
const problemAnswer: JsonObject = {
  description: 'The request was refused.',
  content: {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example: problemExample },
  },
};

function describe(paths: JsonObject, operation: Operation): void {
  const { path, method, scope, userScope, idempotent, versioned, contentType, problems = [], bodyIfGiven } = operation;
  const item = (paths[BASE + path] as JsonObject)[method.toLowerCase()] as JsonObject;
  const answers = item['responses'] as JsonObject;
  for (const [status, answer] of Object.entries(answers) as [string, JsonObject][]) {
    answer['description'] = status === '204' ? 'Done.' : 'The answer.';
    if (status === '204' || status === '302') delete answer['content'];
    if (versioned !== undefined) answer['headers'] = { ETag: { schema: { type: 'string' } } };
    const content = answer['content'] as JsonObject | undefined;
    if (contentType !== undefined && content !== undefined)
      answer['content'] = { [contentType]: content['application/json'] ?? {} };
  }
  if (versioned === true && method === 'GET')
    answers['304'] = { description: 'The version named in If-None-Match is current.' };
  answers['4XX'] = { $ref: '#/components/responses/Problem' };
  answers['5XX'] = { $ref: '#/components/responses/Problem' };
  if (scope === 'public') item['security'] = [];
  else item['x-scope'] = scope;
  if (userScope !== undefined) item['x-user-scope'] = userScope;
  if (problems.length > 0) item['x-problems'] = [...problems];
  const headers = [
    ...(idempotent === true ? [idempotencyKey] : []),
    ...(versioned === undefined ? [] : [versionOf(method, versioned)]),
  ];
  const parameters = [...((item['parameters'] ?? []) as JsonObject[]), ...headers];
  for (const parameter of parameters) parameter['description'] ??= wordsOf(parameter);
  if (parameters.length > 0) item['parameters'] = parameters;
  if (bodyIfGiven === true) delete (item['requestBody'] as JsonObject)['required'];
  addExamples(item, operation);
}

function addExamples(item: JsonObject, { id, answers }: Operation): void {
  const { body, answer } = examples[id] ?? {};
  const content = (of: Json | undefined): JsonObject | undefined =>
    ((of as JsonObject | undefined)?.['content'] as JsonObject | undefined)?.['application/json'] as JsonObject;
  const requestContent = content(item['requestBody']);
  if (requestContent !== undefined && body !== undefined) requestContent['example'] = body as Json;
  for (const status of Object.keys(answers)) {
    const answered = content((item['responses'] as JsonObject)[status]);
    if (answered !== undefined && answer !== undefined) answered['example'] = answer as Json;
  }
}

const parameterWords: Readonly<Record<string, string>> = {
  alarm: 'Id of the alarm.',
  banS: 'Duration of the ban in seconds.',
  code: '`code` of a problem.',
  email: 'Only for this e-mail.',
  erasure: 'Id of the erasure.',
  event: 'Only events of this type.',
  feed: 'Id of the calendar feed.',
  fileLink: 'Id of the link to a file.',
  fingerprint: 'Fingerprint of the file, as given by the client.',
  forever: 'Bans the participant permanently.',
  mayReturn: 'The participant may join again without a host who lets it in.',
  from: 'Only from this time on.',
  group: 'Id of the group.',
  identity: 'Identity of the participant.',
  invitee: 'Id of the invitee within the meeting.',
  item: 'Id of the item.',
  key: 'Id of the API key.',
  kind: 'Only of this kind.',
  language: 'Language in BCP 47 form: `en`, `zh-CN`.',
  limit: 'Most rows per page.',
  link: 'Id of the join link.',
  meeting: 'Id of the meeting.',
  delivery: 'Id of the delivery.',
  poll: 'Id of the poll.',
  post: 'Id of the post or question.',
  operation: 'Only entries of this operation.',
  owner: 'Only those that belong to this user.',
  provider: 'Id of the OIDC provider.',
  receiver: 'Id of the receiver of alarms.',
  recording: 'Id of the recording.',
  returnTo: 'Path of the page to show after sign-in.',
  rule: 'Id of the alarm rule.',
  room: 'Name of the room; for a meeting, its `room`.',
  session: 'Id of the session.',
  sid: 'Id of a room’s life.',
  silence: 'Id of the silence.',
  subject: 'Subject of the alarm.',
  q: 'Part of a name or e-mail.',
  state: 'Only in this state.',
  streamKey: 'Id of the stream key.',
  tag: 'Only with this tag.',
  task: 'Id of the task.',
  tenant: 'Id of the tenant.',
  text: 'Words to search for.',
  to: 'Only before this time.',
  upload: 'Id of the upload.',
  user: 'Id of the user.',
  webhook: 'Id of the webhook.',
};
const wordsOf = ({ name }: JsonObject): Json => parameterWords[String(name)] ?? null;

const idempotencyKey: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A request repeated with the same key within a day takes effect once, and gets the same answer.',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};

const versionOf = (method: Operation['method'], versioned: Operation['versioned']): JsonObject => ({
  name: method === 'GET' ? 'If-None-Match' : 'If-Match',
  in: 'header',
  required: method !== 'GET' && versioned === true,
  description: '`ETag` of the version that the caller has.',
  schema: { type: 'string' },
});

/** Moves schemas with a `title` to `schemas`, leaving references. Examples are data and stay unchanged. */
function withReferences(value: Json, schemas: JsonObject): Json {
  if (Array.isArray(value)) return value.map((each) => withReferences(each, schemas));
  if (typeof value !== 'object' || value === null) return value;
  const { title, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'example' ? each : withReferences(each, schemas)]),
  );
  if (typeof title !== 'string' || rest['type'] === undefined) return title === undefined ? rest : { title, ...rest };
  const namedSchema = schemas[title];
  if (namedSchema !== undefined && withoutClosing(namedSchema) !== withoutClosing(rest))
    throw new Error(`two schemas have the title ${title}`);
  // A schema both received and sent is shown in its closed form.
  if (namedSchema === undefined || JSON.stringify(namedSchema).length < JSON.stringify(rest).length)
    schemas[title] = rest;
  return { $ref: `#/components/schemas/${title}` };
}

const withoutClosing = (schema: Json): string =>
  JSON.stringify(schema, (name, value) => (name === 'additionalProperties' && value === false ? undefined : value));
