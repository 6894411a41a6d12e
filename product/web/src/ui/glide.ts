import { type RefObject, useLayoutEffect } from 'react';
import { type Box, glideOf } from '../core/glide.ts';
import type { Size } from '../core/grid.ts';
import type { PlacedTile } from '../core/stage-plan.ts';

/** Boxes of the tiles at the last render, and the stage's size then. */
export interface StageMemory {
  size: string;
  boxes: Map<string, Box>;
}

export const emptyStage = (): StageMemory => ({ size: '', boxes: new Map() });

const GLIDE_MS = 220;

/**
 * Animates tiles to their new places, also between grid and strip. Pauses while the window resizes, when tiles would
 * lag behind. The boxes come from the plan, since measuring them would force a layout with each render.
 */
export function useGlide(
  stage: RefObject<HTMLElement | null>,
  memory: RefObject<StageMemory>,
  plan: { readonly size: Size; readonly tiles: readonly PlacedTile[] },
): void {
  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const size = `${plan.size.width} ${plan.size.height}`;
    const moves = size === memory.current.size && !matchMedia('(prefers-reduced-motion: reduce)').matches;
    const boxes = new Map(plan.tiles.map(({ tile, box }) => [tile.key, box] as const));
    for (const tile of moves ? element.querySelectorAll<HTMLElement>('[data-tile]') : []) {
      const key = tile.dataset['tile'] ?? '';
      const box = boxes.get(key);
      const isHeld = tile.style.translate !== ''; // held by a pointer, which the tile follows at once
      const from = isHeld || box === undefined ? undefined : glideOf(memory.current.boxes.get(key), box);
      if (from === undefined) continue;
      for (const running of tile.getAnimations()) running.cancel();
      const start = { transform: from, transformOrigin: '0 0' };
      tile.animate([start, { transform: 'none', transformOrigin: '0 0' }], { duration: GLIDE_MS, easing: 'ease-out' });
    }
    memory.current = { size, boxes };
  });
}
