// Detects a frozen media node. The signaling node notices late, because a link over a bad network may be silent as
// long. A living node reports on all its streams; when the reports stop, one request through signaling asks the node.
import { MeridianClientError } from '@meridian/client';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { NodeSilence } from '../core/node-silence.ts';

const CHECK_MS = 100;
/** Together with `SILENT_MS`, the time that a signaling node waits for a media node whose link is down. */
const ANSWER_MS = 1000;

export interface NodeWatchOptions {
  /** Asks the node about the session; resolves false when it answers that the session's media does not arrive. */
  ask(): Promise<boolean>;
  onLost(error: MeridianClientError): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeWatch {
  readonly #o: NodeWatchOptions;
  readonly #silence = new NodeSilence();
  readonly #checkTimer: Timer;
  #answerTimer: Timer | undefined;

  constructor(o: NodeWatchOptions) {
    this.#o = o;
    this.#checkTimer = o.clock.every(CHECK_MS, () => this.#check());
  }

  begin(): void {
    this.#silence.begin();
    this.#cancelAnswer();
  }

  noteDatagram(): void {
    this.#silence.noteDatagram(this.#o.clock.nowMs());
    this.#cancelAnswer();
  }

  noteMedia(): void {
    this.#silence.noteMedia(this.#o.clock.nowMs());
  }

  close(): void {
    this.#checkTimer.cancel();
    this.#cancelAnswer();
  }

  #check(): void {
    if (this.#silence.isSilent(this.#o.clock.nowMs()) && this.#answerTimer === undefined) this.#ask();
  }

  #ask(): void {
    const answer = this.#o.clock.after(ANSWER_MS, () =>
      // The answer may be queued behind this timer already.
      setImmediate(() => {
        if (this.#answerTimer === answer) this.#reportLost('it does not answer');
      }),
    );
    this.#answerTimer = answer;
    this.#o.ask().then(
      (isThere) => {
        if (this.#answerTimer !== answer) return;
        if (isThere) this.noteDatagram();
        else this.#reportLost('no media arrives there');
      },
      ({ code }: MeridianClientError) => {
        if (this.#answerTimer !== answer) return;
        if (code === 'NODE_UNREACHABLE') this.#reportLost('it cannot be reached');
        else this.noteDatagram(); // The request failed without an answer; the next silence repeats it.
      },
    );
  }

  #cancelAnswer(): void {
    this.#answerTimer?.cancel();
    this.#answerTimer = undefined;
  }

  #reportLost(why: string): void {
    this.begin();
    this.#o.log.warn({ why }, 'the media node of a session is silent: the session joins anew');
    this.#o.onLost(new MeridianClientError('MEDIA_FAILED', `the media node is silent: ${why}`));
  }
}
