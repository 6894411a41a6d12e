import { type PointerEvent as ReactPointerEvent, type RefObject, useCallback, useState } from 'react';
import { type Corner, cornerAfter, cornerAt } from '../core/stage-plan.ts';
import type { StageMemory } from './glide.ts';

interface CornerControl {
  corner: Corner;
  /** Starts a drag: the tile follows the pointer and settles in the nearest corner at release. */
  grab(event: ReactPointerEvent<HTMLElement>): void;
  toNext(): void;
}

/** The corner of the stage with the self view. */
export function useCorner(stage: RefObject<HTMLElement | null>, memory: RefObject<StageMemory>): CornerControl {
  const [chosen, setChosen] = useState<{ corner: Corner }>({ corner: 'bottom-right' });
  const grab = useCallback(
    (event: ReactPointerEvent<HTMLElement>): void => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null)) return;
      follow(event.currentTarget, event, (box) => {
        const around = stage.current?.getBoundingClientRect();
        if (around === undefined) return;
        const [left, top] = [box.left - around.left, box.top - around.top];
        // The glide continues from the point of release.
        memory.current.boxes.set(box.key, { left, top, width: box.width, height: box.height });
        setChosen({ corner: cornerAt(around, left + box.width / 2, top + box.height / 2) });
      });
    },
    [stage, memory],
  );
  const toNext = useCallback(() => setChosen(({ corner }) => ({ corner: cornerAfter(corner) })), []);
  return { corner: chosen.corner, grab, toNext };
}

interface DroppedBox {
  key: string;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Moves the element with the pointer until release; `dropped` gets the final box. */
function follow(
  element: HTMLElement,
  start: { pointerId: number; clientX: number; clientY: number },
  dropped: (box: DroppedBox) => void,
): void {
  const moved = (event: PointerEvent): void => {
    element.style.translate = `${event.clientX - start.clientX}px ${event.clientY - start.clientY}px`;
  };
  const ended = (): void => {
    element.removeEventListener('pointermove', moved);
    element.removeEventListener('pointerup', ended);
    element.removeEventListener('pointercancel', ended);
    const { left, top, width, height } = element.getBoundingClientRect();
    element.style.translate = '';
    dropped({ key: element.dataset['tile'] ?? '', left, top, width, height });
  };
  element.setPointerCapture(start.pointerId);
  element.addEventListener('pointermove', moved);
  element.addEventListener('pointerup', ended);
  element.addEventListener('pointercancel', ended);
}
