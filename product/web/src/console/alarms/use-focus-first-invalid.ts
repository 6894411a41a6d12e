// Moves the focus to the first invalid field of a dialog.
import { useEffect } from 'react';

/** `tries` counts failed submissions. */
export function useFocusFirstInvalid(tries: number): void {
  useEffect(() => {
    if (tries > 0) document.querySelector<HTMLElement>('dialog[open] [aria-invalid="true"]')?.focus();
  }, [tries]);
}
