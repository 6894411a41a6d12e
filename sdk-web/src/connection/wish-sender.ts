// Sends wishes for layers at a pace the service accepts. A page that lays a hundred tiles out anew changes a hundred wishes at once; the door
// takes 50 frames a second and 100 in a burst, publishing and pings included. Of a track only the latest wish matters, so at most one waits;
// while the socket is away all wait.
import type { Wish } from '../core/layers.ts';

export interface WishSenderPorts {
  /** False when there is no socket: the wish stays. */
  send(trackId: string, wish: Wish): boolean;
  now(): number;
}

const burst = 40;
const perSecond = 20;

export class WishSender {
  readonly #ports: WishSenderPorts;
  readonly #waiting = new Map<string, Wish>();
  #tokens = burst;
  #countedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: WishSenderPorts) {
    this.#ports = ports;
  }

  /** Wishes that wait, for diagnosis. */
  get waiting(): number {
    return this.#waiting.size;
  }

  put(trackId: string, wish: Wish): void {
    this.#waiting.delete(trackId); // a newer wish queues at the end: what changes all the time can wait
    this.#waiting.set(trackId, wish);
    this.flush();
  }

  /** The track is gone. */
  drop(trackId: string): void {
    this.#waiting.delete(trackId);
  }

  /** Sends what may be sent now; called again when the socket is back. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const nowMs = this.#ports.now();
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#countedMs) * perSecond) / 1000);
    this.#countedMs = nowMs;
    for (const [trackId, wish] of [...this.#waiting]) {
      if (this.#tokens < 1) {
        this.#timer = setTimeout(() => this.flush(), 1000 / perSecond);
        return;
      }
      if (!this.#ports.send(trackId, wish)) return; // flush is called when the socket is back
      this.#waiting.delete(trackId);
      this.#tokens -= 1;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }
}
