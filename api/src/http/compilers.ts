// Makes the functions that check requests and write answers, once for each schema. Many operations share one (every
// refusal is a problem document), and so do the servers of a process: making them is most of a server's start.
import validators from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** What every server of the api checks requests with. */
export const validation = { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } } as const;

interface Route {
  readonly schema: object;
}

/** By the text of a schema, which is written once for each. Bounded: schemas stand in the source. */
const once = <Made>(make: (route: Route) => Made): ((route: Route) => Made) => {
  const ofText = new Map<string, Made>();
  const known = new WeakMap<object, Made>();
  return (route) => {
    const made = known.get(route.schema);
    if (made !== undefined) return made;
    const text = JSON.stringify(route.schema);
    const there = ofText.get(text) ?? make(route);
    ofText.set(text, there);
    known.set(route.schema, there);
    return there;
  };
};

const validator = once(validators()({}, validation) as unknown as (route: Route) => object);
const serializer = once(serializers.SerializerSelector()({}, {}) as unknown as (route: Route) => object);

export const compilers = {
  buildValidator: () => validator,
  buildSerializer: () => serializer,
} as unknown as Compilers;
