// What people do to a player: by its bar, and by keys.
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { playKeyOf } from '../../recording/core/keys.ts';
import { speedBeside } from '../core/qualities.ts';
import { soughtBy, within } from '../core/seek.ts';

export interface Controls {
  toggle(): void;
  seek(ms: number): void;
  setVolume(volume: number): void;
  toggleMuted(): void;
  setSpeed(speed: number): void;
}

/** `onSought`: a person chose another place. */
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
      setVolume: (volume) => on((element) => Object.assign(element, { volume: within(volume, 1), muted: volume <= 0 })),
      toggleMuted: () =>
        on((element) => {
          element.muted = !element.muted;
          if (!element.muted && element.volume === 0) element.volume = 1;
        }),
      // The default too: it counts for what the element loads next.
      setSpeed: (speed) => on((element) => Object.assign(element, { defaultPlaybackRate: speed, playbackRate: speed })),
    };
  }, [media]);
}

export const play = (element: HTMLMediaElement): void => {
  element.play().catch((error: unknown) => console.info('the browser does not play by itself:', error));
};

interface KeysWanted {
  readonly frame: RefObject<HTMLElement | null>;
  readonly media: RefObject<HTMLMediaElement | null>;
  readonly durationMs: number;
  readonly controls: Controls;
  fullScreen(): void;
  captions(): void;
}

const typing = 'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select';
const control = 'button, a, summary, [role=tab]';
const slider = '[role=slider], input[type=range]';

/** Keys count in the player, and where nothing of the page has the focus. */
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
      const { key, altKey, ctrlKey, metaKey, repeat } = event;
      const modal = document.querySelector('dialog[open]') !== null;
      const isIn = (what: string): boolean => target?.closest(what) != null;
      const place = { typing: isIn(typing), onControl: isIn(control), onSlider: isIn(slider) };
      const found = playKeyOf(Object.assign({ key, altKey, ctrlKey, metaKey, repeat, modal }, place));
      if (found !== undefined && act(found, latest.current)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

/** Whether it is a key of this player. */
function act(key: NonNullable<ReturnType<typeof playKeyOf>>, wanted: KeysWanted): boolean {
  const { media, controls, durationMs } = wanted;
  const element = media.current;
  if (element === null) return false;
  const to = soughtBy(key, element.currentTime * 1000, durationMs);
  if (to !== undefined) controls.seek(to);
  else if (key.do === 'toggle') controls.toggle();
  else if (key.do === 'mute') controls.toggleMuted();
  else if (key.do === 'louder') controls.setVolume((element.muted ? 0 : element.volume) + key.by);
  else if (key.do === 'faster') controls.setSpeed(speedBeside(element.playbackRate, key.by));
  else if (key.do === 'fullScreen') wanted.fullScreen();
  else if (key.do === 'captions') wanted.captions();
  else return false;
  return true;
}

/** While it plays the bar goes when nothing moves for so long. */
const IDLE_MS = 2500;
const stirring = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

export function useIdle(frame: RefObject<HTMLElement | null>, isPlaying: boolean): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let timer = 0;
    const stir = (): void => {
      window.clearTimeout(timer);
      setIdle(false);
      if (isPlaying) timer = window.setTimeout(() => setIdle(true), IDLE_MS);
    };
    stir();
    for (const event of stirring) element.addEventListener(event, stir);
    return () => {
      window.clearTimeout(timer);
      for (const event of stirring) element.removeEventListener(event, stir);
    };
  }, [frame, isPlaying]);
  return isIdle;
}
