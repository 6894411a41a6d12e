// A signaling node without a network: a script answers the frames of each client socket, one after the other.
import { decodeClientFrame, encodeServerFrame, type wire } from '@meridian/protocol';
import type { SocketHandlers, SocketPort } from '../../src/connection/socket-port.ts';

export type ClientMessage = wire.ClientFrame & { body: NonNullable<wire.ClientFrame['body']> };
export type Answer = Omit<wire.ServerFrame.$Properties, 'replyTo'>;

export class ScriptedSocket implements SocketPort {
  readonly bufferedBytes = 0;
  readonly watched: boolean;
  readonly received: ClientMessage[] = [];
  /** Code with which the client has closed it. */
  closedWith: number | undefined;
  readonly #answer: (frame: ClientMessage) => Answer | undefined;
  #handlers: SocketHandlers | undefined;

  constructor(answer: (frame: ClientMessage) => Answer | undefined, watched: boolean) {
    this.#answer = answer;
    this.watched = watched;
  }

  listen(handlers: SocketHandlers): void {
    this.#handlers = handlers;
  }
  send(bytes: Uint8Array): void {
    if (this.closedWith !== undefined) return;
    const frame = decodeClientFrame(bytes) as ClientMessage;
    this.received.push(frame);
    const answer = this.#answer(frame);
    // An empty answer means that the frame is never answered.
    if (answer === undefined || Object.keys(answer).length === 0 || frame.requestId === 0) return;
    // A client that waits before a room is answered later.
    this.sendFrame({ replyTo: answer.waiting == null ? frame.requestId : 0, ...answer });
  }
  close(code: number): void {
    this.closedWith ??= code;
  }

  sendFrame(frame: wire.ServerFrame.$Properties): void {
    this.sayBytes(encodeServerFrame(frame));
  }
  sayBytes(bytes: Uint8Array): void {
    queueMicrotask(() => {
      if (this.closedWith === undefined) this.#handlers?.message(bytes);
    });
  }
  /** Answers its waiting Join. */
  answerJoin(answer: Answer): void {
    const join = this.received.find((frame) => frame.body === 'join');
    this.sendFrame({ replyTo: join?.requestId ?? 0, ...answer });
  }
  lose(code = 1006): void {
    if (this.closedWith === undefined) this.#handlers?.closed(code, 'lost');
  }
  /** Returns the sent frames of a kind, in order. */
  receivedOf<K extends NonNullable<ClientMessage['body']>>(kind: K): NonNullable<ClientMessage[K]>[] {
    return this.received.flatMap((frame) =>
      frame.body === kind ? [frame[kind] as NonNullable<ClientMessage[K]>] : [],
    );
  }
}

/** Answers joins from the list, repeating its last answer, and other requests with `answerOther`. */
export class ScriptedService {
  readonly sockets: ScriptedSocket[] = [];
  readonly joins: wire.Join[] = [];
  answerOther: (frame: ClientMessage) => Answer | undefined = () => ({ ack: {} });
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
      if (frame.join == null) return this.answerOther(frame);
      this.joins.push(frame.join as wire.Join);
      return this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    }, this.watched);
    this.sockets.push(socket);
    return socket;
  };
}
