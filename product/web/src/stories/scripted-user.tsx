// Acts as a user in a story: presses buttons and fills in fields when they appear.
import { type ReactNode, useEffect } from 'react';

/** `press`: a selector. `fill`: a selector and the text to type. */
export type Step = { readonly press: string } | { readonly fill: readonly [selector: string, text: string] };

export function ScriptedUser({ steps, children }: { steps: readonly Step[]; children: ReactNode }) {
  useEffect(() => {
    const left = [...steps];
    const goOn = (): void => {
      const [step] = left;
      if (step === undefined) {
        observer.disconnect();
        return;
      }
      const element = document.querySelector<HTMLElement>('press' in step ? step.press : step.fill[0]);
      if (element === null) return;
      left.shift();
      if ('press' in step) element.click();
      else fill(element, step.fill[1]);
      goOn();
    };
    const observer = new MutationObserver(goOn);
    observer.observe(document.body, { childList: true, subtree: true });
    // Deferred, since React runs effects twice in strict mode.
    const frame = requestAnimationFrame(goOn);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [steps]);
  return children;
}

/** Fills in a field by the prototype's setter, since React ignores values set by the element's own setter. */
function fill(element: HTMLElement, text: string): void {
  const { prototype } = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, text);
  element.dispatchEvent(new Event('input', { bubbles: true }));
}
