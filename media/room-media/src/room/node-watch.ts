// Whether the media node of a session is there. One that freezes says nothing of it, and its signaling node sees that
// late: a link over a bad network may be silent for as long. A living node reports on all that it gets and sends; when
// that ends, the node is asked once, by way of signaling.
import { MeridianClientError } from '@meridian/client';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { NodeSilence } from '../core/node-silence.ts';

/** How often it is seen whether the node is silent. */
const LOOK_MS = 100;
/** With `SILENT_MS`, as long as a signaling node waits for a media node whose link is down. */
const ANSWER_MS = 1000;

export interface NodeWatchOptions {
  /** Asks the node for something of the session: false when the answer is that its media does not arrive. */
  ask(): Promise<boolean>;
  /** The node is lost to this session. */
  lost(error: MeridianClientError): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeWatch {
  readonly #o: NodeWatchOptions;
  readonly #silence = new NodeSilence();
  readonly #looks: Timer;
  /** The node is asked. */
  #answer: Timer | undefined;

  constructor(o: NodeWatchOptions) {
    this.#o = o;
    this.#looks = o.clock.every(LOOK_MS, () => this.#look());
  }

  /** Another media node, or other media: it is to speak first. */
  begin(): void {
    this.#silence.begin();
    this.#over();
  }

  /** Something has come from the node. */
  heard(): void {
    this.#silence.heard(this.#o.clock.nowMs());
    this.#over();
  }

  /** There is something that the node reports on. */
  flows(): void {
    this.#silence.flows(this.#o.clock.nowMs());
  }

  /** Idempotent. */
  close(): void {
    this.#looks.cancel();
    this.#over();
  }

  #look(): void {
    if (this.#silence.isSilent(this.#o.clock.nowMs()) && this.#answer === undefined) this.#ask();
  }

  #ask(): void {
    const answer = this.#o.clock.after(ANSWER_MS, () =>
      // The answer may be there already, behind this timer.
      setImmediate(() => {
        if (this.#answer === answer) this.#lose('it does not answer');
      }),
    );
    this.#answer = answer;
    this.#o.ask().then(
      (isThere) => {
        if (this.#answer !== answer) return;
        if (isThere) this.heard();
        else this.#lose('nothing arrives there');
      },
      ({ code }: MeridianClientError) => {
        if (this.#answer !== answer) return;
        if (code === 'NODE_UNREACHABLE') this.#lose('it cannot be reached');
        else this.heard(); // it could not be asked: once more after another silence
      },
    );
  }

  #over(): void {
    this.#answer?.cancel();
    this.#answer = undefined;
  }

  #lose(why: string): void {
    this.begin();
    this.#o.log.warn({ why }, 'the media node of a session is silent: it joins anew');
    this.#o.lost(new MeridianClientError('MEDIA_FAILED', `the media node is silent: ${why}`));
  }
}
