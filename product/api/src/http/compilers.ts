// Compiles each schema at its first use, because compiling all of them would dominate the start of a server.
// `test/unit/openapi.test.ts` compiles all.
import validators from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

export const validation = { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } } as const;

interface Route {
  readonly schema: object;
}

/** Caches by schema. The cache is bounded, since schemas are part of the source. */
const cachedBySchema = <Made>(make: (route: Route) => Made): ((route: Route) => Made) => {
  const ofText = new Map<string, Made>();
  const madeBySchema = new WeakMap<object, Made>();
  return (route) => {
    const made = madeBySchema.get(route.schema);
    if (made !== undefined) return made;
    const text = JSON.stringify(route.schema);
    const madeForText = ofText.get(text) ?? make(route);
    ofText.set(text, madeForText);
    madeBySchema.set(route.schema, madeForText);
    return madeForText;
  };
};

type Check = ((data: unknown) => unknown) & { errors?: unknown };
type Write = (data: unknown) => string;

const makeCheck = validators()({}, validation) as unknown as (route: Route) => Check;
const makeWrite = serializers.SerializerSelector()({}, {}) as unknown as (route: Route) => Write;

const makers: (() => unknown)[] = [];

const lazily = <Made>(make: () => Made): (() => Made) => {
  let made: Made | undefined;
  const get = (): Made => {
    made ??= make();
    return made;
  };
  makers.push(get);
  return get;
};

const validator = cachedBySchema((route): Check => {
  const get = lazily(() => makeCheck(route));
  const check: Check = (data) => {
    const made = get();
    const answer = made(data);
    check.errors = made.errors;
    return answer;
  };
  return check;
});
const serializer = cachedBySchema((route): Write => {
  const get = lazily(() => makeWrite(route));
  return (data) => get()(data);
});

/** Throws at the first schema that cannot be compiled. */
export function makeAll(): number {
  for (const make of makers) make();
  return makers.length;
}

export const compilers = {
  buildValidator: () => validator,
  buildSerializer: () => serializer,
} as unknown as Compilers;
