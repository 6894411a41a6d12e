// Which tiles there are and where they stand: the grid, or one large picture with a strip beside it. Pure.
import { type ParticipantModel, splitViewers } from './model.ts';

export type ViewName = 'grid' | 'speaker';

export interface TileModel {
  /** Stable while the same person shows the same thing: React keeps the video element. */
  key: string;
  kind: 'camera' | 'screen';
  participant: ParticipantModel;
}

export type Stage =
  | { mode: 'grid'; tiles: readonly TileModel[] }
  /** `all`: with the large one, as `orderTiles` has them. */
  | { mode: 'focus'; main: TileModel; strip: readonly TileModel[]; all: readonly TileModel[] };

export interface StageInput {
  participants: readonly ParticipantModel[];
  view: ViewName;
  pinnedKey?: string | undefined;
  /** Identities that the host shows large to all. */
  spotlight?: readonly string[];
  /** The last speaker among the others. */
  speakerId?: string | undefined;
}

export const tileKey = (sessionId: string, kind: TileModel['kind']): string => `${sessionId}/${kind}`;

/**
 * A pinned tile, a shared screen or the host's choice always stands large; otherwise the chosen view decides. In the
 * speaker view the last other speaker is large, then the participant that joined first, then oneself.
 */
export function arrangeStage(input: StageInput): Stage {
  const tiles = orderTiles(input.participants);
  const pinned = tiles.find((tile) => tile.key === input.pinnedKey);
  const main =
    pinned ??
    lastScreen(tiles) ??
    spotlit(tiles, input.spotlight ?? []) ??
    (input.view === 'speaker' ? speakerTile(tiles, input.speakerId) : undefined);
  if (main === undefined || tiles.length === 1) return { mode: 'grid', tiles };
  return { mode: 'focus', main, strip: tiles.filter((tile) => tile !== main), all: tiles };
}

/** The one picture where there is room for one: what stands large, else the speaker. */
export function mainTile(input: Omit<StageInput, 'view'>): TileModel | undefined {
  const stage = arrangeStage({ ...input, view: 'speaker' });
  return stage.mode === 'focus' ? stage.main : stage.tiles[0];
}

/**
 * Others in the order they came, oneself last; a person's screen stands before their camera. Viewers have no tile, nor
 * have others that are in a break-out, nor has one's own screen: a picture of itself in itself.
 */
export function orderTiles(participants: readonly ParticipantModel[]): TileModel[] {
  const present = splitViewers(participants).people.filter(({ local, breakOut }) => local || breakOut === undefined);
  const ordered = present.sort(
    (a, b) =>
      Number(a.local) - Number(b.local) || a.joinedWallMs - b.joinedWallMs || (a.sessionId < b.sessionId ? -1 : 1),
  );
  return ordered.flatMap((participant): TileModel[] => {
    const camera: TileModel = { key: tileKey(participant.sessionId, 'camera'), kind: 'camera', participant };
    const screen: TileModel = { key: tileKey(participant.sessionId, 'screen'), kind: 'screen', participant };
    return participant.screen === undefined || participant.local ? [camera] : [screen, camera];
  });
}

/** Oneself is shown on the first page of a grid, in its last place, whatever the number of others. */
export function withSelfOnFirstPage(tiles: readonly TileModel[], capacity: number): readonly TileModel[] {
  const at = tiles.findIndex((tile) => tile.participant.local && tile.kind === 'camera');
  const self = tiles[at];
  if (self === undefined || at < capacity) return tiles;
  const others = tiles.filter((tile) => tile !== self);
  return [...others.slice(0, capacity - 1), self, ...others.slice(capacity - 1)];
}

function lastScreen(tiles: readonly TileModel[]): TileModel | undefined {
  return tiles.findLast((tile) => tile.kind === 'screen');
}

function spotlit(tiles: readonly TileModel[], [first]: readonly string[]): TileModel | undefined {
  return tiles.find((tile) => tile.kind === 'camera' && tile.participant.identity === first);
}

function speakerTile(tiles: readonly TileModel[], speakerId: string | undefined): TileModel | undefined {
  const cameras = tiles.filter((tile) => tile.kind === 'camera');
  const speaker = cameras.find((tile) => tile.participant.sessionId === speakerId && !tile.participant.local);
  return speaker ?? cameras.find((tile) => !tile.participant.local) ?? cameras[0];
}
