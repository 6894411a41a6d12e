import { type RefObject, useEffect, useState } from 'react';

export interface MediaState {
  readonly isPlaying: boolean;
  /** Whether the element should play but its buffer is empty. */
  readonly isWaiting: boolean;
  readonly hasBegun: boolean;
  readonly hasEnded: boolean;
  readonly ms: number;
  /** Duration; 0 if unknown. */
  readonly durationMs: number;
  /** End of the buffered span around the position. */
  readonly loadedMs: number;
  readonly volume: number;
  readonly isMuted: boolean;
  readonly speed: number;
}

const still: MediaState = {
  isPlaying: false,
  isWaiting: false,
  hasBegun: false,
  hasEnded: false,
  ms: 0,
  durationMs: 0,
  loadedMs: 0,
  volume: 1,
  isMuted: false,
  speed: 1,
};

const watchedEvents = [
  ...(['play', 'playing', 'pause', 'waiting', 'ended', 'timeupdate', 'seeking', 'seeked', 'canplay'] as const),
  ...(['durationchange', 'progress', 'volumechange', 'ratechange', 'emptied'] as const),
];

export function useMedia(media: RefObject<HTMLMediaElement | null>): MediaState {
  const [mediaState, setNow] = useState(still);
  useEffect(() => {
    const element = media.current;
    if (element === null) return undefined;
    const update = (): void => setNow((before) => mediaStateOf(element, before));
    update();
    for (const event of watchedEvents) element.addEventListener(event, update);
    return () => {
      for (const event of watchedEvents) element.removeEventListener(event, update);
    };
  }, [media]);
  return mediaState;
}

function mediaStateOf(element: HTMLMediaElement, previous: MediaState): MediaState {
  const { paused, ended, readyState, currentTime, duration, volume, muted, playbackRate } = element;
  return {
    isPlaying: !paused && !ended,
    isWaiting: !paused && !ended && readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    hasBegun: previous.hasBegun || !paused,
    hasEnded: ended,
    ms: currentTime * 1000,
    durationMs: Number.isFinite(duration) ? duration * 1000 : previous.durationMs,
    loadedMs: loadedMsOf(element),
    volume,
    isMuted: muted,
    speed: playbackRate,
  };
}

function loadedMsOf({ buffered, currentTime }: HTMLMediaElement): number {
  for (let at = 0; at < buffered.length; at++)
    if (buffered.start(at) <= currentTime + 0.1 && currentTime <= buffered.end(at)) return buffered.end(at) * 1000;
  return 0;
}
