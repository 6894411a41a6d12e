// Publication of another participant's track: subscribes, pauses, chooses layers. Merges the choices of adaptive stream
// and of the user into one preference (core/layers.ts decides).

import { MeridianClientError } from '@meridian/client';
import type { Track as TrackInfo } from '@meridian/protocol';
import { type Cap, capped, type LayerPreference, layerOfQuality, layerOfSize, sendDelayMs } from '../core/layers.ts';
import type { VideoQuality } from '../types.ts';
import { TrackPublication } from './publication.ts';
import type { RemoteTrack } from './remote-track.ts';

export interface SubscriptionControl {
  setSubscribed(trackId: string, subscribed: boolean): void;
  sendPreference(trackId: string, preference: LayerPreference): void;
  now(): number;
}

const fullPreference: LayerPreference = { paused: false, spatialLayer: undefined, temporalLayer: undefined };

export class RemoteTrackPublication extends TrackPublication {
  readonly #control: SubscriptionControl;
  #track: RemoteTrack | undefined;
  #subscribed: boolean;
  #cap: Cap = { enabled: true, spatialLayer: undefined, temporalLayer: undefined };
  /** Preference of adaptive stream; undefined while it watches no element. */
  #adaptivePreference: LayerPreference | undefined;
  #sentPreference: LayerPreference = fullPreference;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #startedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #currentLayers: { spatialLayer?: number; temporalLayer?: number } = {};
  #pausedReason = '';

  /** @internal */
  constructor(o: { row: TrackInfo; control: SubscriptionControl; subscribed: boolean }) {
    super(o.row);
    this.#control = o.control;
    this.#subscribed = o.subscribed;
  }

  override get track(): RemoteTrack | undefined {
    return this.#track;
  }
  /** True while the track is received; see isDesired for whether it is wanted. */
  get subscribed(): boolean {
    return this.#track !== undefined;
  }
  get isSubscribed(): boolean {
    return this.subscribed;
  }
  /** True while this client wants the track. */
  get isDesired(): boolean {
    return this.#subscribed;
  }
  get isEnabled(): boolean {
    return this.#cap.enabled;
  }
  /** Layers that the media node sends now. */
  get currentLayers(): { readonly spatialLayer?: number; readonly temporalLayer?: number } {
    return this.#currentLayers;
  }
  /** Reason why the media node sends nothing; '' while it sends. */
  get pausedReason(): string {
    return this.#pausedReason;
  }
  get preference(): LayerPreference {
    return this.#sentPreference;
  }

  /** Receives the track, or stops receiving it; TrackSubscribed or TrackUnsubscribed follows. */
  setSubscribed(subscribed: boolean): void {
    if (subscribed === this.#subscribed) return;
    this.#subscribed = subscribed;
    this.#control.setSubscribed(this.trackId, subscribed);
  }

  /** With false, nothing is sent to us, but the subscription stays and resumes quickly. */
  setEnabled(enabled: boolean): void {
    this.#cap = { ...this.#cap, enabled };
    this.#sendIfChanged();
  }

  /** Caps the layers by a named quality; adaptive stream may go below. */
  setVideoQuality(quality: VideoQuality): void {
    this.#cap = { ...this.#cap, spatialLayer: layerOfQuality(quality, this.layers.length), temporalLayer: undefined };
    this.#sendIfChanged();
  }

  /**
   * Caps the layers by the size in pixels of a box that shows the whole picture; adaptive stream may go below. Replaces
   * the cap of setVideoQuality and setPreferredLayers. Throws ARGUMENT_INVALID.
   */
  setVideoDimensions({ width, height }: { readonly width: number; readonly height: number }): void {
    if (!(width > 0 && height > 0)) throw new MeridianClientError('ARGUMENT_INVALID', 'width, height: above 0');
    this.#cap = { ...this.#cap, spatialLayer: layerOfSize({ width, height }, this.layers), temporalLayer: undefined };
    this.#sendIfChanged();
  }

  /** Caps the layers by number; undefined: no cap. */
  setPreferredLayers(layers: { spatialLayer?: number; temporalLayer?: number }): void {
    this.#cap = { ...this.#cap, spatialLayer: layers.spatialLayer, temporalLayer: layers.temporalLayer };
    this.#sendIfChanged();
  }

  /** @internal */
  setAdaptivePreference(preference: LayerPreference | undefined): void {
    this.#adaptivePreference = preference;
    this.#sendIfChanged();
  }

  /** @internal Starts a new subscription: the node sends everything until we send a preference. */
  setTrack(track: RemoteTrack | undefined): void {
    this.#track = track;
    this.#currentLayers = {};
    this.#pausedReason = '';
    this.resetPreference();
  }

  /** @internal Forgets the last sent preference, which a new node of the track does not know. */
  resetPreference(): void {
    this.#sentPreference = fullPreference;
    this.#lastSentMs = Number.NEGATIVE_INFINITY;
    this.#startedMs = this.#control.now();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sendIfChanged();
  }

  /** @internal Called when the service has ended the subscription by itself. */
  setDesired(subscribed: boolean): void {
    this.#subscribed = subscribed;
  }

  /** @internal */
  setReceived(state: { currentLayers: { spatialLayer?: number; temporalLayer?: number }; pausedReason: string }): void {
    this.#currentLayers = state.currentLayers;
    this.#pausedReason = state.pausedReason;
  }

  /** @internal */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#track = undefined;
  }

  /** Sends the preference now, later, or not at all. */
  #sendIfChanged(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#track === undefined || this.kind !== 'video') {
      if (this.#track !== undefined) this.#sendAudioIfChanged();
      return;
    }
    const nowMs = this.#control.now();
    const preference = capped(this.#adaptivePreference ?? fullPreference, this.#cap);
    const delayMs = sendDelayMs({
      preference,
      inForce: this.#sentPreference,
      lastSentMs: this.#waitsFromMs(preference),
      nowMs,
    });
    if (delayMs === undefined) return;
    if (delayMs > 0) {
      this.#timer = setTimeout(() => this.#sendIfChanged(), delayMs);
      return;
    }
    this.#send(preference, nowMs);
  }

  /**
   * Returns the time from which a lower preference has to wait. The user's own choices do not wait, because only the
   * page's layout changes quickly. A pause also waits from the start of the subscription, because an element is
   * attached first and put into the page a moment later.
   */
  #waitsFromMs(preference: LayerPreference): number {
    if (!this.#cap.enabled || this.#adaptivePreference === undefined) return Number.NEGATIVE_INFINITY;
    return preference.paused ? Math.max(this.#lastSentMs, this.#startedMs) : this.#lastSentMs;
  }

  /**
   * Sends the preference for audio, which only setEnabled decides: audio has no layers and needs no visible element.
   */
  #sendAudioIfChanged(): void {
    const preference = { ...fullPreference, paused: !this.#cap.enabled };
    if (preference.paused !== this.#sentPreference.paused) this.#send(preference, this.#control.now());
  }

  #send(preference: LayerPreference, nowMs: number): void {
    this.#sentPreference = preference;
    this.#lastSentMs = nowMs;
    this.#control.sendPreference(this.trackId, preference);
  }
}
