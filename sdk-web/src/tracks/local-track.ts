// A track of our own: a device, a screen, or any MediaStreamTrack of the page. Publishing binds it to a sender; muting
// and device changes go through it, whether it is published or not.
import { MeridianClientError } from '@meridian/client';
import type { TrackSource } from '../types.ts';
import { Track } from './track.ts';

/** What a published track does to its sender. */
export interface SenderBinding {
  replace(track: MediaStreamTrack | null): Promise<void>;
  mutedChanged(muted: boolean): void;
  stats(): Promise<RTCStatsReport>;
}

export class LocalTrack extends Track {
  /** Opens the device again, or another one; absent for tracks that the page brought along. */
  readonly #reopen: ((deviceId: string | undefined) => Promise<MediaStreamTrack>) | undefined;
  #binding: SenderBinding | undefined;
  #deviceId: string | undefined;
  #stopped = false;
  /** Mute, unmute and restart one after another: a double click must not open two cameras. */
  #queue: Promise<void> = Promise.resolve();

  constructor(o: {
    mediaStreamTrack: MediaStreamTrack;
    source: TrackSource;
    reopen?: (deviceId: string | undefined) => Promise<MediaStreamTrack>;
  }) {
    super({ mediaStreamTrack: o.mediaStreamTrack, source: o.source });
    this.#reopen = o.reopen;
    this.#watch(o.mediaStreamTrack);
  }

  get deviceId(): string | undefined {
    return this.#deviceId ?? this.mediaStreamTrack.getSettings().deviceId;
  }

  /**
   * Stops sending. A camera is released, so that its light goes out; a microphone goes on silently, so that unmuting is
   * immediate.
   */
  mute(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.isMuted) return;
      this.mediaStreamTrack.enabled = false;
      this.setMutedState(true);
      this.#binding?.mutedChanged(true);
      if (!this.#releasesWhenMuted) return;
      await this.#binding?.replace(null);
      this.mediaStreamTrack.stop();
    });
  }

  /** Sends again. Rejects with DEVICE_* when the camera cannot be opened; the track then stays muted. */
  unmute(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.isMuted) return;
      if (this.mediaStreamTrack.readyState === 'ended') await this.#reopenAs(this.#deviceId);
      this.mediaStreamTrack.enabled = true;
      this.setMutedState(false);
      this.#binding?.mutedChanged(false);
    });
  }

  /** Opens another device in place of the present one; takes effect at unmute when muted. Rejects with DEVICE_*. */
  switchDevice(deviceId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#reopen === undefined)
        throw new MeridianClientError('ARGUMENT_INVALID', 'this track is no device of ours');
      if (!(this.isMuted && this.#releasesWhenMuted)) await this.#reopenAs(deviceId);
      this.#deviceId = deviceId;
    });
  }

  /** Sends this track in place of the present one (a background blur's output, a file). */
  replaceTrack(next: MediaStreamTrack): Promise<void> {
    return this.#inTurn(() => this.#take(next));
  }

  /** Stops the device; final. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.mediaStreamTrack.stop();
  }

  /** The browser's report about the sender. Rejects with TRACK_NOT_PUBLISHED. */
  async getStats(): Promise<RTCStatsReport> {
    if (this.#binding === undefined) throw new MeridianClientError('TRACK_NOT_PUBLISHED');
    return await this.#binding.stats();
  }

  /** @internal Whether a room sends it. */
  get isBound(): boolean {
    return this.#binding !== undefined;
  }

  /** @internal */
  bind(binding: SenderBinding | undefined): void {
    this.#binding = binding;
  }

  get #releasesWhenMuted(): boolean {
    return this.source === 'camera' && this.#reopen !== undefined;
  }

  async #reopenAs(deviceId: string | undefined): Promise<void> {
    if (this.#reopen === undefined) throw new MeridianClientError('TRACK_ENDED');
    // Some systems give a microphone or camera to one opener at a time only.
    this.mediaStreamTrack.stop();
    const next = await this.#reopen(deviceId);
    if (this.#stopped) {
      next.stop();
      throw new MeridianClientError('TRACK_ENDED');
    }
    await this.#take(next);
  }

  async #take(next: MediaStreamTrack): Promise<void> {
    next.enabled = this.mediaStreamTrack.enabled;
    next.contentHint = this.mediaStreamTrack.contentHint;
    await this.#binding?.replace(next);
    await this.replaceMediaStreamTrack(next);
    this.#watch(next);
  }

  /** 'ended' comes from outside only: our own stop() does not fire it. */
  #watch(track: MediaStreamTrack): void {
    track.addEventListener('ended', () => {
      if (track !== this.mediaStreamTrack || this.#stopped) return;
      // the chosen one is gone: unmuting takes what the system has
      if (this.#reopen !== undefined) this.#deviceId = 'default';
      this.emit('ended');
    });
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined); // the caller gets it by `result`; the next in turn starts either way
    return result;
  }
}
