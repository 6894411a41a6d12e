// Fits tiles into a window: takes sizes in CSS pixels, returns boxes. A tile has nearly the aspect ratio of its
// picture.

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

/** Width divided by height of a picture; undefined without a picture, when any shape is right. */
export type Aspect = number | undefined;

/** Largest share of a picture that may be cropped: left and right together, top and bottom together. */
export interface Cut {
  sides: number;
  ends: number;
}

export const noCut: Cut = { sides: 0, ends: 0 };

const TILES_PER_PAGE_MAX = 16; // more tiles are too small to read a face in
const TILES_PER_NARROW_PAGE_MAX = 8;
const NARROW_PX = 600; // phones: more than two columns are too narrow
const TILE_WIDTH_MIN = 140;
const TILE_HEIGHT_MIN = 92;

export const USUAL_ASPECT = 16 / 9;
const SMALL_CUT = 1 / 8; // 16:9 becomes 14:9, as television crops, or 2:1, which still keeps a head whole
const PHONE_SIDES_CUT = 1 / 4; // 16:9 becomes 4:3, so that an upright phone shows faces larger
const SHAPE_CUT = 1 / 4; // for a tile without a picture, which loses nothing

/** Returns whether the window is in portrait format. */
export const isUpright = ({ width, height }: Size): boolean => width < height;

/** Only an upright phone crops much at the sides; the space beside a panel is upright too, but large enough. */
export const cameraCut = (window: Size): Cut => ({
  sides: isUpright(window) && window.width < NARROW_PX ? PHONE_SIDES_CUT : SMALL_CUT,
  ends: SMALL_CUT,
});

const ROUNDING = 1e-12; // difference that counts as rounding: far below the compared values (1e-3) and their squares

const WHOLE_PX = 1e-6; // added before rounding down, since a sum may fall just below a whole pixel

export function columnsMaxOf(width: number): number {
  return width < NARROW_PX ? 2 : TILES_PER_PAGE_MAX;
}

/** Returns how many tiles fit on one page: 1 to 16, each large enough to read a face. */
export function pageCapacity(o: Size & { gap: number }): number {
  const columns = Math.min(columnsMaxOf(o.width), Math.floor((o.width + o.gap) / (TILE_WIDTH_MIN + o.gap)));
  const rows = Math.floor((o.height + o.gap) / (TILE_HEIGHT_MIN + o.gap));
  const max = o.width < NARROW_PX ? TILES_PER_NARROW_PAGE_MAX : TILES_PER_PAGE_MAX;
  return Math.min(max, Math.max(1, columns * rows));
}

/** Returns the largest centred box for a picture in an area; without a picture the whole area. */
export function fitBox(area: Box, aspect: Aspect, cut: Cut): Box {
  if (aspect === undefined) return area;
  const height = Math.min(area.height, area.width / aspect);
  const width = height * aspect;
  return centredIn(area, {
    width: Math.min(area.width, width / (1 - cut.ends)),
    height: Math.min(area.height, height / (1 - cut.sides)),
  });
}

function centredIn(area: Box, size: Size): Box {
  const width = Math.max(0, Math.floor(size.width));
  const height = Math.max(0, Math.floor(size.height));
  return {
    left: area.left + Math.floor((area.width - width) / 2),
    top: area.top + Math.floor((area.height - height) / 2),
    width,
    height,
  };
}

export interface RowsInput {
  area: Box;
  aspects: readonly Aspect[];
  gap: number;
  columnsMax?: number;
  cut: Cut;
}

interface Rows {
  counts: readonly number[];
  height: number;
  /** Ratio of each tile's width to its picture's. */
  stretch: number;
  /** Covered area, without the area gained by cropping, which is no reason to prefer this number of rows. */
  covered: number;
}

/**
 * Places tiles in rows of equal height, each as wide as its picture needs, with the smallest number of rows that covers
 * most of the area. Returns empty boxes when there is no space.
 */
export function fillRows(input: RowsInput): Box[] {
  const aspects = input.aspects.map((aspect) => aspect ?? USUAL_ASPECT);
  let best: Rows | undefined;
  for (const parted of splitRows(input, aspects)) {
    const next = rowsOf(input, aspects, parted);
    if (next !== undefined && next.covered > (best?.covered ?? 0) * (1 + ROUNDING)) best = next;
  }
  if (best === undefined)
    return aspects.map(() => ({ left: input.area.left, top: input.area.top, width: 0, height: 0 }));
  return boxesOf(input, aspects, best);
}

function rowsOf(
  { area, gap, cut, ...input }: RowsInput,
  aspects: readonly number[],
  parted: RowSplit,
): Rows | undefined {
  const rows = parted.counts.length;
  const free = area.height - gap * (rows - 1);
  if (free <= 0) return undefined;
  const filling = 1 / parted.worst;
  const whole = Math.min(free / rows, filling);
  const shapeless = input.aspects.every((aspect) => aspect === undefined);
  const { sides, ends } = shapeless ? { sides: SHAPE_CUT, ends: 0 } : cut;
  const height = Math.min(free / rows, whole / (1 - sides));
  const stretch = Math.min(filling / whole, 1 / (1 - ends));
  const covered = aspects.reduce((sum, aspect) => sum + aspect, 0) * whole * height;
  return { counts: parted.counts, height, stretch: (whole * stretch) / height, covered };
}

interface RowSplit {
  readonly counts: readonly number[];
  /** Inverse of the height at which the row that needs most width fills the area's width. */
  readonly worst: number;
  readonly squares: number;
}

/**
 * For every number of rows, finds the split of the tiles, in their order, that allows the greatest row height; among
 * equal splits, the most even one.
 */
function splitRows({ area, gap, columnsMax }: RowsInput, aspects: readonly number[]): RowSplit[] {
  const sums = [0];
  for (const aspect of aspects) sums.push((sums.at(-1) ?? 0) + aspect);
  const need = (from: number, to: number): number => {
    const free = area.width - gap * (to - from - 1);
    if (free <= 0 || to - from > (columnsMax ?? aspects.length)) return Number.POSITIVE_INFINITY;
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / free;
  };
  const found: RowSplit[] = [];
  // Best splits of the first tiles into the rows so far, by number of tiles.
  let splits: (RowSplit | undefined)[] = [{ counts: [], worst: 0, squares: 0 }];
  for (let row = 1; row <= aspects.length; row++) {
    const next: (RowSplit | undefined)[] = [];
    for (let to = row; to <= aspects.length; to++)
      for (let from = row - 1; from < to; from++) {
        const split = splits[from];
        const more = need(from, to);
        if (split === undefined || !Number.isFinite(more)) continue;
        const [worst, squares] = [Math.max(split.worst, more), split.squares + more * more];
        const known = next[to];
        const isWorse = known !== undefined && isMore(worst - known.worst, squares - known.squares);
        if (!isWorse) next[to] = { counts: [...split.counts, to - from], worst, squares };
      }
    splits = next;
    const whole = splits[aspects.length];
    if (whole !== undefined) found.push(whole);
  }
  return found;
}

/** Compares by the first difference, and by the second when the first is only rounding. */
const isMore = (first: number, second: number): boolean => (Math.abs(first) > ROUNDING ? first : second) > ROUNDING;

function boxesOf({ area, gap }: RowsInput, aspects: readonly number[], rows: Rows): Box[] {
  const height = Math.floor(rows.height);
  let top = area.top + Math.floor((area.height - height * rows.counts.length - gap * (rows.counts.length - 1)) / 2);
  let at = 0;
  const boxes: Box[] = [];
  for (const count of rows.counts) {
    const widths = aspects
      .slice(at, at + count)
      .map((aspect) => Math.floor(aspect * rows.height * rows.stretch + WHOLE_PX));
    const width = widths.reduce((sum, one) => sum + one, gap * (count - 1));
    let left = area.left + Math.floor((area.width - width) / 2);
    for (const one of widths) {
      boxes.push({ left, top, width: one, height });
      left += one + gap;
    }
    top += height + gap;
    at += count;
  }
  return boxes;
}

/** Returns how many camera tiles fit in a column of this size: at least 1. */
export const columnCapacity = (o: Size & { gap: number }): number =>
  Math.max(1, Math.floor((o.height + o.gap) / (o.width / USUAL_ASPECT + o.gap)));

/** Stacks tiles in a column; a portrait picture gets a square. All shrink until they fit. */
export function fillColumn({ area, aspects, gap }: Omit<RowsInput, 'cut' | 'columnsMax'>): Box[] {
  const sizes = aspects.map((known): Size => {
    const aspect = known ?? USUAL_ASPECT;
    const height = Math.min(area.width, area.width / aspect);
    return { width: height * aspect, height };
  });
  const gaps = gap * (aspects.length - 1);
  const needed = sizes.reduce((sum, { height }) => sum + height, 0);
  const scale = Math.min(1, Math.max(0, area.height - gaps) / needed);
  let top = area.top + Math.max(0, Math.floor((area.height - gaps - needed * scale) / 2));
  return sizes.map(({ width, height }) => {
    const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
    const box = { ...centredIn({ left: area.left, top, width: area.width, height: size.height }, size), top };
    top += size.height + gap;
    return box;
  });
}

/** Returns the area of the union of two boxes. */
export function unionAreaOf(a: Box, b: Box): number {
  const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return a.width * a.height + b.width * b.height - Math.max(0, across) * Math.max(0, down);
}

export interface PageOf<T> {
  items: readonly T[];
  page: number;
  pageCount: number;
}

/** Returns one page of a list; a page number beyond the end, after people left, becomes the last page. */
export function pageOf<T>(all: readonly T[], wantedPage: number, capacity: number): PageOf<T> {
  const size = Math.max(1, Math.floor(capacity));
  const pageCount = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(Math.max(0, Math.floor(wantedPage)), pageCount - 1);
  return { items: all.slice(page * size, (page + 1) * size), page, pageCount };
}
