// What the routes of the administrator's API have in common.
import type { FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { Type } from 'typebox';

export const name = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
export const nodeParams = Type.Object({ id: name });
export const reasonText = Type.Optional(Type.String({ maxLength: 256 }));
export const reasonBody = Type.Object({ reason: reasonText }, { additionalProperties: false });

export const NO_ROOM = 'this is not a room key, which is TENANT/ROOM; in a path URL-encoded: dev%2Fdemo';

/** Before validation, where every field may be left out: no body is an empty one. */
export async function allOptional(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

/** Characters of a strange field's name that are said back. */
const NAME_SAID_MAX = 64;

/**
 * What is wrong with a request, with what the validator's own message leaves out: which values there are, which field
 * is too many.
 */
export function wrongField(errors: readonly FastifySchemaValidationError[], part: string): Error {
  const [first] = errors;
  if (first === undefined) return new Error(`${part} is not valid`);
  const { instancePath, message = 'is not valid', params } = first;
  const { allowedValues, additionalProperty } = params;
  const what = `${part}${instancePath} ${message}`;
  if (Array.isArray(allowedValues)) return new Error(`${what}: ${allowedValues.join(', ')}`);
  if (typeof additionalProperty !== 'string') return new Error(what);
  return new Error(`${what}: ${JSON.stringify(additionalProperty.slice(0, NAME_SAID_MAX))}`);
}

/** A refusal has a stable code. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}

/** What was given, or that nothing was. */
export function reasonOf(reason: string | undefined): string {
  return reason === undefined || reason === '' ? 'asked for by an administrator' : reason;
}
