// Looks twice a second whether media flows, and tells when that changes. One per room; stops with the media session.

import { report as reportError } from '@meridian/client';
import { type FlowState, flowAtStart, flowPeriodMs, hasGrown, nextFlow, type ReceivedBytes } from '../core/flow.ts';
import type { MediaSession } from './session.ts';

/** What is watched of a media session. */
export type FlowSource = Pick<MediaSession, 'closed' | 'path' | 'readReceived'>;

export class FlowWatch {
  readonly #expected: () => boolean;
  readonly #changed: (interrupted: boolean) => void;
  #media: FlowSource | undefined;
  #state: FlowState = flowAtStart;
  #timer: ReturnType<typeof setInterval> | undefined;
  #reading = false;

  /** `expected`: a camera or microphone of another participant should be arriving. */
  constructor(o: { expected: () => boolean; changed: (interrupted: boolean) => void }) {
    this.#expected = o.expected;
    this.#changed = o.changed;
  }

  start(media: FlowSource): void {
    this.stop();
    this.#media = media;
    this.#timer = setInterval(() => {
      this.#take(media).catch((error: unknown) => {
        if (!media.closed) reportError(error);
      });
    }, flowPeriodMs);
  }

  /** Says nothing: the connection says what became of an interruption. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#media = undefined;
    this.#state = flowAtStart;
  }

  async #take(media: FlowSource): Promise<void> {
    if (this.#reading) return; // a browser that answers late is not asked twice
    this.#reading = true;
    try {
      const before = this.#state;
      if (!before.interrupted && media.path !== 'lost' && !this.#expected()) {
        this.#state = flowAtStart; // a quiet room costs nothing
        return;
      }
      const takenMs = performance.now();
      const recv = await media.readReceived('recv');
      const send: ReceivedBytes | undefined = hasGrown(before.recv, recv)
        ? undefined
        : await media.readReceived('send');
      if (media !== this.#media) return;
      this.#state = nextFlow(before, { takenMs, expected: this.#expected(), path: media.path, recv, send });
      if (this.#state.interrupted !== before.interrupted) this.#changed(this.#state.interrupted);
    } finally {
      this.#reading = false;
    }
  }
}
