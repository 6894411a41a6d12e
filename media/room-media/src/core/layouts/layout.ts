// Places participants in a composed picture. Tiles follow the order of the given participants (the order of joining),
// so no tile moves when another participant speaks.
import { composing, type RecordingLayout } from '@meridian/protocol';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

export type LayoutKind = RecordingLayout;

export interface LayoutParticipant {
  readonly identity: string;
  readonly name: string;
  /** Size of the camera's picture; undefined without a camera. */
  readonly picture: Size | undefined;
  readonly screen: Size | undefined;
  readonly isMuted: boolean;
  /** Time on the composer's clock; undefined while silent. */
  readonly speakingSinceMs: number | undefined;
}

export interface LayoutState {
  readonly participants: readonly LayoutParticipant[];
  readonly speaker: string | undefined;
}

/** Rectangle of the composed picture; all numbers are even, because chroma has half the resolution. */
export interface Tile extends Rectangle {
  /** Stable id of the tile's content: `camera:IDENTITY`, `screen:IDENTITY`, `more`. */
  readonly key: string;
  readonly source: 'camera' | 'screen' | 'more';
  /** Empty for `more`. */
  readonly identity: string;
  readonly label: string;
  readonly isMuted: boolean;
  readonly isSpeaking: boolean;
  /** Rectangle of the picture with its aspect; its size is the size to ask the room for. */
  readonly picture: Rectangle | undefined;
}

export const TILES_MAX = composing.tilesMax;
const GAP = 8;
/** Aspect of tiles, equal to that of most cameras. */
const ASPECT = 16 / 9;
/** A strip takes a fifth of the output's height (below) or width (beside). */
const STRIP_SHARE = 5;
const STRIP_MAX = 6;

interface TileContent {
  readonly source: Tile['source'];
  readonly participant: LayoutParticipant | undefined;
  readonly more: number;
}

/**
 * Returns the tiles of a layout for an output size (even sides, 160 to 3840). Tiles do not overlap and lie inside the
 * output. `grid`: equal tiles, shared screens first; at most 25, of which the last says how many are left out. A
 * speaker outside of the grid takes the last place. `speaker`: the shared screen or the speaker large, others in a
 * strip below. `screen`: the shared screen large, its sharer and the speaker beside it; without a shared screen like
 * `speaker`.
 */
export function layoutOf(state: LayoutState, o: { kind: LayoutKind; size: Size }): Tile[] {
  const { participants } = state;
  if (participants.length === 0) return [];
  const sharer = participants.find(({ screen }) => screen !== undefined);
  const speaker = participants.find(({ identity }) => identity === state.speaker);
  if (o.kind === 'grid') return grid(state, o.size, speaker);
  if (o.kind === 'screen' && sharer !== undefined) {
    const beside = speaker === undefined || speaker === sharer ? [sharer] : [sharer, speaker];
    return stageTiles({ stage: screenOf(sharer), strip: beside.map(cameraOf), size: o.size, isBeside: true });
  }
  const onStage = speaker ?? sharer ?? participants[0];
  if (onStage === undefined) return [];
  const stage = sharer === undefined ? cameraOf(onStage) : screenOf(sharer);
  const others = participants.filter((one) => sharer !== undefined || one !== onStage);
  return stageTiles({ stage, strip: limited(others.map(cameraOf), STRIP_MAX), size: o.size, isBeside: false });
}

const cameraOf = (participant: LayoutParticipant): TileContent => ({ source: 'camera', participant, more: 0 });
const screenOf = (participant: LayoutParticipant): TileContent => ({ source: 'screen', participant, more: 0 });

function limited(all: readonly TileContent[], tilesMax: number): TileContent[] {
  if (all.length <= tilesMax) return [...all];
  return [...all.slice(0, tilesMax - 1), { source: 'more', participant: undefined, more: all.length - tilesMax + 1 }];
}

function grid({ participants }: LayoutState, size: Size, speaker: LayoutParticipant | undefined): Tile[] {
  const screens = participants.filter(({ screen }) => screen !== undefined).map(screenOf);
  const shown = limited([...screens, ...participants.map(cameraOf)], TILES_MAX);
  const isSpeakerShown = shown.some(({ source, participant }) => source === 'camera' && participant === speaker);
  const last = shown.length - 2;
  if (speaker !== undefined && !isSpeakerShown) shown[last] = cameraOf(speaker);
  const places = gridPlaces(shown.length, { x: 0, y: 0, width: size.width, height: size.height });
  return shown.flatMap((one, index) => tileAt(one, places[index]));
}

function stageTiles(o: { stage: TileContent; strip: readonly TileContent[]; size: Size; isBeside: boolean }): Tile[] {
  const { width, height } = o.size;
  if (o.strip.length === 0) return tileAt(o.stage, { x: 0, y: 0, width, height });
  const [across, down] = o.isBeside ? [even(width / STRIP_SHARE), height] : [width, even(height / STRIP_SHARE)];
  const strip = o.isBeside
    ? { x: width - across, y: 0, width: across, height: down }
    : { x: 0, y: height - down, width: across, height: down };
  const stage = o.isBeside
    ? { x: 0, y: 0, width: width - across, height }
    : { x: 0, y: 0, width, height: height - down };
  const places = o.isBeside ? column(o.strip.length, strip) : row(o.strip.length, strip);
  return [...tileAt(o.stage, stage), ...o.strip.flatMap((one, index) => tileAt(one, places[index]))];
}

/** Chooses the number of columns that gives the largest tiles; centres the last row. */
function gridPlaces(count: number, area: Rectangle): Rectangle[] {
  let [columns, best] = [1, tileSize(1, count, area)];
  for (let next = 2; next <= count; next += 1) {
    const size = tileSize(next, Math.ceil(count / next), area);
    if (size.width <= best.width) continue;
    [columns, best] = [next, size];
  }
  const rows = Math.ceil(count / columns);
  const top = area.y + even((area.height - rows * best.height - (rows - 1) * GAP) / 2);
  return Array.from({ length: count }, (_, index) => {
    const atRow = Math.floor(index / columns);
    const inRow = Math.min(columns, count - atRow * columns);
    const left = area.x + even((area.width - inRow * best.width - (inRow - 1) * GAP) / 2);
    const [x, y] = [left + (index % columns) * (best.width + GAP), top + atRow * (best.height + GAP)];
    return { x, y, width: best.width, height: best.height };
  });
}

const row = (count: number, area: Rectangle): Rectangle[] => alignedPlaces(count, area, tileSize(count, 1, area), true);
const column = (count: number, area: Rectangle): Rectangle[] =>
  alignedPlaces(count, area, tileSize(1, count, area), false);

function alignedPlaces(count: number, area: Rectangle, { width, height }: Size, isRow: boolean): Rectangle[] {
  const long = isRow ? count * width + (count - 1) * GAP : count * height + (count - 1) * GAP;
  const [x, y] = isRow
    ? [area.x + even((area.width - long) / 2), area.y + even((area.height - height) / 2)]
    : [area.x + even((area.width - width) / 2), area.y + even((area.height - long) / 2)];
  return Array.from({ length: count }, (_, index) => ({
    x: isRow ? x + index * (width + GAP) : x,
    y: isRow ? y : y + index * (height + GAP),
    width,
    height,
  }));
}

function tileSize(columns: number, rows: number, area: Size): Size {
  const [across, down] = [(area.width - (columns - 1) * GAP) / columns, (area.height - (rows - 1) * GAP) / rows];
  return { width: atLeast2(Math.min(across, down * ASPECT)), height: atLeast2(Math.min(down, across / ASPECT)) };
}

function tileAt({ source, participant, more }: TileContent, place: Rectangle | undefined): Tile[] {
  if (place === undefined) return [];
  const { x, y, width, height } = place;
  const size = source === 'screen' ? participant?.screen : participant?.picture;
  const [isCamera, identity, name] = [source === 'camera', participant?.identity ?? '', participant?.name ?? ''];
  const isMuted = isCamera && participant?.isMuted === true;
  return [
    {
      key: participant === undefined ? source : `${source}:${identity}`,
      source,
      identity,
      label: participant === undefined ? `+${more}` : name === '' ? identity : name,
      isMuted,
      isSpeaking: isCamera && !isMuted && participant?.speakingSinceMs !== undefined,
      picture: size && fitted(size, place),
      x,
      y,
      width,
      height,
    },
  ];
}

/** Returns the largest rectangle with the aspect of `size`, centred in `area`; undefined for an empty size. */
export function fitted(size: Size, area: Rectangle): Rectangle | undefined {
  if (!(size.width > 0 && size.height > 0)) return undefined;
  const scale = Math.min(area.width / size.width, area.height / size.height);
  const width = Math.min(area.width, nearestEven(size.width * scale));
  const height = Math.min(area.height, nearestEven(size.height * scale));
  const [x, y] = [area.x + even((area.width - width) / 2), area.y + even((area.height - height) / 2)];
  return { x, y, width, height };
}

const even = (value: number): number => Math.max(0, Math.floor(value / 2) * 2);
const atLeast2 = (value: number): number => Math.max(2, even(value));
const nearestEven = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
