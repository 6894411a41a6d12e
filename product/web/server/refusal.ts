// Refusals of the page's server: a code for programs, a sentence for people.
import {
  problemContentType,
  problemType,
  type RestProblemCode,
  restLanguageOf,
  restProblems,
} from '@meridian/protocol';
import type { FastifyReply } from 'fastify';

/** Codes in addition to the protocol's. */
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

export function refuse(reply: FastifyReply, status: number, code: WebCode, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ code, message });
}

/** Answers with a problem document as the API would, so that callers need not know about the page's server. */
export function refuseAsApi(reply: FastifyReply, code: RestProblemCode): FastifyReply {
  const [status, en, zh] = restProblems[code];
  const title = restLanguageOf(reply.request.headers['accept-language']) === 'zh' ? zh : en;
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'content-type': problemContentType })
    .send(JSON.stringify({ type: problemType(code), title, status, code }));
}
