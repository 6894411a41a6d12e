// Arranges the pictures of a watched room in its small picture.
import type { Rectangle, Size } from '@meridian/room-media/core';

/** Size of the small picture, of which a wall shows dozens. */
export const tileSize: Size = { width: 320, height: 180 };

/** Returns cells row by row; all numbers are even, because chroma has half the resolution. */
export function cellsOf(count: number, { width, height }: Size): Rectangle[] {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / Math.max(1, columns));
  const [cellWidth, cellHeight] = [even(width / columns), even(height / rows)];
  return Array.from({ length: count }, (_, at) => ({
    x: (at % columns) * cellWidth,
    y: Math.floor(at / columns) * cellHeight,
    width: cellWidth,
    height: cellHeight,
  }));
}

/** Returns the largest centred rectangle of this aspect (width by height), at least 2 pixels each way. */
export function fitted(cell: Rectangle, aspect: number): Rectangle {
  const isWide = aspect * cell.height > cell.width;
  const width = isWide ? cell.width : Math.max(2, even(cell.height * aspect));
  const height = isWide ? Math.max(2, even(cell.width / aspect)) : cell.height;
  return { x: cell.x + even((cell.width - width) / 2), y: cell.y + even((cell.height - height) / 2), width, height };
}

const even = (value: number): number => Math.floor(value / 2) * 2;
