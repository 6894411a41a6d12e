import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { type ShortcutName, shortcutOf } from '../core/keys.ts';

export interface Size {
  width: number;
  height: number;
}

/**
 * Returns the inner size of an element, updated on change; zero before the first measurement. The browser measures with
 * the layout of a frame, so no layout is forced; what depends on the size is rendered before that frame is shown.
 */
export function useSize<E extends HTMLElement>(): [RefObject<E | null>, Size] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver((entries) => {
      const box = entries.at(-1)?.contentRect;
      if (box === undefined) return;
      const [width, height] = [Math.floor(box.width), Math.floor(box.height)];
      flushSync(() =>
        setSize((known) => (known.width === width && known.height === height ? known : { width, height })),
      );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Phone width, at which panels become sheets over the page. The style sheets use the same number. */
export const usePhone = (): boolean => useMedia('(max-width: 639px)');

/** Returns performance.now(), updated every second. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** Returns whole seconds since a time of performance.now(), updated every second. */
export const useElapsedSeconds = (sinceMs: number): number => Math.max(0, Math.floor((useNow() - sinceMs) / 1000));

/** A mouse suggests a keyboard; phones and tablets have neither by themselves. */
export const useKeyboard = (): boolean => useMedia('(hover: hover) and (pointer: fine)');

const typingElements = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

export function useShortcuts(isActive: boolean, handlers: Readonly<Record<ShortcutName, () => void>>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (!isActive) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      const name = shortcutOf({
        key: event.key,
        altKey: event.altKey,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        repeat: event.repeat,
        typing: target?.closest(typingElements) != null,
        modal: document.querySelector('dialog[open]') !== null,
      });
      if (name === undefined) return;
      event.preventDefault();
      latest.current[name]();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [isActive]);
}

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

/** While active, keeps the Tab key inside the element; returns the focus afterwards. */
export function useFocusTrap<E extends HTMLElement>(active: boolean): RefObject<E | null> {
  const ref = useRef<E>(null);
  useEffect(() => {
    const element = ref.current;
    if (!active || element === null) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Tab') return;
      const items = [...element.querySelectorAll<HTMLElement>(focusable)].filter((item) => item.offsetParent !== null);
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return;
      const outside = !element.contains(document.activeElement);
      const edge = event.shiftKey ? first : last;
      if (!outside && document.activeElement !== edge) return;
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [active]);
  return ref;
}

/** Moves the focus into the element when it appears and back when it disappears. */
export function useFocusReturn<E extends HTMLElement>(ref: RefObject<E | null>): void {
  const [previousFocus] = useState(() => document.activeElement);
  useEffect(() => {
    const element = ref.current;
    if (element !== null && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
    return () => {
      if (
        previousFocus instanceof HTMLElement &&
        previousFocus.isConnected &&
        (document.activeElement === document.body || document.activeElement === null)
      ) {
        previousFocus.focus({ preventScroll: true });
      }
    };
  }, [ref, previousFocus]);
}
