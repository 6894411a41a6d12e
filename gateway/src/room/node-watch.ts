// Whether the media node that a publisher sends to is there. One that freezes says nothing of it, and its signaling
// node sees that late: a link over a bad network may be silent for as long. What is sent to a living node is reported
// on all the time; when that ends, the node is asked once, by way of signaling.
import { MeridianClientError, type SessionClient } from '@meridian/client';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { NodeSilence } from '../core/node-silence.ts';

/** With `SILENT_MS`, as long as a signaling node waits for a media node whose link is down. */
const ANSWER_MS = 1000;

export interface NodeWatchOptions {
  readonly session: Pick<SessionClient, 'trackBitratesBps' | 'mediaLost'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class NodeWatch {
  readonly #o: NodeWatchOptions;
  readonly #silence = new NodeSilence();
  /** The node is asked. */
  #answer: Timer | undefined;

  constructor(o: NodeWatchOptions) {
    this.#o = o;
  }

  /** Another media node, or another stream of it: it is to speak first. */
  begin(): void {
    this.#silence.begin();
    this.#over();
  }

  /** Something has come from the node. */
  heard(nowMs: number): void {
    this.#silence.heard(nowMs);
    this.#over();
  }

  /** Something was sent to it. */
  sent(nowMs: number): void {
    this.#silence.sent(nowMs);
  }

  /** To be called some times a second. */
  look(nowMs: number): void {
    if (this.#silence.isSilent(nowMs) && this.#answer === undefined) this.#ask();
  }

  /** Idempotent. */
  close(): void {
    this.#over();
  }

  #ask(): void {
    const { session, clock } = this.#o;
    const answer = clock.after(ANSWER_MS, () => this.#lose('it does not answer'));
    this.#answer = answer;
    session.trackBitratesBps().then(
      (bitratesBps) => {
        if (this.#answer !== answer) return;
        if ([...bitratesBps.values()].some((bps) => bps > 0)) this.heard(clock.nowMs());
        else this.#lose('it receives nothing');
      },
      ({ code }: MeridianClientError) => {
        if (this.#answer !== answer) return;
        if (code === 'NODE_UNREACHABLE') this.#lose('it cannot be reached');
        else this.heard(clock.nowMs()); // it could not be asked: once more after another silence
      },
    );
  }

  #over(): void {
    this.#answer?.cancel();
    this.#answer = undefined;
  }

  #lose(why: string): void {
    this.begin();
    this.#o.log.warn({ why }, 'the media node of a publisher is silent: it joins anew');
    this.#o.session.mediaLost(new MeridianClientError('MEDIA_FAILED', `the media node is silent: ${why}`));
  }
}
