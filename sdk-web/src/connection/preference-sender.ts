// Sends layer preferences at a rate that the service accepts. A page that rearranges a hundred tiles changes a hundred
// preferences at once, but a signaling node accepts 50 frames a second and 100 in a burst, publishing and pings
// included. At most one preference per track waits, because only the latest matters; without a socket all wait.
import type { LayerPreference } from '../core/layers.ts';

export interface PreferenceSenderPorts {
  /** Returns false without a socket: the preference then waits. */
  send(trackId: string, preference: LayerPreference): boolean;
  now(): number;
}

const burst = 40;
const perSecond = 20;

export class PreferenceSender {
  readonly #ports: PreferenceSenderPorts;
  readonly #waiting = new Map<string, LayerPreference>();
  #tokenCount = burst;
  #refilledAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: PreferenceSenderPorts) {
    this.#ports = ports;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  put(trackId: string, preference: LayerPreference): void {
    this.#waiting.delete(trackId); // a newer preference queues at the end: a track that changes all the time can wait
    this.#waiting.set(trackId, preference);
    this.flush();
  }

  drop(trackId: string): void {
    this.#waiting.delete(trackId);
  }

  /** Sends as many preferences as the rate allows. To be called again when the socket is back. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const nowMs = this.#ports.now();
    this.#tokenCount = Math.min(burst, this.#tokenCount + ((nowMs - this.#refilledAtMs) * perSecond) / 1000);
    this.#refilledAtMs = nowMs;
    for (const [trackId, preference] of [...this.#waiting]) {
      if (this.#tokenCount < 1) {
        this.#timer = setTimeout(() => this.flush(), 1000 / perSecond);
        return;
      }
      if (!this.#ports.send(trackId, preference)) return; // flush is called when the socket is back
      this.#waiting.delete(trackId);
      this.#tokenCount -= 1;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }
}
