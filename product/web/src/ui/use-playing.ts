// Shared by both players: keys, and whether the controls are visible during playback.
import { type RefObject, useEffect, useState } from 'react';
import { type PlayKey, playKeyOf } from '../core/play-keys.ts';

const typing = 'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select';
const control = 'button, a, summary, [role=tab]';
const slider = '[role=slider], input[type=range]';

/** Returns what a pressed key requests, given the focus. */
export function playKeyPressed({ target, key, altKey, ctrlKey, metaKey, repeat }: KeyboardEvent): PlayKey | undefined {
  const modal = document.querySelector('dialog[open]') !== null;
  const isIn = (selector: string): boolean => target instanceof Element && target.closest(selector) !== null;
  const focus = { typing: isIn(typing), onControl: isIn(control), onSlider: isIn(slider) };
  return playKeyOf(Object.assign({ key, altKey, ctrlKey, metaKey, repeat, modal }, focus));
}

/** Time without movement after which the bar hides during playback. */
const IDLE_MS = 2500;
const stirring = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

/** Returns whether the user is idle in `frame`; without a `frame`, in the whole window. */
export function useIdle(isPlaying: boolean, frame?: RefObject<HTMLElement | null>): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    const moved = frame === undefined ? window : frame.current;
    if (moved === null) return undefined;
    let timer = 0;
    const stir = (): void => {
      window.clearTimeout(timer);
      setIdle(false);
      if (isPlaying) timer = window.setTimeout(() => setIdle(true), IDLE_MS);
    };
    stir();
    for (const event of stirring) moved.addEventListener(event, stir);
    return () => {
      window.clearTimeout(timer);
      for (const event of stirring) moved.removeEventListener(event, stir);
    };
  }, [frame, isPlaying]);
  return isIdle;
}
