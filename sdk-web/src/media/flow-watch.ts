// Checks twice a second whether media flows and whether sent media is answered. Informs the room when media stops or
// comes back, and the media session when a path may be gone. One per room; stops with the media session.

import { report as reportError } from '@meridian/client';
import { type FlowState, flowPeriodMs, hasGrown, initialFlow, nextFlow, type ReceivedBytes } from '../core/flow.ts';
import { type AnswerState, becameUnanswered, initialAnswers, nextAnswers } from '../core/media-answers.ts';
import type { MediaSession } from './session.ts';

export type FlowSource = Pick<MediaSession, 'closed' | 'path' | 'readReceived' | 'readSent' | 'restartOnSilence'>;

export class FlowWatch {
  readonly #expected: () => boolean;
  readonly #isSending: () => boolean;
  readonly #changed: (interrupted: boolean) => void;
  #media: FlowSource | undefined;
  #flow: FlowState = initialFlow;
  #answers: AnswerState = initialAnswers;
  #timer: ReturnType<typeof setInterval> | undefined;
  #reading = false;

  /** `expected`: a remote camera or microphone should be arriving. `sends`: we send an unmuted track. */
  constructor(o: { expected: () => boolean; sends: () => boolean; changed: (interrupted: boolean) => void }) {
    this.#expected = o.expected;
    this.#isSending = o.sends;
    this.#changed = o.changed;
  }

  start(media: FlowSource): void {
    this.stop();
    this.#media = media;
    this.#timer = setInterval(() => {
      this.#readOnce(media).catch((error: unknown) => {
        if (!media.closed) reportError(error);
      });
    }, flowPeriodMs);
  }

  /** Stops without a report, because the connection reports the outcome of an interruption. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#media = undefined;
    this.#flow = initialFlow;
    this.#answers = initialAnswers;
  }

  async #readOnce(media: FlowSource): Promise<void> {
    if (this.#reading) return; // a slow browser is still at the previous reading
    this.#reading = true;
    try {
      const before = this.#flow;
      // Without expected media, nothing is read.
      const needsReceived = before.interrupted || media.path === 'lost' || this.#expected();
      const isSending = this.#isSending();
      const takenMs = performance.now();
      const recv = needsReceived ? await media.readReceived() : undefined;
      const hasGrownBytes = hasGrown(before.recv, recv);
      const sent = isSending || (needsReceived && !hasGrownBytes) ? await media.readSent() : undefined;
      if (media !== this.#media) return;
      this.#answers = sent ? nextAnswers(this.#answers, Object.assign({ takenMs }, sent)) : initialAnswers;
      if (becameUnanswered(this.#answers)) media.restartOnSilence(hasGrownBytes ? 'send' : 'both');
      if (recv === undefined) this.#flow = initialFlow;
      else this.#updateFlow(media, { takenMs, recv, send: hasGrownBytes ? undefined : sent?.received });
    } finally {
      this.#reading = false;
    }
  }

  #updateFlow(
    media: FlowSource,
    { takenMs, recv, send }: { takenMs: number; recv: ReceivedBytes; send: ReceivedBytes | undefined },
  ): void {
    const before = this.#flow;
    this.#flow = nextFlow(before, { takenMs, isMediaExpected: this.#expected(), path: media.path, recv, send });
    const { interrupted } = this.#flow;
    if (interrupted === before.interrupted) return;
    if (interrupted && media.path === 'up') media.restartOnSilence('both');
    this.#changed(interrupted);
  }
}
