// Speakers of a room: takes the nodes' reports, ages them, and reports changes of the list (core/speakers.ts).
import type { Speaker } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { noSpeakers, type SpeakerState, withLevels, withoutSpeaker, withoutStaleLevels } from '../core/index.ts';

/** Interval of the nodes' reports, so a missing report is noticed by then. */
const TICK_MS = 800;

export class ActiveSpeakers {
  readonly #clock: Clock;
  readonly #onChange: (speakers: readonly Speaker[]) => void;
  #state: SpeakerState = noSpeakers;
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, onChange: (speakers: readonly Speaker[]) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  takeLevels(nodeId: string, speakers: readonly Speaker[]): void {
    this.#update(withLevels(this.#state, nodeId, speakers, this.#clock.nowMs()));
  }

  gone(sessionId: string): void {
    this.#update(withoutSpeaker(this.#state, sessionId, this.#clock.nowMs()));
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #update({ state, changed }: { state: SpeakerState; changed?: readonly Speaker[] }): void {
    this.#state = state;
    if (changed !== undefined) this.#onChange(changed);
    if (state.byNode.size === 0 || this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.after(TICK_MS, () => {
      this.#timer = undefined;
      this.#update(withoutStaleLevels(this.#state, this.#clock.nowMs()));
    });
  }
}
