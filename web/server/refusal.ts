// How the page's server says no: a code for programs, a sentence for people.
import type { FastifyReply } from 'fastify';

/** Codes of refusals beside those of the protocol. */
export type WebCode =
  | 'REQUEST_INVALID'
  | 'NOT_LOOPBACK'
  | 'NOT_FOUND'
  | 'INTERNAL'
  | 'JOIN_KEY_MISSING'
  | 'JOIN_KEY_INVALID'
  | 'JOIN_KEY_EXPIRED'
  | 'ROOM_NOT_YOURS'
  | 'RATE_LIMITED';

/** Answers with a status, a code and a sentence; no cache keeps it. */
export function refuse(reply: FastifyReply, status: number, code: WebCode, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ code, message });
}
