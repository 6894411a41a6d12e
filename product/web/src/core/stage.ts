// Chooses the tiles and their arrangement: a grid, or one large picture with a strip.
import { type ParticipantModel, splitViewers } from './model.ts';

export type ViewName = 'grid' | 'speaker';

export interface TileModel {
  /** Stable while the same person shows the same source, so that React keeps the video element. */
  key: string;
  kind: 'camera' | 'screen';
  participant: ParticipantModel;
}

export type Stage =
  | { mode: 'grid'; tiles: readonly TileModel[] }
  /** `all` includes the large tile, in the order of `orderTiles`. */
  | { mode: 'focus'; main: TileModel; strip: readonly TileModel[]; all: readonly TileModel[] };

export interface StageInput {
  participants: readonly ParticipantModel[];
  view: ViewName;
  pinnedKey?: string | undefined;
  /** Identities that the host shows large to all. */
  spotlight?: readonly string[];
  /** Last speaker among the others. */
  speakerId?: string | undefined;
}

export const tileKey = (sessionId: string, kind: TileModel['kind']): string => `${sessionId}/${kind}`;

/**
 * A pinned tile, a shared screen or the host's spotlight is always large; otherwise the view decides. In the speaker
 * view the large tile is the last other speaker, then the first participant that joined, then oneself.
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

/** Returns the tile for a place with a single picture: the large tile, else the speaker. */
export function mainTile(input: Omit<StageInput, 'view'>): TileModel | undefined {
  const stage = arrangeStage({ ...input, view: 'speaker' });
  return stage.mode === 'focus' ? stage.main : stage.tiles[0];
}

/**
 * Orders others by join time, oneself last, and a person's screen before the camera. Viewers, others in a break-out and
 * the user's own screen get no tile: that screen would show a picture of itself.
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
