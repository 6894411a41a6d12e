// Numbered requests (call / serve) and messages without an answer (post / onNote) that services exchange over links. A
// Link of runtime fits ControlLink. Numbers are never reused; those of removed requests are 19, 57, 96, 103, 106, 152,
// 153, 158, 161, 162.
import { decodeWith } from './codec.ts';
import { apiNote, apiRpc } from './control/api.ts';
import { centreNote, centreRpc } from './control/centre.ts';
import type { Note, Rpc } from './control/kinds.ts';
import { mediaNote, mediaRpc } from './control/media.ts';
import { ownerNote, ownerRpc } from './control/owner.ts';
import { limits } from './limits.ts';

export type { Note, Rpc } from './control/kinds.ts';

export const rpc = { ...centreRpc, ...mediaRpc, ...ownerRpc, ...apiRpc };
export const note = { ...centreNote, ...mediaNote, ...ownerNote, ...apiNote };

export interface ControlLink {
  request(type: number, payload: Uint8Array, o?: { deadlineMs?: number }): Promise<Uint8Array>;
  send(type: number, payload: Uint8Array): boolean;
  onRequest(type: number, handler: (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array): void;
  onMessage(type: number, handler: (payload: Uint8Array) => void): void;
}

/** Sends a request and returns the answer. Rejects with the remote's error code, LINK_CLOSED or LINK_DEADLINE. */
export async function call<Q, QP, A, AP>(
  link: ControlLink,
  kind: Rpc<Q, QP, A, AP>,
  message: NoInfer<QP>,
  o?: { deadlineMs?: number },
): Promise<A> {
  const answer = await link.request(kind.number, kind.request.encode(message).finish(), o);
  return decodeWith(kind.answer, answer, limits.controlFrameBytesMax);
}

/**
 * Answers requests of a kind on a link. An error with a stable code reaches the caller with that code. `gate` is called
 * before a request is read; its error refuses the request.
 */
export function serve<Q, QP, A, AP>(
  link: ControlLink,
  kind: Rpc<Q, QP, A, AP>,
  handler: (message: Q) => Promise<NoInfer<AP>> | NoInfer<AP>,
  gate?: () => void,
): void {
  const encode = (answer: NoInfer<AP>): Uint8Array => kind.answer.encode(answer).finish();
  link.onRequest(kind.number, (payload) => {
    try {
      gate?.();
      const answer = handler(decodeWith(kind.request, payload, limits.controlFrameBytesMax));
      return answer instanceof Promise ? answer.then(encode) : encode(answer);
    } catch (error) {
      return Promise.reject(error);
    }
  });
}

/** Sends a message. Returns false when the link is closed or over its back-pressure cap. */
export function post<M, MP>(link: ControlLink, kind: Note<M, MP>, message: NoInfer<MP>): boolean {
  return link.send(kind.number, kind.message.encode(message).finish());
}

/** Handles messages of a kind on a link. Unreadable bytes throw FRAME_MALFORMED into the link, which closes it. */
export function onNote<M, MP>(link: ControlLink, kind: Note<M, MP>, handler: (message: M) => void): void {
  link.onMessage(kind.number, (payload) => handler(decodeWith(kind.message, payload, limits.controlFrameBytesMax)));
}
