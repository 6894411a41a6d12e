// Computes the box of each tile, in CSS pixels from the stage's upper left corner.
//
// All tiles are children of one element, in an order that depends only on the participants; view, page and large tile
// change boxes only. No video element leaves the document, so no picture turns black.
import {
  type Aspect,
  type Box,
  type Cut,
  cameraCut,
  columnCapacity,
  columnsMaxOf,
  fillColumn,
  fillRows,
  fitBox,
  isUpright,
  noCut,
  pageCapacity,
  pageOf,
  type Size,
  USUAL_ASPECT,
  unionAreaOf,
} from './grid.ts';
import { type Stage, type TileModel, withSelfOnFirstPage } from './stage.ts';

/**
 * `parked`: the tile was visible a moment ago, is on another page now, and keeps its picture in case the user turns
 * back.
 */
export type Place = 'cell' | 'main' | 'strip' | 'corner' | 'parked';

export const corners = ['bottom-right', 'bottom-left', 'top-left', 'top-right'] as const;
export type Corner = (typeof corners)[number];

export interface PlacedTile {
  readonly tile: TileModel;
  readonly place: Place;
  readonly box: Box;
}

export interface StagePlan {
  /** Tiles in document order. */
  readonly tiles: readonly PlacedTile[];
  readonly page: number;
  readonly pageCount: number;
  readonly pager?: Box;
  readonly invite?: Box;
}

export interface PlanInput {
  stage: Stage;
  size: Size;
  aspects: ReadonlyMap<string, number>;
  page: number;
  corner: Corner;
  recent?: ReadonlySet<string>;
}

export const GAP = 10;
const PAGER_HEIGHT = 44; // below the tiles, so that it covers no name
const PARKED_MAX = 32; // two full pages

const STRIP_WIDTH = { share: 0.17, min: 160, max: 248 };
const STRIP_SHARE_MAX = 0.3; // of the stage's width; used only where the large picture leaves so much free
const UPRIGHT_MAIN_SHARE = 0.62;
const FEW_TILES = 4; // up to this number of tiles, each is large
const SLIMMEST_ASPECT = 3 / 4; // with more tiles, a slimmer tile has no space for a name, so pictures are cropped
const INVITE_WIDTH = { share: 0.3, min: 260, max: 380 };

/** A corner tile's share of the stage's area, bounded by a readable face and by what it may cover. */
const CORNER_AREA = { share: 0.045, min: 22_000, max: 57_600 };

const clamp = (value: number, { min, max }: { min: number; max: number }): number =>
  Math.min(max, Math.max(min, value));
const emptyBox: Box = { left: 0, top: 0, width: 0, height: 0 };

/** Returns the boxes of visible and parked tiles. A stage without size shows nothing. */
export function planStage(input: PlanInput): StagePlan {
  const { stage, size } = input;
  if (size.width <= 0 || size.height <= 0) return { tiles: [], page: 0, pageCount: 1 };
  const plan = stage.mode === 'grid' ? planGrid(input, stage.tiles) : planFocus(input, stage);
  const all = stage.mode === 'grid' ? stage.tiles : stage.all;
  return { ...plan, tiles: inDocumentOrder(input, all, plan.tiles) };
}

/** Returns visible and parked tiles in the order of participants. */
function inDocumentOrder({ recent }: PlanInput, all: readonly TileModel[], shown: readonly PlacedTile[]): PlacedTile[] {
  const places = new Map(shown.map((placed) => [placed.tile.key, placed]));
  let parked = 0;
  return all.flatMap((tile): PlacedTile[] => {
    const placed = places.get(tile.key);
    if (placed !== undefined) return [placed];
    if (recent?.has(tile.key) !== true || parked >= PARKED_MAX) return [];
    parked += 1;
    return [{ tile, place: 'parked', box: emptyBox }];
  });
}

/**
 * Returns the aspect ratio of a tile's picture, or the usual one before it arrives; undefined for a camera that is off.
 */
function aspectOf({ aspects }: PlanInput, { key, kind, participant }: TileModel): Aspect {
  if (kind === 'camera' && !participant.cameraOn) return undefined;
  return aspects.get(key) ?? USUAL_ASPECT;
}

/** Returns how far a large picture may be cropped: not at all for a screen or an encoder's composed picture. */
const cutOf = ({ kind, participant }: TileModel, size: Size): Cut =>
  kind === 'screen' || participant.protocol !== undefined ? noCut : cameraCut(size);

const wholeOf = ({ width, height }: Size): Box => ({ left: 0, top: 0, width, height });

function planGrid(input: PlanInput, tiles: readonly TileModel[]): StagePlan {
  const { size } = input;
  const [first, second] = tiles;
  if (first !== undefined && tiles.length === 1 && first.participant.local) return planAlone(input, first);
  const [other, self] = first?.participant.local ? [second, first] : [first, second];
  if (other !== undefined && isCornerOf([self], other) && tiles.length === 2) {
    const corner = planCorner(input, other, self);
    if (isCornerLarger(input, tiles, corner)) return corner;
  }
  const capacity = pageCapacity({ ...size, gap: GAP });
  const shown = pageOf(withSelfOnFirstPage(tiles, capacity), input.page, capacity);
  const area = wholeOf(size);
  if (shown.pageCount > 1) area.height -= PAGER_HEIGHT;
  const boxes = rowsIn(input, shown.items, area);
  return {
    tiles: placeAll(shown.items, boxes, 'cell'),
    page: shown.page,
    pageCount: shown.pageCount,
    ...(shown.pageCount > 1 && { pager: pagerBelow(area) }),
  };
}

function rowsIn(input: PlanInput, tiles: readonly TileModel[], area: Box): Box[] {
  const cut = cameraCut(input.size);
  // Rows that fill their width grow by the allowed cut at the sides.
  const slimmest = tiles.length > FEW_TILES ? SLIMMEST_ASPECT / (1 - cut.sides) : 0;
  const aspects = tiles.map((tile) => {
    const aspect = aspectOf(input, tile);
    return aspect && Math.max(aspect, slimmest);
  });
  return fillRows({ area, aspects, gap: GAP, columnsMax: columnsMaxOf(area.width), cut });
}

const placeAll = (tiles: readonly TileModel[], boxes: readonly Box[], place: Place): PlacedTile[] =>
  tiles.map((tile, at) => ({ tile, place, box: boxes[at] ?? emptyBox }));

const pagerBelow = (area: Box): Box => ({ ...area, top: area.top + area.height, height: PAGER_HEIGHT });

/** Places the self view, and the invitation beside or below it. */
function planAlone(input: PlanInput, self: TileModel): StagePlan {
  const { size } = input;
  const wide = !isUpright(size);
  const inviteWidth = clamp(size.width * INVITE_WIDTH.share, INVITE_WIDTH);
  const area = wide
    ? { left: 0, top: 0, width: size.width - inviteWidth - GAP, height: size.height }
    : { left: 0, top: 0, width: size.width, height: Math.floor((size.height - GAP) / 2) };
  const box = fitBox(area, aspectOf(input, self) ?? USUAL_ASPECT, cameraCut(size));
  const both = wide ? box.width + GAP + inviteWidth : box.width;
  const left = Math.floor((size.width - both) / 2);
  const invite = wide
    ? { left: left + box.width + GAP, top: box.top, width: inviteWidth, height: box.height }
    : { left, top: box.height + GAP, width: box.width, height: Math.min(box.height, size.height - box.height - GAP) };
  return {
    tiles: [{ tile: self, place: 'cell', box: { ...box, left, ...(wide ? {} : { top: 0 }) } }],
    page: 0,
    pageCount: 1,
    invite,
  };
}

/** Returns whether the only other tile is the self view, which then fits in a corner. */
const isCornerOf = (rest: readonly (TileModel | undefined)[], main: TileModel): rest is readonly [TileModel] => {
  const [self] = rest;
  return rest.length === 1 && self?.participant.local === true && self.kind === 'camera' && !main.participant.local;
};

/** Places one large tile, and the self view in a corner of the stage. */
function planCorner(input: PlanInput, main: TileModel, self: TileModel | undefined): StagePlan {
  const { size } = input;
  const cut = cutOf(main, size);
  const tiles: PlacedTile[] = [{ tile: main, place: 'main', box: fitBox(wholeOf(size), aspectOf(input, main), cut) }];
  if (self !== undefined) tiles.push({ tile: self, place: 'corner', box: cornerBox(input, aspectOf(input, self)) });
  return { tiles, page: 0, pageCount: 1 };
}

function cornerBox({ size, corner }: PlanInput, aspect = USUAL_ASPECT): Box {
  const area = clamp(size.width * size.height * CORNER_AREA.share, CORNER_AREA);
  const width = Math.floor(Math.min(Math.sqrt(area * aspect), size.width / 2));
  const height = Math.floor(Math.min(width / aspect, size.height / 2));
  return {
    left: corner.endsWith('left') ? GAP : size.width - width - GAP,
    top: corner.startsWith('top') ? GAP : size.height - height - GAP,
    width,
    height,
  };
}

/**
 * Returns whether a large tile with a corner covers more than two tiles side by side; two side by side win for phone
 * pictures in a wide window and in windows wider than 16:9.
 */
function isCornerLarger(input: PlanInput, tiles: readonly TileModel[], { tiles: [main, self] }: StagePlan): boolean {
  const rows = rowsIn(input, tiles, wholeOf(input.size)).reduce((sum, box) => sum + box.width * box.height, 0);
  return main !== undefined && self !== undefined && unionAreaOf(main.box, self.box) >= rows;
}

function planFocus(input: PlanInput, { main, strip }: Extract<Stage, { mode: 'focus' }>): StagePlan {
  if (isCornerOf(strip, main)) return planCorner(input, main, strip[0]);
  return isUpright(input.size) ? planUpright(input, main, strip) : planWide(input, main, strip);
}

/** Places the large tile with a column at its right. */
function planWide(input: PlanInput, main: TileModel, strip: readonly TileModel[]): StagePlan {
  const { size } = input;
  const cut = cutOf(main, size);
  // The column is narrower when that lets all tiles fit.
  const narrowest = ((size.height - GAP * (strip.length - 1)) / strip.length) * USUAL_ASPECT;
  const narrow = Math.floor(clamp(Math.min(size.width * STRIP_WIDTH.share, narrowest), STRIP_WIDTH));
  const room = { left: 0, top: 0, width: size.width - narrow - GAP, height: size.height };
  const box = fitBox(room, aspectOf(input, main), cut);
  const width = Math.floor(clamp(size.width - box.width - GAP, { min: narrow, max: size.width * STRIP_SHARE_MAX }));
  const left = Math.max(0, Math.floor((size.width - box.width - GAP - width) / 2));
  const area = { left: left + box.width + GAP, top: 0, width, height: size.height };
  const paged = pagesOf(input, strip, area, columnCapacity({ width: narrow, height: size.height, gap: GAP }));
  const aspects = paged.items.map((tile) => aspectOf(input, tile));
  const boxes = fillColumn({ area: paged.area, aspects, gap: GAP });
  return withMain(main, { ...box, left }, paged, boxes);
}

/** Places the large tile above rows of the others. */
function planUpright(input: PlanInput, main: TileModel, strip: readonly TileModel[]): StagePlan {
  const { size } = input;
  const cut = cutOf(main, size);
  const room = { left: 0, top: 0, width: size.width, height: Math.floor(size.height * UPRIGHT_MAIN_SHARE) };
  const box = { ...fitBox(room, aspectOf(input, main) ?? 1, cut), top: 0 };
  const top = box.height + GAP;
  const area = { left: 0, top, width: size.width, height: size.height - top };
  const paged = pagesOf(input, strip, area, pageCapacity({ ...area, gap: GAP }));
  const boxes = rowsIn(input, paged.items, paged.area);
  if (paged.pageCount > 1) return withMain(main, box, paged, boxes);
  // Remaining space goes above and below, so that there is no gap between.
  const up = Math.min(...boxes.map((one) => one.top)) - top;
  const down = Math.floor((size.height - Math.max(...boxes.map((one) => one.top + one.height)) + up) / 2);
  const moved = boxes.map((one) => ({ ...one, top: one.top - up + down }));
  return withMain(main, { ...box, top: down }, paged, moved);
}

interface Paged {
  items: readonly TileModel[];
  area: Box;
  page: number;
  pageCount: number;
}

/** Returns one page of a strip, with space for the page buttons if there are several. */
function pagesOf(input: PlanInput, strip: readonly TileModel[], area: Box, whole: number): Paged {
  const isPaged = strip.length > whole;
  const capacity = isPaged ? Math.max(1, Math.floor((whole * (area.height - PAGER_HEIGHT)) / area.height)) : whole;
  const { items, page, pageCount } = pageOf(withSelfOnFirstPage(strip, capacity), input.page, capacity);
  return { items, page, pageCount, area: isPaged ? { ...area, height: area.height - PAGER_HEIGHT } : area };
}

function withMain(main: TileModel, box: Box, paged: Paged, boxes: readonly Box[]): StagePlan {
  const { items, area, page, pageCount } = paged;
  return {
    tiles: [{ tile: main, place: 'main', box }, ...placeAll(items, boxes, 'strip')],
    page,
    pageCount,
    ...(pageCount > 1 && { pager: pagerBelow(area) }),
  };
}

export const cornerAt = ({ width, height }: Size, x: number, y: number): Corner =>
  `${y < height / 2 ? 'top' : 'bottom'}-${x < width / 2 ? 'left' : 'right'}`;

export const cornerAfter = (corner: Corner): Corner =>
  corners[(corners.indexOf(corner) + 1) % corners.length] ?? corner;
