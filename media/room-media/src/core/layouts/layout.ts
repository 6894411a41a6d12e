// Where each participant is in a composed picture. The order is that of the participants given (the order in which they
// joined), so no tile changes its place because another one speaks.
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
  /** Of its camera; undefined: it shows none. */
  readonly picture: Size | undefined;
  /** Of the screen that it shares. */
  readonly screen: Size | undefined;
  readonly isMuted: boolean;
  /** On the composer's clock; undefined: it is silent. */
  readonly speakingSinceMs: number | undefined;
}

export interface LayoutState {
  readonly participants: readonly LayoutParticipant[];
  /** Of `nextSpeaker`. */
  readonly speaker: string | undefined;
}

/** One rectangle of the composed picture; all numbers are even, as pictures with halved colour need. */
export interface Tile extends Rectangle {
  /** The same for as long as it shows the same: `camera:IDENTITY`, `screen:IDENTITY`, `more`. */
  readonly key: string;
  readonly source: 'camera' | 'screen' | 'more';
  /** Empty of `more`. */
  readonly identity: string;
  readonly label: string;
  readonly isMuted: boolean;
  readonly isSpeaking: boolean;
  /** Where its picture is, with the picture's aspect; its size is what to ask the room for. */
  readonly picture: Rectangle | undefined;
}

export const TILES_MAX = composing.tilesMax;
const GAP = 8;
/** Of tiles: of nearly all cameras. */
const ASPECT = 16 / 9;
/** Of the output's height (strip below) or width (strip beside) that a strip takes. */
const STRIP_SHARE = 5;
const STRIP_MAX = 6;

interface Shown {
  readonly source: Tile['source'];
  readonly participant: LayoutParticipant | undefined;
  readonly more: number;
}

/**
 * The tiles of a layout in an output of this size (each side even, 160 to 3840): none overlaps another, all are inside.
 * `grid`: all alike, shared screens first; at most 25, the last says how many more there are. A speaker that would not
 * be seen takes the last place. `speaker`: the shared screen or the speaker large, others in a strip below. `screen`:
 * the shared screen large, beside it its sharer and the speaker; without one as `speaker`.
 */
export function layoutOf(state: LayoutState, o: { kind: LayoutKind; size: Size }): Tile[] {
  const { participants } = state;
  if (participants.length === 0) return [];
  const sharer = participants.find(({ screen }) => screen !== undefined);
  const speaker = participants.find(({ identity }) => identity === state.speaker);
  if (o.kind === 'grid') return grid(state, o.size, speaker);
  if (o.kind === 'screen' && sharer !== undefined) {
    const beside = speaker === undefined || speaker === sharer ? [sharer] : [sharer, speaker];
    return staged({ stage: screenOf(sharer), strip: beside.map(cameraOf), size: o.size, isBeside: true });
  }
  const onStage = speaker ?? sharer ?? participants[0];
  if (onStage === undefined) return [];
  const stage = sharer === undefined ? cameraOf(onStage) : screenOf(sharer);
  const others = participants.filter((one) => sharer !== undefined || one !== onStage);
  return staged({ stage, strip: limited(others.map(cameraOf), STRIP_MAX), size: o.size, isBeside: false });
}

const cameraOf = (participant: LayoutParticipant): Shown => ({ source: 'camera', participant, more: 0 });
const screenOf = (participant: LayoutParticipant): Shown => ({ source: 'screen', participant, more: 0 });

function limited(all: readonly Shown[], most: number): Shown[] {
  if (all.length <= most) return [...all];
  return [...all.slice(0, most - 1), { source: 'more', participant: undefined, more: all.length - most + 1 }];
}

function grid({ participants }: LayoutState, size: Size, speaker: LayoutParticipant | undefined): Tile[] {
  const screens = participants.filter(({ screen }) => screen !== undefined).map(screenOf);
  const shown = limited([...screens, ...participants.map(cameraOf)], TILES_MAX);
  const isSeen = shown.some(({ source, participant }) => source === 'camera' && participant === speaker);
  const last = shown.length - 2;
  if (speaker !== undefined && !isSeen) shown[last] = cameraOf(speaker);
  const places = gridPlaces(shown.length, { x: 0, y: 0, width: size.width, height: size.height });
  return shown.flatMap((one, index) => tileAt(one, places[index]));
}

function staged(o: { stage: Shown; strip: readonly Shown[]; size: Size; isBeside: boolean }): Tile[] {
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

/** Of all numbers of columns the one that makes tiles largest; the last row is in the middle. */
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

const row = (count: number, area: Rectangle): Rectangle[] => line(count, area, tileSize(count, 1, area), true);
const column = (count: number, area: Rectangle): Rectangle[] => line(count, area, tileSize(1, count, area), false);

function line(count: number, area: Rectangle, { width, height }: Size, isRow: boolean): Rectangle[] {
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

/** The largest of 16:9 of which so many fit. */
function tileSize(columns: number, rows: number, area: Size): Size {
  const [across, down] = [(area.width - (columns - 1) * GAP) / columns, (area.height - (rows - 1) * GAP) / rows];
  return { width: atLeast2(Math.min(across, down * ASPECT)), height: atLeast2(Math.min(down, across / ASPECT)) };
}

function tileAt({ source, participant, more }: Shown, place: Rectangle | undefined): Tile[] {
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

/** The largest rectangle with the aspect of `size` in the middle of `area`; undefined without a size. */
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
