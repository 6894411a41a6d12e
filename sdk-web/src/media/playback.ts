// Audio playback: elements that the browser blocks until a user gesture, and the loudspeaker that the user chose.
import { asClientError, type MeridianClientError } from '@meridian/client';
import { play } from '../tracks/elements.ts';
import type { Track } from '../tracks/track.ts';
import { playOn } from './devices.ts';

export interface PlaybackPorts {
  /** Called when the browser begins to block audio, or no longer does. */
  changed(canPlay: boolean): void;
  outputFailed(error: MeridianClientError): void;
}

const systemDefault = '';

export class Playback {
  readonly #ports: PlaybackPorts;
  readonly #elements = new Set<HTMLMediaElement>();
  readonly #blocked = new Set<HTMLMediaElement>();
  #output = systemDefault;

  constructor(ports: PlaybackPorts) {
    this.#ports = ports;
  }

  /** False while the browser waits for a user gesture. */
  get canPlay(): boolean {
    return this.#blocked.size === 0;
  }
  /** Loudspeaker chosen by the user; '' is the system's. */
  get output(): string {
    return this.#output;
  }

  /** Watches the elements of a received track; the track's own events end with the track. */
  watch(track: Track): void {
    track.on('playbackBlocked', (element) => this.#block(element));
    if (track.kind !== 'audio') return;
    track.on('elementAttached', (element) => this.#added(element));
    track.on('elementDetached', (element) => {
      this.#elements.delete(element);
      this.#unblock([element]);
    });
  }

  /** Plays blocked elements, inside a user gesture. Resolves with `canPlay`. */
  async start(): Promise<boolean> {
    const tried = await Promise.all(
      [...this.#blocked].map(async (element) => ((await play(element)) ? [element] : [])),
    );
    this.#unblock(tried.flat());
    return this.canPlay;
  }

  /** Plays on another loudspeaker. Keeps the previous one when it rejects, with DEVICE_* or BROWSER_UNSUPPORTED. */
  async useOutput(deviceId: string): Promise<void> {
    await playOn([...this.#elements], deviceId);
    this.#output = deviceId;
  }

  clear(): void {
    this.#elements.clear();
    this.#unblock([...this.#blocked]);
  }

  #added(element: HTMLMediaElement): void {
    this.#elements.add(element);
    if (this.#output === systemDefault) return;
    playOn([element], this.#output).catch((error: unknown) =>
      this.#ports.outputFailed(asClientError(error, 'DEVICE_FAILED')),
    );
  }

  #block(element: HTMLMediaElement): void {
    const could = this.canPlay;
    this.#blocked.add(element);
    // the page itself may start the element in a click
    element.addEventListener('playing', () => this.#unblock([element]), { once: true });
    if (could) this.#ports.changed(false);
  }

  #unblock(elements: readonly HTMLMediaElement[]): void {
    const could = this.canPlay;
    for (const element of elements) this.#blocked.delete(element);
    if (!could && this.canPlay) this.#ports.changed(true);
  }
}
