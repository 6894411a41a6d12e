// What the routes of the administrator's door have in common.
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';

export const name = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
export const nodeParams = Type.Object({ id: name });
export const reasonText = Type.Optional(Type.String({ maxLength: 256 }));
export const reasonBody = Type.Object({ reason: reasonText }, { additionalProperties: false });

/** A refusal has a stable code. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}

/** What was given, or that nothing was. */
export function reasonOf(reason: string | undefined): string {
  return reason === undefined || reason === '' ? 'asked for by an administrator' : reason;
}
