// Interface of a protocol's driver, and helpers for drivers with a media element.
import type { DriverStatus } from '../core/play.ts';

/** Plays by a single protocol until `close`. */
export interface Driver {
  /** Returns the current status; called several times a second. */
  status(): DriverStatus;
  /**
   * Returns the capture time of the visible picture by the service's wall clock; undefined when unknown. Called in
   * every frame.
   */
  pictureWallMs?(): number | undefined;
  /** Mutes or unmutes. Unmute only while a click is handled, or where the browser allows sound anyway. */
  setMuted(muted: boolean): void;
  /** Removes the elements; idempotent. */
  close(): void;
}

export interface DriverOptions {
  readonly box: HTMLElement;
  readonly muted: boolean;
}

export function addVideo({ box, muted }: DriverOptions): HTMLVideoElement {
  const video = document.createElement('video');
  video.autoplay = true;
  video.playsInline = true;
  video.muted = muted;
  video.disableRemotePlayback = true; // ManagedMediaSource opens only with remote playback disabled
  box.append(video);
  return video;
}

export const hasPicture = (video: HTMLVideoElement): boolean =>
  video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;

export const hasSound = (video: HTMLVideoElement): boolean =>
  video.videoWidth === 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;

/**
 * Plays; silently where the browser refuses sound, and not at all where it wants a click even for silent video, as
 * phones in power-saving mode do (`isBlocked`). After other refusals `status` reports that there is no picture.
 */
export function play(video: HTMLVideoElement): void {
  video.play().then(
    () => {
      delete video.dataset['blocked'];
    },
    (error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      if (video.muted) {
        video.dataset['blocked'] = '';
        return;
      }
      video.muted = true;
      play(video);
    },
  );
}
export const isBlocked = (video: HTMLVideoElement): boolean => video.dataset['blocked'] !== undefined;

/** Returns the number of frames so far; undefined while the page is hidden, when browsers skip frames. */
export const picturesOf = (video: HTMLVideoElement): number | undefined =>
  document.hidden || video.paused ? undefined : video.getVideoPlaybackQuality().totalVideoFrames;

/** Returns whether the element wants to play but its buffer is empty. Hidden pages do not count. */
export const isStarved = (video: HTMLVideoElement): boolean =>
  !document.hidden && !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
