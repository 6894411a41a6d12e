// Rows of the table of control messages: an rpc has a request and an answer, a note has no answer.
interface Codec<T, P> {
  encode(message: P): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}
export interface Rpc<Q, QP, A, AP> {
  readonly number: number;
  readonly request: Codec<Q, QP>;
  readonly answer: Codec<A, AP>;
}
export interface Note<M, MP> {
  readonly number: number;
  readonly message: Codec<M, MP>;
}
export function rpcOf<Q, QP, A, AP>(number: number, request: Codec<Q, QP>, answer: Codec<A, AP>): Rpc<Q, QP, A, AP> {
  return { number, request, answer };
}
export const noteOf = <M, MP>(number: number, message: Codec<M, MP>): Note<M, MP> => ({ number, message });
