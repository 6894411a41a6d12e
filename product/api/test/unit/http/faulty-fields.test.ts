import validators from '@fastify/ajv-compiler';
import { type TSchema, Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { validation } from '../../../src/http/compilers.ts';
import { closed } from '../../../src/http/core/closed.ts';
import { type Fault, faultyFields } from '../../../src/http/core/faulty-fields.ts';

const build = validators()({}, validation) as unknown as (o: {
  schema: object;
  method: string;
  url: string;
  httpPart: string;
}) => ((value: unknown) => boolean) & { errors?: Fault[] | null };

function refusalsOf(schema: TSchema, value: unknown, part = 'body') {
  const checked = closed(schema);
  const check = build({ schema: checked, method: 'POST', url: '/', httpPart: part });
  expect(check(value)).toBe(false);
  return faultyFields(check.errors ?? [], part, checked);
}

const invitee = Type.Partial(Type.Object({ email: Type.String(), role: Type.String() }));
const meeting = Type.Object({
  title: Type.String(),
  settings: Type.Optional(Type.Object({ waitingRoom: Type.Optional(Type.Boolean()) })),
  invitees: Type.Optional(Type.Array(invitee)),
});

describe('an unknown property', () => {
  it('is named', () => {
    expect(refusalsOf(meeting, { title: 'A', colour: 'red' })).toEqual([{ pointer: '/colour', detail: 'is unknown' }]);
  });

  it('is named with its path', () => {
    expect(refusalsOf(meeting, { title: 'A', invitees: [{}, { colour: 'red' }] })).toEqual([
      { pointer: '/invitees/1/colour', detail: 'is unknown' },
    ]);
  });

  it('is reported with the path at which the schema knows it', () => {
    expect(refusalsOf(meeting, { title: 'A', waitingRoom: true })).toEqual([
      { pointer: '/waitingRoom', detail: 'is unknown here; it exists at /settings/waitingRoom' },
    ]);
    expect(refusalsOf(meeting, { title: 'A', email: 'a@example.org' })).toEqual([
      { pointer: '/email', detail: 'is unknown here; it exists at /invitees/-/email' },
    ]);
    expect(refusalsOf(Type.Object({ meeting }), { meeting: { title: 'A' }, settings: {} })).toEqual([
      { pointer: '/settings', detail: 'is unknown here; it exists at /meeting/settings' },
    ]);
  });

  it('is reported with that path even if it is a parent’s', () => {
    expect(refusalsOf(meeting, { title: 'A', settings: { title: 'B' } })).toEqual([
      { pointer: '/settings/title', detail: 'is unknown here; it exists at /title' },
    ]);
  });

  it('is written as a JSON pointer', () => {
    expect(refusalsOf(meeting, { title: 'A', 'a/b~c': 1 })).toEqual([{ pointer: '/a~1b~0c', detail: 'is unknown' }]);
  });

  it('of a query is named with a question mark', () => {
    expect(refusalsOf(Type.Object({ limit: Type.Optional(Type.Integer()) }), { most: 1 }, 'querystring')).toEqual([
      { pointer: '?most', detail: 'is unknown' },
    ]);
  });

  it('may have the name of an inherited member', () => {
    expect(refusalsOf(meeting, { title: 'A', constructor: 1 })).toEqual([
      { pointer: '/constructor', detail: 'is unknown' },
    ]);
  });
});

describe('a choice of objects', () => {
  const act = Type.Union([
    Type.Object({ act: Type.Literal('mute'), source: Type.String() }),
    Type.Object({ act: Type.Literal('admit'), identity: Type.String() }),
    Type.Object({ act: Type.Literal('lower') }),
  ]);

  it('is checked against the chosen object only', () => {
    expect(refusalsOf(act, { act: 'mute', source: 'microphone', loud: true })).toEqual([
      { pointer: '/loud', detail: 'is unknown' },
    ]);
    expect(refusalsOf(act, { act: 'lower', source: 'microphone' })).toEqual([
      { pointer: '/source', detail: 'is unknown' },
    ]);
    expect(refusalsOf(act, { act: 'mute' })).toEqual([{ pointer: '/source', detail: 'is missing' }]);
  });

  it('lists its allowed values if none matches', () => {
    expect(refusalsOf(act, { act: 'shout' })).toContainEqual({
      pointer: '/act',
      detail: 'must be one of mute, admit, lower',
    });
  });
});

it('a choice of values or null lists its values', () => {
  const schema = Type.Object({
    role: Type.Union([Type.Unsafe({ type: 'string', enum: ['host', 'guest'] }), Type.Null()]),
  });
  expect(refusalsOf(schema, { role: 'king' })).toContainEqual({
    pointer: '/role',
    detail: 'must be one of host, guest',
  });
});

it('a refusal lists only as many errors as a person can read', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`p${at}`, at]));
  expect(refusalsOf(meeting, { title: 'A', ...many })).toHaveLength(20);
});

describe('a value of the wrong kind or size', () => {
  it.each<[name: string, schema: TSchema, value: unknown, detail: string]>([
    ['a missing property', Type.Object({ a: Type.String() }), {}, 'is missing'],
    ['a wrong type', Type.Object({ a: Type.String() }), { a: [] }, 'must be a string'],
    ['a fraction', Type.Object({ a: Type.Integer() }), { a: 1.5 }, 'must be a whole number'],
    ['an object', Type.Object({ a: Type.Object({}) }), { a: 'x' }, 'must be an object'],
    ['an empty text', Type.Object({ a: Type.String({ minLength: 1 }) }), { a: '' }, 'must not be empty'],
    ['a long text', Type.Object({ a: Type.String({ maxLength: 2 }) }), { a: 'abc' }, 'must have at most 2 characters'],
    ['a low number', Type.Object({ a: Type.Number({ minimum: 2 }) }), { a: 1 }, 'must be at least 2'],
    ['a high number', Type.Object({ a: Type.Number({ maximum: 2 }) }), { a: 3 }, 'must be at most 2'],
    [
      'many items',
      Type.Object({ a: Type.Array(Type.Any(), { maxItems: 1 }) }),
      { a: [1, 2] },
      'must have at most 1 item',
    ],
    ['a pattern', Type.Object({ a: Type.String({ pattern: '^b$' }) }), { a: 'c' }, 'must match the pattern ^b$'],
    [
      'a choice',
      Type.Object({ a: Type.Union([Type.Literal('b'), Type.Literal('c')]) }),
      { a: 'd' },
      'must be one of b, c',
    ],
  ])('%s is described in words', (_name, schema, value, detail) => {
    expect(refusalsOf(schema, value)).toEqual([{ pointer: '/a', detail }]);
  });
});
