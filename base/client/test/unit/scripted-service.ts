// A signaling node without a network: a script answers the frames of each client socket, one after the other.
import { decodeClientFrame, encodeServerFrame, type wire } from '@meridian/protocol';
import type { SocketHandlers, SocketPort } from '../../src/connection/socket-port.ts';

export type Said = wire.ClientFrame & { body: NonNullable<wire.ClientFrame['body']> };
export type Answer = Omit<wire.ServerFrame.$Properties, 'replyTo'>;

export class ScriptedSocket implements SocketPort {
  readonly bufferedBytes = 0;
  readonly watched: boolean;
  readonly said: Said[] = [];
  /** Code with which the client has closed it. */
  closedWith: number | undefined;
  readonly #answer: (frame: Said) => Answer | undefined;
  #handlers: SocketHandlers | undefined;

  constructor(answer: (frame: Said) => Answer | undefined, watched: boolean) {
    this.#answer = answer;
    this.watched = watched;
  }

  listen(handlers: SocketHandlers): void {
    this.#handlers = handlers;
  }
  send(bytes: Uint8Array): void {
    if (this.closedWith !== undefined) return;
    const frame = decodeClientFrame(bytes) as Said;
    this.said.push(frame);
    const answer = this.#answer(frame);
    // An empty answer means that the frame is never answered.
    if (answer === undefined || Object.keys(answer).length === 0 || frame.requestId === 0) return;
    // A client that waits before a room is answered later.
    this.say({ replyTo: answer.waiting == null ? frame.requestId : 0, ...answer });
  }
  close(code: number): void {
    this.closedWith ??= code;
  }

  say(frame: wire.ServerFrame.$Properties): void {
    this.sayBytes(encodeServerFrame(frame));
  }
  sayBytes(bytes: Uint8Array): void {
    queueMicrotask(() => {
      if (this.closedWith === undefined) this.#handlers?.message(bytes);
    });
  }
  /** Answers its waiting Join. */
  answerJoin(answer: Answer): void {
    const join = this.said.find((frame) => frame.body === 'join');
    this.say({ replyTo: join?.requestId ?? 0, ...answer });
  }
  lose(code = 1006): void {
    if (this.closedWith === undefined) this.#handlers?.closed(code, 'lost');
  }
  /** Returns the sent frames of a kind, in order. */
  of<K extends NonNullable<Said['body']>>(kind: K): NonNullable<Said[K]>[] {
    return this.said.flatMap((frame) => (frame.body === kind ? [frame[kind] as NonNullable<Said[K]>] : []));
  }
}

/** Answers joins from the list, repeating its last answer, and other requests with `others`. */
export class ScriptedService {
  readonly sockets: ScriptedSocket[] = [];
  readonly joins: wire.Join[] = [];
  others: (frame: Said) => Answer | undefined = () => ({ ack: {} });
  watched = true;
  /** While set, no socket opens. */
  failure: Error | undefined;
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  get last(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  readonly next = (): SocketPort => {
    if (this.failure !== undefined) throw this.failure;
    const socket = new ScriptedSocket((frame) => {
      if (frame.join == null) return this.others(frame);
      this.joins.push(frame.join as wire.Join);
      return this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    }, this.watched);
    this.sockets.push(socket);
    return socket;
  };
}
