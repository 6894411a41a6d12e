// The keyboard goes to the first field of a dialog that must be put right.
import { useEffect } from 'react';

/** `tries` rises each time the button was pressed in vain. */
export function useFirstWrong(tries: number): void {
  useEffect(() => {
    if (tries > 0) document.querySelector<HTMLElement>('dialog[open] [aria-invalid="true"]')?.focus();
  }, [tries]);
}
