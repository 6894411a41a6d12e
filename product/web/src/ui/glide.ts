import { type RefObject, useLayoutEffect } from 'react';
import { type Box, glideOf } from '../core/glide.ts';

/** Boxes of the tiles at the last render, and the stage's size then. */
export interface StageMemory {
  size: string;
  boxes: Map<string, Box>;
}

export const emptyStage = (): StageMemory => ({ size: '', boxes: new Map() });

const GLIDE_MS = 220;

/**
 * Animates tiles to their new places, also between grid and strip. Pauses while the window resizes, when tiles would
 * lag behind.
 */
export function useGlide(stage: RefObject<HTMLElement | null>, memory: RefObject<StageMemory>): void {
  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const origin = element.getBoundingClientRect();
    const size = `${origin.width} ${origin.height}`;
    const moves = size === memory.current.size && !matchMedia('(prefers-reduced-motion: reduce)').matches;
    const boxes = new Map<string, Box>();
    for (const tile of element.querySelectorAll<HTMLElement>('[data-tile]')) {
      const key = tile.dataset['tile'] ?? '';
      // measures the final place, not a point of the animation
      for (const running of tile.getAnimations()) running.cancel();
      const { left, top, width, height } = tile.getBoundingClientRect();
      const box = { left: left - origin.left, top: top - origin.top, width, height };
      const isHeld = tile.style.translate !== ''; // held by a pointer, which the tile follows at once
      const from = moves && !isHeld ? glideOf(memory.current.boxes.get(key), box) : undefined;
      boxes.set(key, box);
      if (from === undefined) continue;
      const start = { transform: from, transformOrigin: '0 0' };
      tile.animate([start, { transform: 'none', transformOrigin: '0 0' }], { duration: GLIDE_MS, easing: 'ease-out' });
    }
    memory.current = { size, boxes };
  });
}
