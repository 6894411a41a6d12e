// Common part of local and remote tracks: a MediaStreamTrack, its elements, its muted state.
import { Emitter, type MeridianClientError, report } from '@meridian/client';
import type { TrackKind, TrackSource } from '../types.ts';
import { attachTo, detachFrom, elementFor, swapAudio, swapTrack } from './elements.ts';

export const TrackEvent = {
  Muted: 'muted',
  Unmuted: 'unmuted',
  Ended: 'ended',
  /** The inner MediaStreamTrack has changed (device switched, track moved to another node). */
  Replaced: 'replaced',
  ElementAttached: 'elementAttached',
  ElementDetached: 'elementDetached',
  /** The browser refused to play audio before a user gesture. */
  PlaybackBlocked: 'playbackBlocked',
  /** The processor of a local track failed and was removed; the device is sent directly. */
  ProcessorStopped: 'processorStopped',
} as const;

export interface TrackEventMap {
  muted: [];
  unmuted: [];
  ended: [];
  replaced: [mediaStreamTrack: MediaStreamTrack];
  elementAttached: [element: HTMLMediaElement];
  elementDetached: [element: HTMLMediaElement];
  playbackBlocked: [element: HTMLMediaElement];
  /** EFFECT_TOO_SLOW or EFFECT_FAILED. */
  processorStopped: [name: string, error: MeridianClientError];
}

/** Time that the previous MediaStreamTrack continues when both play, for audio graphs that take time to change over. */
const overlapMs = 200;

export abstract class Track extends Emitter<TrackEventMap> {
  readonly kind: TrackKind;
  readonly source: TrackSource;
  #mediaStreamTrack: MediaStreamTrack;
  #muted = false;
  readonly #elements = new Set<HTMLMediaElement>();

  protected constructor(o: { mediaStreamTrack: MediaStreamTrack; source: TrackSource }) {
    super();
    this.kind = o.mediaStreamTrack.kind === 'audio' ? 'audio' : 'video';
    this.source = o.source;
    this.#mediaStreamTrack = o.mediaStreamTrack;
  }

  get mediaStreamTrack(): MediaStreamTrack {
    return this.#mediaStreamTrack;
  }

  get isMuted(): boolean {
    return this.#muted;
  }

  get attachedElements(): readonly HTMLMediaElement[] {
    return [...this.#elements];
  }

  /** Shows and plays the track in `element`, or in a new one. */
  attach(element: HTMLMediaElement = elementFor(this.#mediaStreamTrack)): HTMLMediaElement {
    this.#elements.add(element);
    this.#watchStart(element, attachTo(element, this.#mediaStreamTrack));
    this.emit('elementAttached', element);
    return element;
  }

  /** Takes the track out of `element`, or of every element; returns the elements concerned. */
  detach(element?: HTMLMediaElement): HTMLMediaElement[] {
    const elements = element === undefined ? [...this.#elements] : [element].filter((one) => this.#elements.has(one));
    for (const one of elements) {
      this.#elements.delete(one);
      detachFrom(one, this.#mediaStreamTrack);
      this.emit('elementDetached', one);
    }
    return elements;
  }

  /**
   * @internal Replaces the MediaStreamTrack in all elements. `overlap`: the new one plays beside the previous one.
   *   Resolves when no element plays the previous one.
   */
  async replaceMediaStreamTrack(next: MediaStreamTrack, overlap = false): Promise<void> {
    if (next === this.#mediaStreamTrack) return;
    this.#mediaStreamTrack = next;
    const elements = [...this.#elements];
    if (!overlap || this.kind !== 'audio')
      for (const element of elements) this.#watchStart(element, swapTrack(element, next));
    this.emit('replaced', next);
    if (!overlap) return;
    if (this.kind === 'audio') {
      const isCurrent = (element: HTMLMediaElement): boolean =>
        this.#mediaStreamTrack === next && this.#elements.has(element);
      await Promise.all(elements.map((element) => swapAudio(element, next, () => isCurrent(element))));
    }
    // A page that plays the track without an element changes over at the event, within `overlapMs`.
    await new Promise((resolve) => setTimeout(resolve, overlapMs));
  }

  /** @internal */
  setMutedState(muted: boolean): boolean {
    if (muted === this.#muted) return false;
    this.#muted = muted;
    this.emit(muted ? 'muted' : 'unmuted');
    return true;
  }

  #watchStart(element: HTMLMediaElement, started: Promise<boolean>): void {
    started
      .then((playing) => {
        if (!playing && this.#elements.has(element)) this.emit('playbackBlocked', element);
      })
      .catch(report);
  }
}
