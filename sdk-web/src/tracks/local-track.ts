// A local track: a device, a screen, or any MediaStreamTrack of the page. Publishing binds it to a sender; muting and
// device changes go through it, published or not. A processor may sit between the device and the sender.
import { asClientError, MeridianClientError, report } from '@meridian/client';
import type { TrackSource } from '../types.ts';
import type { CaptureOverride, TrackProcessor } from './processor.ts';
import { Track } from './track.ts';

/** Follows a track that a room publishes, from the call of publish on, and reads the track's state when it needs it. */
export interface SenderBinding {
  /** Called when `outgoing` has changed. Resolves when it is sent; rejects when the browser refuses it. */
  sourceChanged(): Promise<void>;
  /** Called after such a refusal, with what is to be sent now. */
  sourceRefused(): void;
  mutedChanged(): void;
  /** Called when the track has stopped for good. */
  stopped(): void;
  stats(): Promise<RTCStatsReport>;
}

/** Opens the device of that id, else the system's default. */
export type Reopen = (deviceId: string | undefined, capture?: CaptureOverride) => Promise<MediaStreamTrack>;

export class LocalTrack extends Track {
  /** Opens the device again, or another one; absent for tracks that the page brought along. */
  readonly #reopen: Reopen | undefined;
  #binding: SenderBinding | undefined;
  #deviceId: string | undefined;
  #stopped = false;
  /** Track of the device; without a processor, this track is sent. */
  #source: MediaStreamTrack;
  #outgoing: MediaStreamTrack | null;
  /** Settings of the device when it was last open. */
  #settings: MediaTrackSettings;
  #processor: TrackProcessor | undefined;
  readonly #failures = new WeakMap<TrackProcessor, MeridianClientError>();
  readonly #processorOutputs = new Set<MediaStreamTrack>();
  #capture: CaptureOverride | undefined;
  /** Serialises mute, unmute and restart, so that a double click does not open two cameras. */
  #queue: Promise<void> = Promise.resolve();

  constructor(o: { mediaStreamTrack: MediaStreamTrack; source: TrackSource; reopen?: Reopen }) {
    super({ mediaStreamTrack: o.mediaStreamTrack, source: o.source });
    this.#reopen = o.reopen;
    this.#source = o.mediaStreamTrack;
    this.#outgoing = o.mediaStreamTrack;
    this.#settings = o.mediaStreamTrack.getSettings();
    this.#watch(o.mediaStreamTrack);
  }

  get deviceId(): string | undefined {
    return this.#deviceId ?? this.#source.getSettings().deviceId;
  }

  /** Track of the device, which a processor reads. Without a processor it is `mediaStreamTrack`, the sent track. */
  get sourceTrack(): MediaStreamTrack {
    return this.#source;
  }

  /** @internal Settings of the device, or those that it had when it was closed. */
  get settings(): MediaTrackSettings {
    if (this.#source.readyState === 'live') this.#settings = this.#source.getSettings();
    return this.#settings;
  }

  /** @internal The track to send now; null for a camera that is closed, and a device that has ended. */
  get outgoing(): MediaStreamTrack | null {
    return this.#outgoing?.readyState === 'live' ? this.#outgoing : null;
  }

  /** @internal True when there is nothing to publish, and there will be nothing. A muted camera opens again. */
  get hasEnded(): boolean {
    if (this.#stopped) return true;
    return this.mediaStreamTrack.readyState === 'ended' && !(this.isMuted && this.#releasesWhenMuted);
  }

  get processor(): TrackProcessor | undefined {
    return this.#processor;
  }

  /**
   * Sends the device's media through a processor; undefined: without one. Receivers see no gap, because the old output
   * continues until there is a first frame. The processor stays through mutes, device changes and reconnections, and is
   * closed with the track or when another replaces it. On a muted camera it begins when the camera opens. Rejects with
   * EFFECT_*, DEVICE_*, ARGUMENT_INVALID (a processor of the other kind), TRACK_ENDED; the processor is then closed,
   * and the old output continues.
   */
  setProcessor(processor: TrackProcessor | undefined): Promise<void> {
    return this.#enqueue(async () => {
      if (processor === this.#processor) return;
      try {
        await this.#setProcessor(processor);
      } catch (error) {
        processor?.close();
        if (!this.#stopped) await this.#reopenIfCaptureChanged(this.#processor?.capture);
        throw asClientError(error, 'EFFECT_FAILED');
      }
    });
  }

  /**
   * Stops sending. Releases a camera, so that its light goes out. Keeps a microphone open, so that unmuting is
   * immediate.
   */
  mute(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.isMuted) return;
      this.#enable(false);
      this.setMutedState(true);
      this.#binding?.mutedChanged();
      if (!this.#releasesWhenMuted) return;
      this.#outgoing = null;
      // A sender that does not let go of the camera must not keep it open.
      await this.#binding?.sourceChanged().catch(() => this.#binding?.sourceRefused());
      this.#stopBoth();
    });
  }

  /** Resumes sending. Rejects with DEVICE_* when the camera cannot be opened; the track then stays muted. */
  unmute(): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.isMuted) return;
      if (this.#source.readyState === 'ended') await this.#reopenAs(this.#deviceId);
      this.#enable(true);
      this.setMutedState(false);
      this.#binding?.mutedChanged();
    });
  }

  /** Opens another device in place of the current one; for a muted camera, at unmute. Rejects with DEVICE_*. */
  switchDevice(deviceId: string): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#reopen === undefined)
        throw new MeridianClientError('ARGUMENT_INVALID', 'the track was not opened by the SDK');
      if (!(this.isMuted && this.#releasesWhenMuted)) await this.#reopenAs(deviceId);
      this.#deviceId = deviceId;
    });
  }

  /** Sends this track (another camera, a file) in place of the current one; a processor reads it from now on. */
  replaceTrack(next: MediaStreamTrack): Promise<void> {
    return this.#enqueue(() => this.#useSource(next));
  }

  /** Stops the device and the processor for good; a room that publishes the track ends its publication. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopBoth();
    this.#processor?.close();
    this.#processor = undefined;
    this.#binding?.stopped();
  }

  /** Returns the browser's report about the sender. Rejects with TRACK_NOT_PUBLISHED. */
  async getStats(): Promise<RTCStatsReport> {
    if (this.#binding === undefined) throw new MeridianClientError('TRACK_NOT_PUBLISHED');
    return await this.#binding.stats();
  }

  /** @internal True while a room sends the track. */
  get isBound(): boolean {
    return this.#binding !== undefined;
  }

  /** @internal */
  bind(binding: SenderBinding): void {
    this.#binding = binding;
  }

  /** @internal */
  unbind(binding: SenderBinding): void {
    if (this.#binding === binding) this.#binding = undefined;
  }

  get #releasesWhenMuted(): boolean {
    return this.source === 'camera' && this.#reopen !== undefined;
  }

  #enable(enabled: boolean): void {
    this.#source.enabled = enabled;
    this.mediaStreamTrack.enabled = enabled;
  }

  #stopBoth(): void {
    this.#settings = this.settings;
    this.#source.stop();
    this.mediaStreamTrack.stop();
  }

  async #setProcessor(next: TrackProcessor | undefined): Promise<void> {
    if (next !== undefined && next.kind !== this.kind)
      throw new MeridianClientError('ARGUMENT_INVALID', `a processor of ${next.kind} for a track of ${this.kind}`);
    this.#assertNotStopped();
    const previousProcessor = this.#processor;
    if (next !== undefined) next.onGiveUp = (error) => void this.#failures.set(next, error);
    if (this.#source.readyState === 'live') {
      await this.#reopenIfCaptureChanged(next?.capture);
      await this.#start(next);
    }
    this.#setActiveProcessor(next);
    previousProcessor?.close();
  }

  /** Sends the processor's output. Rejects when the track or the processor ended before the adoption. */
  async #start(next: TrackProcessor | undefined): Promise<void> {
    const output = (await next?.process(this.#source)) ?? this.#source;
    if (this.#stopped) output.stop(); // also stops a device that was opened meanwhile
    this.#assertNotStopped();
    const failureBefore = this.#failureOf(next);
    if (failureBefore !== undefined) {
      if (output !== this.#source) output.stop();
      throw failureBefore;
    }
    await this.#send(output);
    const failureAfter = this.#failureOf(next);
    // The previous processor makes a new track, because `#send` has stopped its old one.
    if (failureAfter !== undefined && !this.#stopped) await this.#send(await this.#processedTrackOf(this.#source));
    this.#assertNotStopped(); // nothing would close the processor any more
    if (failureAfter !== undefined) throw failureAfter;
  }

  #failureOf(processor: TrackProcessor | undefined): MeridianClientError | undefined {
    return processor === undefined ? undefined : this.#failures.get(processor);
  }

  #setActiveProcessor(processor: TrackProcessor | undefined): void {
    if (this.#processor !== undefined) this.#processor.onGiveUp = undefined;
    this.#processor = processor;
    if (processor !== undefined) processor.onGiveUp = (error) => this.#giveUp(processor, error);
  }

  #giveUp(processor: TrackProcessor, error: MeridianClientError): void {
    this.#enqueue(async () => {
      if (processor !== this.#processor || this.#stopped) return;
      try {
        await this.#setProcessor(undefined);
      } finally {
        this.emit('processorStopped', processor.name, error);
      }
    }).catch(report);
  }

  /** Opens the device again if its own processing has to change; the old one continues until then. */
  async #reopenIfCaptureChanged(capture: CaptureOverride | undefined): Promise<void> {
    if (this.#reopen === undefined || capture?.noiseSuppression === this.#capture?.noiseSuppression) return;
    const oldSource = this.#source;
    const wasSent = this.mediaStreamTrack === oldSource;
    const next = await this.#openBeside(oldSource, capture);
    if (this.#stopped) next.stop();
    this.#assertNotStopped();
    this.#capture = capture;
    this.#setSource(next);
    // The caller replaces the sent track later; until then an active processor reads the new device.
    if (wasSent) await this.#send(next);
    else if (this.#processor !== undefined) await this.#send(await this.#processedTrackOf(next));
    oldSource.stop();
  }

  async #openBeside(before: MediaStreamTrack, capture: CaptureOverride | undefined): Promise<MediaStreamTrack> {
    if (this.#reopen === undefined) throw new MeridianClientError('TRACK_ENDED');
    const deviceId = this.#deviceId ?? before.getSettings().deviceId;
    try {
      return await this.#reopen(deviceId, capture);
    } catch (error) {
      if (asClientError(error, 'DEVICE_FAILED').code !== 'DEVICE_IN_USE') throw error;
      before.stop(); // for a system that gives the device to one opener at a time
      return await this.#reopen(deviceId, capture);
    }
  }

  async #reopenAs(deviceId: string | undefined): Promise<void> {
    if (this.#reopen === undefined) throw new MeridianClientError('TRACK_ENDED');
    // Some systems give a microphone or camera to one opener at a time only.
    this.#source.stop();
    const capture = this.#processor?.capture;
    const next = await this.#reopen(deviceId, capture);
    if (this.#stopped) next.stop();
    this.#assertNotStopped();
    this.#capture = capture;
    await this.#useSource(next);
  }

  async #useSource(next: MediaStreamTrack): Promise<void> {
    this.#setSource(next);
    await this.#send(await this.#processedTrackOf(next));
  }

  #setSource(next: MediaStreamTrack): void {
    next.enabled = this.#source.enabled;
    next.contentHint = this.#source.contentHint;
    this.#source = next;
    this.#watch(next);
  }

  /** Returns the processor's output for a device; removes a processor that fails, and returns the device itself. */
  async #processedTrackOf(source: MediaStreamTrack): Promise<MediaStreamTrack> {
    const processor = this.#processor;
    if (processor === undefined) return source;
    try {
      return await processor.process(source);
    } catch (error) {
      this.#setActiveProcessor(undefined);
      processor.close();
      this.emit('processorStopped', processor.name, asClientError(error, 'EFFECT_FAILED'));
      return source;
    }
  }

  async #send(next: MediaStreamTrack): Promise<void> {
    const previousTrack = this.mediaStreamTrack;
    if (next !== previousTrack) {
      next.enabled = this.#source.enabled;
      next.contentHint = this.#source.contentHint;
    }
    if (this.#stopped) next.stop();
    await this.#sendInPlace(next);
    await this.replaceMediaStreamTrack(next);
    if (this.#stopped) next.stop();
    // Stops the processor's previous output. A device is stopped where the next one is opened.
    if (this.#processorOutputs.delete(previousTrack)) previousTrack.stop();
    if (next !== this.#source) this.#processorOutputs.add(next);
  }

  async #sendInPlace(next: MediaStreamTrack): Promise<void> {
    const previous = this.#outgoing;
    this.#outgoing = next;
    try {
      await this.#binding?.sourceChanged();
    } catch (error) {
      this.#outgoing = previous;
      this.#binding?.sourceRefused();
      throw error;
    }
  }

  #assertNotStopped(): void {
    if (this.#stopped) throw new MeridianClientError('TRACK_ENDED');
  }

  /** Handles the end of a device, which comes from outside: our own stop() does not fire 'ended'. */
  #watch(track: MediaStreamTrack): void {
    track.addEventListener('ended', () => {
      if (track !== this.#source || this.#stopped) return;
      // the chosen device is gone: unmuting opens the system's default
      if (this.#reopen !== undefined) this.#deviceId = 'default';
      this.emit('ended');
    });
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined); // the caller sees the failure; the next change starts anyway
    return result;
  }
}
