import { type PointerEvent as ReactPointerEvent, type RefObject, useCallback, useState } from 'react';
import { type Corner, cornerAfter, cornerAt } from '../core/stage-plan.ts';
import type { StageMemory } from './glide.ts';

interface CornerControl {
  corner: Corner;
  /** A pointer goes down on the tile: it follows, and goes to the nearest corner when it is let go. */
  grab(event: ReactPointerEvent<HTMLElement>): void;
  /** The same without a pointer. */
  toNext(): void;
}

/** The corner of the stage in which one stands oneself. */
export function useCorner(stage: RefObject<HTMLElement | null>, memory: RefObject<StageMemory>): CornerControl {
  const [chosen, setChosen] = useState<{ corner: Corner }>({ corner: 'bottom-right' });
  const grab = useCallback(
    (event: ReactPointerEvent<HTMLElement>): void => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null)) return;
      follow(event.currentTarget, event, (box) => {
        const around = stage.current?.getBoundingClientRect();
        if (around === undefined) return;
        const [left, top] = [box.left - around.left, box.top - around.top];
        // It glides on from where it was let go.
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

/** The element follows the pointer until it is let go; `dropped` gets where that was. */
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
