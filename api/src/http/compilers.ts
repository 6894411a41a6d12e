// Makes the functions that check requests and write answers, once for each schema. Many operations share one (every
// refusal is a problem document), and so do the servers of a process: making them is most of a server's start.
import validators from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** What every server of the api checks requests with. */
export const validation = { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } } as const;

/** By the text of a schema. Bounded: schemas stand in the source. */
const once = <Route extends { schema?: unknown }, Made>(make: (route: Route) => Made): ((route: Route) => Made) => {
  const made = new Map<string, Made>();
  return (route) => {
    const key = JSON.stringify(route.schema);
    const there = made.get(key) ?? make(route);
    made.set(key, there);
    return there;
  };
};

const validator = once(validators()({}, validation) as unknown as (route: { schema?: unknown }) => object);
const serializer = once(serializers.SerializerSelector()({}, {}));

export const compilers = {
  buildValidator: () => validator,
  buildSerializer: () => serializer,
} as unknown as Compilers;
