// How n tiles fill a window. Pure: sizes in CSS pixels in, sizes out.

export interface GridInput {
  count: number;
  width: number;
  height: number;
  gap: number;
  columnsMax?: number;
}

export interface GridLayout {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
}

const TILES_PER_PAGE_MAX = 16; // more tiles than this on one page are too small to read a face in
const TILES_PER_NARROW_PAGE_MAX = 8;
const NARROW_PX = 600; // below this width (phones) two columns are the most that stay useful
const TILE_WIDTH_MIN = 140;
const TILE_HEIGHT_MIN = 92;

const ASPECT_MAX = 16 / 9;
const ASPECT_MIN_LANDSCAPE = 4 / 3;
const ASPECT_MIN_PORTRAIT = 3 / 4; // an upright window shows faces upright

/** The columns a window of this width may have at most. */
export function columnsMaxOf(width: number): number {
  return width < NARROW_PX ? 2 : TILES_PER_PAGE_MAX;
}

/** How many tiles one page of this window holds: 1 to 16, none smaller than a readable face. */
export function pageCapacity(o: { width: number; height: number; gap: number }): number {
  const columns = Math.min(columnsMaxOf(o.width), Math.floor((o.width + o.gap) / (TILE_WIDTH_MIN + o.gap)));
  const rows = Math.floor((o.height + o.gap) / (TILE_HEIGHT_MIN + o.gap));
  const max = o.width < NARROW_PX ? TILES_PER_NARROW_PAGE_MAX : TILES_PER_PAGE_MAX;
  return Math.min(max, Math.max(1, columns * rows));
}

/**
 * The columns and rows that give every tile the largest area, all tiles equal, their aspect kept between 4:3 (3:4 in an
 * upright window) and 16:9. Of equal areas the one with fewer empty cells wins. Zero tiles or no room: all zeroes.
 */
export function layOutGrid(input: GridInput): GridLayout {
  const { count, width, height, gap } = input;
  const aspectMin = width >= height ? ASPECT_MIN_LANDSCAPE : ASPECT_MIN_PORTRAIT;
  let best: GridLayout = { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 };
  let bestEmpty = 0;
  for (let columns = 1; columns <= Math.min(count, input.columnsMax ?? count); columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * ASPECT_MAX));
    const tileHeight = Math.floor(Math.min(cellHeight, tileWidth / aspectMin));
    const empty = columns * rows - count;
    const gain = tileWidth * tileHeight - best.tileWidth * best.tileHeight;
    if (gain > 0 || (gain === 0 && empty < bestEmpty)) {
      best = { columns, rows, tileWidth, tileHeight };
      bestEmpty = empty;
    }
  }
  return best;
}

/**
 * The size of each tile in a strip that they are to fill; undefined when they cannot all be shown in a readable size,
 * and it has to scroll.
 */
export function stripCell(o: Omit<GridInput, 'columnsMax'>): { width: number; height: number } | undefined {
  const { tileWidth, tileHeight } = layOutGrid({ ...o, columnsMax: columnsMaxOf(o.width) });
  if (tileWidth < TILE_WIDTH_MIN || tileHeight < TILE_HEIGHT_MIN) return undefined;
  return { width: tileWidth, height: tileHeight };
}

export interface PageOf<T> {
  items: readonly T[];
  page: number;
  pageCount: number;
}

/** One page of a list; a page number beyond the end (people left) becomes the last page. */
export function pageOf<T>(all: readonly T[], wantedPage: number, capacity: number): PageOf<T> {
  const size = Math.max(1, Math.floor(capacity));
  const pageCount = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(Math.max(0, Math.floor(wantedPage)), pageCount - 1);
  return { items: all.slice(page * size, (page + 1) * size), page, pageCount };
}
