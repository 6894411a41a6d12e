import { type RefObject, useEffect, useMemo, useRef } from 'react';
import type { PlayKey } from '../../core/play-keys.ts';
import { clampedPosition, positionForPlayKey } from '../../core/seek.ts';
import { playKeyPressed } from '../../ui/use-playing.ts';
import { chapterBesideMs } from '../core/chapters.ts';
import { speedBeside } from '../core/qualities.ts';

export interface Controls {
  toggle(): void;
  seek(ms: number): void;
  setVolume(volume: number): void;
  toggleMuted(): void;
  setSpeed(speed: number): void;
}

/** Returns the controls of a player. `onSought` is called when a person seeks. */
export function useControls(media: RefObject<HTMLMediaElement | null>, onSought: () => void): Controls {
  const sought = useRef(onSought);
  useEffect(() => {
    sought.current = onSought;
  });
  return useMemo(() => {
    const on = (act: (element: HTMLMediaElement) => void): void => {
      if (media.current !== null) act(media.current);
    };
    return {
      toggle: () => on((element) => (element.paused ? play(element) : element.pause())),
      seek: (ms) =>
        on((element) => {
          element.currentTime = ms / 1000;
          sought.current();
        }),
      setVolume: (volume) =>
        on((element) => Object.assign(element, { volume: clampedPosition(volume, 1), muted: volume <= 0 })),
      toggleMuted: () =>
        on((element) => {
          element.muted = !element.muted;
          if (!element.muted && element.volume === 0) element.volume = 1;
        }),
      // The default rate applies to the element's next load.
      setSpeed: (speed) => on((element) => Object.assign(element, { defaultPlaybackRate: speed, playbackRate: speed })),
    };
  }, [media]);
}

export const play = (element: HTMLMediaElement): void => {
  element.play().catch((error: unknown) => console.info('the browser does not play by itself:', error));
};

/** Seeks and plays on. */
export function seekTo(media: HTMLMediaElement | null, ms: number): void {
  if (media === null) return;
  media.currentTime = ms / 1000;
  play(media);
}

interface KeysWanted {
  readonly frame: RefObject<HTMLElement | null>;
  readonly media: RefObject<HTMLMediaElement | null>;
  readonly durationMs: number;
  /** Starts between which the keys move: of chapters, or of a speaker's moments. */
  readonly stops: readonly { readonly startMs: number }[];
  readonly controls: Controls;
  fullScreen(): void;
  captions(): void;
  small(): void;
  keys(): void;
}

/** Handles keys in the player, and when nothing on the page has the focus. */
export function usePlayerKeys(wanted: KeysWanted): void {
  const latest = useRef(wanted);
  useEffect(() => {
    latest.current = wanted;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { frame } = latest.current;
      const target = event.target instanceof Element ? event.target : null;
      if (target !== document.body && !(target !== null && frame.current?.contains(target))) return;
      const found = playKeyPressed(event);
      if (found !== undefined && act(found, latest.current)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function act(key: PlayKey, wanted: KeysWanted): boolean {
  const { media, controls, durationMs, stops } = wanted;
  const element = media.current;
  if (element === null) return false;
  const ms = element.currentTime * 1000;
  const isChapterKey = key.do === 'nextChapter' || key.do === 'lastChapter';
  const to = isChapterKey
    ? chapterBesideMs(stops, ms, key.do === 'nextChapter' ? 1 : -1)
    : positionForPlayKey(key, ms, durationMs);
  if (to !== undefined) controls.seek(to);
  else if (key.do === 'toggle') controls.toggle();
  else if (key.do === 'mute') controls.toggleMuted();
  else if (key.do === 'louder') controls.setVolume((element.muted ? 0 : element.volume) + key.by);
  else if (key.do === 'faster') controls.setSpeed(speedBeside(element.playbackRate, key.by));
  else if (key.do === 'fullScreen') wanted.fullScreen();
  else if (key.do === 'captions') wanted.captions();
  else if (key.do === 'small') wanted.small();
  else if (key.do === 'keys') wanted.keys();
  else return false;
  return true;
}
