// Requests of a LiveKit client's bridge to its own session: numbered frames, and their answers.
import { encodeClientFrame, type errorCodes, isErrorCode, MeridianError, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { ClientMessage } from '../../core/livekit/index.ts';
import { PacedSender } from './paced-sender.ts';

/** Requests from the parts of a bridge to the session. */
export interface SessionPort {
  /** Resolves with the answer; rejects with its MeridianError, or with `Unanswered` if none can come. */
  ask(message: ClientMessage): Promise<wire.ServerFrame>;
  send(message: ClientMessage): void;
}

/** Error of a request whose session ended, or lost its socket, before it answered: the request may be done or not. */
export class Unanswered extends MeridianError {
  constructor() {
    super('SESSION_UNKNOWN', 'the session has ended');
  }
}

export interface SessionRequestsOptions {
  readonly clock: Clock;
  send(frame: Uint8Array): void;
  /** Called when more frames wait than the session takes in time. */
  onFull(): void;
}

/** Sends requests at the session's pace; data, which the session bounds itself, and a leave are sent at once. */
export class SessionRequests implements SessionPort {
  readonly #o: SessionRequestsOptions;
  readonly #pacedSender: PacedSender;
  readonly #pendingAnswers = new Map<number, PromiseWithResolvers<wire.ServerFrame>>();
  #lastId = 0;
  #closed = false;

  constructor(o: SessionRequestsOptions) {
    this.#o = o;
    this.#pacedSender = new PacedSender(o.clock, (frame) => o.send(frame));
  }

  ask(message: ClientMessage): Promise<wire.ServerFrame> {
    if (this.#closed) return Promise.reject(new Unanswered());
    const answer = Promise.withResolvers<wire.ServerFrame>();
    this.#lastId += 1;
    const frame = encodeClientFrame({ requestId: this.#lastId, ...message });
    this.#pendingAnswers.set(this.#lastId, answer);
    this.#send(message, frame);
    return answer.promise;
  }

  send(message: ClientMessage): void {
    if (!this.#closed) this.#send(message, encodeClientFrame(message));
  }

  /** Takes an answer; returns false for any other frame. */
  take(frame: wire.ServerFrame): boolean {
    if (frame.replyTo === 0) return frame.error != null;
    const answer = this.#pendingAnswers.get(frame.replyTo);
    this.#pendingAnswers.delete(frame.replyTo);
    if (frame.error == null) answer?.resolve(frame);
    else answer?.reject(errorOf(frame.error));
    return true;
  }

  /** Rejects unanswered requests. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#pacedSender.close();
    for (const { promise, reject } of this.#pendingAnswers.values()) {
      promise.catch(() => undefined); // the asker may have stopped waiting
      reject(new Unanswered());
    }
    this.#pendingAnswers.clear();
  }

  #send({ sendData, leave }: ClientMessage, frame: Uint8Array): void {
    if (sendData != null || leave != null) this.#o.send(frame);
    else if (!this.#pacedSender.push(frame)) this.#o.onFull();
  }
}

function errorOf({ code, message, retryAfterMs }: wire.ErrorInfo.$Properties): MeridianError {
  const known = isErrorCode(code ?? '') ? (code as keyof typeof errorCodes) : 'INTERNAL';
  return new MeridianError(known, message ?? '', { retryAfterMs: retryAfterMs ?? 0 });
}
