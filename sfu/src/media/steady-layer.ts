// Notices when a subscriber receives its preferred layer steadily (core/steady.ts).
import type { Clock, Timer } from '@meridian/runtime';
import { steadyWaitMs } from '../core/index.ts';

export class SteadyLayer {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #timer: Timer | undefined;
  #isSteady = false;
  #losses = 0;

  /** Calls `onChange` when `isSteady` changes by itself or in `observe`. */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get isSteady(): boolean {
    return this.#isSteady;
  }

  /** Takes whether the preferred layer arrives. */
  observe(arrives: boolean): void {
    if (arrives) {
      if (!this.#isSteady) this.#timer ??= this.#clock.after(steadyWaitMs(this.#losses), () => this.#set(true));
      return;
    }
    this.close();
    if (!this.#isSteady) return;
    this.#losses += 1;
    this.#set(false);
  }

  /** Begins anew with another preferred layer, without calling `onChange`. */
  restart(arrives: boolean): void {
    this.close();
    this.#isSteady = false;
    this.#losses = 0;
    this.observe(arrives);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #set(isSteady: boolean): void {
    this.#timer = undefined;
    this.#isSteady = isSteady;
    this.#onChange();
  }
}
