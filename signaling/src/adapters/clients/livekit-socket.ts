// WebSocket of a LiveKit client: `SignalRequest`s in, `SignalResponse`s out, as bytes.
import type { MeridianError } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { closeCodeOf } from '../../core/index.ts';
import { bounds } from '../../limits.ts';
import type { LiveKitUpgrade } from './livekit-upgrade.ts';
import { refusalOf } from './refuse-upgrade.ts';
import { WsSocket } from './ws-socket.ts';

export interface LiveKitSocketHandlers {
  /** Takes a message of at most `bounds.liveKitMessageBytesMax`; a larger one ends the socket. */
  onMessage(bytes: Uint8Array): void;
  /** Called once, after too long without a pong. */
  onSilent(): void;
  /** Called once. `clean`: the client closed it on purpose. */
  onEnd(clean: boolean, why: string): void;
}

/** RFC 6455, 7.4.1. */
const unsupportedData = 1003;
/** RFC 6455, 5.5. */
const CLOSE_REASON_BYTES_MAX = 123;

export class LiveKitSocket {
  readonly #upgrade: LiveKitUpgrade;
  readonly #clock: Clock;
  readonly #development: boolean;
  readonly #answerTimer: Timer;
  #socket: WsSocket | undefined;
  #handlers: LiveKitSocketHandlers | undefined;

  /** The upgrade is answered by the first call of `open`, `send` or `refuse`, at the latest after its bound. */
  constructor(upgrade: LiveKitUpgrade, clock: Clock, { development }: { readonly development: boolean }) {
    this.#upgrade = upgrade;
    this.#clock = clock;
    this.#development = development;
    this.#answerTimer = clock.after(bounds.liveKitUpgradeMs, () => this.open());
  }

  /** Attaches the handlers, once, before anything can arrive. Text, which no SDK sends, closes with 1003. */
  listen(handlers: LiveKitSocketHandlers): void {
    this.#handlers = handlers;
    this.#upgrade.onGone(() => {
      this.#answerTimer.cancel();
      handlers.onEnd(false, 'gone before the upgrade');
    });
  }

  /** Completes the upgrade. Idempotent. */
  open(): void {
    this.#answerTimer.cancel();
    const webSocket = this.#socket === undefined ? this.#upgrade.accept() : undefined;
    if (webSocket === undefined) return;
    const socket = new WsSocket(webSocket, this.#upgrade.stream, this.#clock);
    const handlers = this.#handlers;
    this.#socket = socket;
    let isOver = false;
    socket.listen({
      onFrame: (bytes) => {
        if (!isOver) handlers?.onMessage(bytes);
      },
      onText: () => {
        isOver = true;
        this.close(unsupportedData, 'messages are binary');
      },
      onSilent: () => handlers?.onSilent(),
      onEnd: (clean, why) => handlers?.onEnd(clean, why),
    });
  }

  /**
   * Refuses the upgrade with the status and text of the error, `onEnd` follows. `byCloseFrame`: by a close frame with
   * the text. Returns false if the upgrade was answered before.
   */
  refuse(error: MeridianError, { byCloseFrame }: { readonly byCloseFrame: boolean }): boolean {
    if (this.#socket !== undefined) return false;
    this.#answerTimer.cancel();
    const refusal = refusalOf(error, { development: this.#development });
    if (byCloseFrame) {
      this.open();
      this.close(closeCodeOf(error.code), refusal.text);
    } else if (this.#upgrade.refuse(refusal)) queueMicrotask(() => this.#handlers?.onEnd(false, refusal.text));
    return true;
  }

  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Returns false when over `limits.clientBufferedBytesMax` would wait: the socket is cut, `onEnd` follows. */
  send(bytes: Uint8Array): boolean {
    this.open();
    return this.#socket?.send(bytes) ?? true; // its end is known or on its way
  }

  /** Closes with a code; terminates the socket if the other side does not answer in time. */
  close(code: number, reason: string): void {
    this.#answerTimer.cancel();
    if (this.#socket === undefined) this.#upgrade.terminate();
    else
      this.#socket.close(
        code,
        Buffer.from(reason)
          .subarray(0, CLOSE_REASON_BYTES_MAX)
          .toString()
          .replace(/\ufffd$/, ''),
      );
  }

  terminate(): void {
    this.#answerTimer.cancel();
    if (this.#socket === undefined) this.#upgrade.terminate();
    else this.#socket.terminate();
  }
}
