// What the driver of each protocol offers to the page, and what those with a media element share.
import type { DriverStatus } from '../core/play.ts';

/** Plays by one protocol until `close`. */
export interface Driver {
  /** What it gives now. Asked several times a second. */
  status(): DriverStatus;
  /** When the picture that is seen was taken, wall clock of the service; undefined: not known. Asked in every frame. */
  pictureWallMs?(): number | undefined;
  /** `false` only in a click, or where the browser allows sound anyway. */
  setMuted(muted: boolean): void;
  /** Idempotent; its elements are gone. */
  close(): void;
}

/** What a driver is opened with. */
export interface DriverOptions {
  /** Takes the picture's element. */
  readonly box: HTMLElement;
  readonly muted: boolean;
}

/** An element for pictures in the box. */
export function addVideo({ box, muted }: DriverOptions): HTMLVideoElement {
  const video = document.createElement('video');
  video.autoplay = true;
  video.playsInline = true;
  video.muted = muted;
  video.disableRemotePlayback = true; // without it ManagedMediaSource does not open
  box.append(video);
  return video;
}

/** Whether the element has a picture to show. */
export const hasPicture = (video: HTMLVideoElement): boolean =>
  video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;

/** Whether the element plays, and there is no picture in what it plays. */
export const hasSound = (video: HTMLVideoElement): boolean =>
  video.videoWidth === 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;

/**
 * Plays, silently where the browser refuses sound, and not at all where it wants a click for pictures too, as phones
 * that save power do (`isBlocked`). Other refusals are seen by `status`: there is no picture.
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

/** Pictures that the element has had. Undefined while no user looks at the page: browsers then leave them out. */
export const picturesOf = (video: HTMLVideoElement): number | undefined =>
  document.hidden || video.paused ? undefined : video.getVideoPlaybackQuality().totalVideoFrames;

/** Whether it wants to play, and has nothing more to. Only a page that is looked at counts. */
export const isStarved = (video: HTMLVideoElement): boolean =>
  !document.hidden && !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
