// Common parts of the routes of the administrator's API.
import type { FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { Type } from 'typebox';

export const name = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
export const nodeParams = Type.Object({ id: name });
export const reasonText = Type.Optional(Type.String({ maxLength: 256 }));
export const reasonBody = Type.Object({ reason: reasonText }, { additionalProperties: false });

export const NO_ROOM = 'this is not a room key, which is TENANT/ROOM; in a path URL-encoded: dev%2Fdemo';

/** Replaces a missing body by an empty one before validation, where every field is optional. */
export async function allOptional(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

/** Characters of an unknown field's name that are repeated in the error. */
const NAME_QUOTED_MAX = 64;

/** Adds details that the validator's own message omits: the allowed values, the surplus field. */
export function wrongField(errors: readonly FastifySchemaValidationError[], part: string): Error {
  const [first] = errors;
  if (first === undefined) return new Error(`${part} is not valid`);
  const { instancePath, message = 'is not valid', params } = first;
  const { allowedValues, additionalProperty } = params;
  const what = `${part}${instancePath} ${message}`;
  if (Array.isArray(allowedValues)) return new Error(`${what}: ${allowedValues.join(', ')}`);
  if (typeof additionalProperty !== 'string') return new Error(what);
  return new Error(`${what}: ${JSON.stringify(additionalProperty.slice(0, NAME_QUOTED_MAX))}`);
}

export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}

export function reasonOf(reason: string | undefined): string {
  return reason === undefined || reason === '' ? 'asked for by an administrator' : reason;
}
