// Where the pictures of a watched room are in its small picture.
import type { Rectangle, Size } from '@meridian/room-media/core';

/** Of the small picture: a wall shows dozens of them. */
export const tileSize: Size = { width: 320, height: 180 };

/** Cells of a grid for so many pictures, row by row; all numbers are even, as pictures with halved colour need. */
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

/** The largest rectangle of this aspect (width by height) in the middle of a cell, at least 2 pixels each way. */
export function fitted(cell: Rectangle, aspect: number): Rectangle {
  const isWide = aspect * cell.height > cell.width;
  const width = isWide ? cell.width : Math.max(2, even(cell.height * aspect));
  const height = isWide ? Math.max(2, even(cell.width / aspect)) : cell.height;
  return { x: cell.x + even((cell.width - width) / 2), y: cell.y + even((cell.height - height) / 2), width, height };
}

const even = (value: number): number => Math.floor(value / 2) * 2;
