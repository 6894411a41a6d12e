// Detects a frozen media node. The signaling node notices late, because a link over a bad network may be silent as
// long. A living node reports on all its streams; when the reports stop, one request through signaling asks the node.
import { MeridianClientError } from '@meridian/client';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { NodeSilence } from '../core/node-silence.ts';

const LOOK_MS = 100;
/** Together with `SILENT_MS`, the time that a signaling node waits for a media node whose link is down. */
const ANSWER_MS = 1000;

export interface NodeWatchOptions {
  /** Asks the node about the session; resolves false when it answers that the session's media does not arrive. */
  ask(): Promise<boolean>;
  lost(error: MeridianClientError): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeWatch {
  readonly #o: NodeWatchOptions;
  readonly #silence = new NodeSilence();
  readonly #looks: Timer;
  #answer: Timer | undefined;

  constructor(o: NodeWatchOptions) {
    this.#o = o;
    this.#looks = o.clock.every(LOOK_MS, () => this.#look());
  }

  begin(): void {
    this.#silence.begin();
    this.#over();
  }

  heard(): void {
    this.#silence.heard(this.#o.clock.nowMs());
    this.#over();
  }

  flows(): void {
    this.#silence.flows(this.#o.clock.nowMs());
  }

  close(): void {
    this.#looks.cancel();
    this.#over();
  }

  #look(): void {
    if (this.#silence.isSilent(this.#o.clock.nowMs()) && this.#answer === undefined) this.#ask();
  }

  #ask(): void {
    const answer = this.#o.clock.after(ANSWER_MS, () =>
      // The answer may be queued behind this timer already.
      setImmediate(() => {
        if (this.#answer === answer) this.#lose('it does not answer');
      }),
    );
    this.#answer = answer;
    this.#o.ask().then(
      (isThere) => {
        if (this.#answer !== answer) return;
        if (isThere) this.heard();
        else this.#lose('no media arrives there');
      },
      ({ code }: MeridianClientError) => {
        if (this.#answer !== answer) return;
        if (code === 'NODE_UNREACHABLE') this.#lose('it cannot be reached');
        else this.heard(); // The request failed without an answer about the node, so the next silence repeats it.
      },
    );
  }

  #over(): void {
    this.#answer?.cancel();
    this.#answer = undefined;
  }

  #lose(why: string): void {
    this.begin();
    this.#o.log.warn({ why }, 'the media node of a session is silent: the session joins anew');
    this.#o.lost(new MeridianClientError('MEDIA_FAILED', `the media node is silent: ${why}`));
  }
}
