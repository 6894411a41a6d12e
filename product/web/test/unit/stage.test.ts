import { describe, expect, it } from 'vitest';
import type { MediaSource, ParticipantModel, PlacementModel } from '../../src/core/model.ts';
import { routeOf } from '../../src/core/route.ts';
import { arrangeStage, mainTile, orderTiles, withSelfOnFirstPage } from '../../src/core/stage.ts';

const source: MediaSource = { id: 'x', attach: () => undefined, detach: () => undefined };
const person = (id: string, joinedWallMs: number, change: Partial<ParticipantModel> = {}): ParticipantModel => ({
  sessionId: id,
  identity: id,
  name: id,
  local: false,
  admin: false,
  role: '',
  canPublish: true,
  canWrite: true,
  handRaisedAtMs: 0,
  cameraOn: false,
  microphoneOn: true,
  sending: true,
  sounds: [],
  speaking: false,
  quality: 'good',
  nodeId: 'sfu-fra-1',
  region: 'eu-central',
  joinedWallMs,
  ...change,
});
const self = person('self', 1, { local: true });
const early = person('early', 0);
const late = person('late', 9);
const sharer = person('sharer', 5, { screen: source });
const keys = (tiles: readonly { key: string }[]): string[] => tiles.map((tile) => tile.key);

describe('orderTiles', () => {
  it('orders others by joining, oneself last, a screen before its camera', () => {
    expect(keys(orderTiles([self, late, sharer, early]))).toEqual([
      'early/camera',
      'sharer/screen',
      'sharer/camera',
      'late/camera',
      'self/camera',
    ]);
  });
  it('has no tile for a gateway viewer, and one for a gateway publisher', () => {
    const viewer = person('viewer', 0, { protocol: 'flv', viewer: true });
    expect(keys(orderTiles([viewer, person('encoder', 1, { protocol: 'rtmp' }), self]))).toEqual([
      'encoder/camera',
      'self/camera',
    ]);
  });
  it('orders equal times by session, so that all windows agree', () => {
    expect(keys(orderTiles([person('b', 0), person('a', 0)]))).toEqual(['a/camera', 'b/camera']);
  });
});

describe('mainTile', () => {
  it("is the shared screen or pinned tile, else the speaker's, else the first other person's, else one's own", () => {
    const participants = [self, early, late];
    const keyOf = (o: object) => mainTile({ participants, ...o })?.key;
    expect(keyOf({})).toBe('early/camera');
    expect(keyOf({ speakerId: 'late' })).toBe('late/camera');
    expect(keyOf({ speakerId: 'late', pinnedKey: 'self/camera' })).toBe('self/camera');
    expect(keyOf({ participants: [...participants, sharer], speakerId: 'late' })).toBe('sharer/screen');
    expect(keyOf({ participants: [self] })).toBe('self/camera');
    expect(keyOf({ participants: [] })).toBeUndefined();
  });
});

describe('arrangeStage', () => {
  it('shows a grid in grid view, and with at most one person in speaker view too', () => {
    expect(arrangeStage({ participants: [self, early], view: 'grid' }).mode).toBe('grid');
    expect(arrangeStage({ participants: [self], view: 'speaker' }).mode).toBe('grid');
    expect(arrangeStage({ participants: [], view: 'speaker' })).toEqual({ mode: 'grid', tiles: [] });
  });
  const rows = [
    {
      name: 'the last speaker’s tile is large',
      input: { participants: [self, early, late], view: 'speaker', speakerId: 'late' },
      main: 'late/camera',
    },
    {
      name: 'the first other person stands large when the last speaker is gone',
      input: { participants: [self, early, late], view: 'speaker', speakerId: 'gone' },
      main: 'early/camera',
    },
    {
      name: 'a shared screen is large even in grid view',
      input: { participants: [self, early, sharer], view: 'grid' },
      main: 'sharer/screen',
    },
    {
      name: 'a pinned tile is large in place of a shared screen',
      input: { participants: [self, early, sharer], view: 'grid', pinnedKey: 'early/camera' },
      main: 'early/camera',
    },
    {
      name: 'a pinned tile that no longer exists has no effect',
      input: { participants: [self, early], view: 'speaker', pinnedKey: 'gone/screen' },
      main: 'early/camera',
    },
  ] as const;
  for (const row of rows) {
    it(row.name, () => {
      const stage = arrangeStage(row.input);
      expect(stage.mode).toBe('focus');
      if (stage.mode !== 'focus') return;
      expect(stage.main.key).toBe(row.main);
      expect(keys(stage.strip)).not.toContain(row.main);
    });
  }
  it('has no tile of the user’s own screen, and other tiles keep their places', () => {
    const sharing = { ...self, screen: source };
    const stage = arrangeStage({ participants: [sharing, early], view: 'grid' });
    expect(stage.mode === 'grid' && keys(stage.tiles)).toEqual(['early/camera', 'self/camera']);
  });
});

describe('withSelfOnFirstPage', () => {
  const crowd = [...Array.from({ length: 20 }, (_, at) => person(`p${String(at).padStart(2, '0')}`, at)), self];
  it('moves the self view to the last place of the first page, and keeps every tile once', () => {
    const tiles = withSelfOnFirstPage(orderTiles(crowd), 16);
    expect(tiles[15]?.key).toBe('self/camera');
    expect(new Set(keys(tiles)).size).toBe(21);
    expect(tiles).toHaveLength(21);
  });
  it('changes nothing when all tiles fit, or there is no self view', () => {
    const tiles = orderTiles([self, early]);
    expect(withSelfOnFirstPage(tiles, 16)).toBe(tiles);
    const withoutSelf = orderTiles([early, late]);
    expect(withSelfOnFirstPage(withoutSelf, 1)).toBe(withoutSelf);
  });
});

describe('routeOf', () => {
  const placement = { nodeId: 'sfu-fra-1', region: 'eu-central' } as PlacementModel;
  it('begins with the user’s node, and lists each other node once with its people', () => {
    const far = (id: string) => person(id, 0, { nodeId: 'sfu-sgp-1', region: 'ap-southeast' });
    const route = routeOf(placement, [far('x'), self, far('y'), early]);
    expect(route.map((stop) => [stop.nodeId, stop.via, stop.people.map((one) => one.name)])).toEqual([
      ['sfu-fra-1', 'here', ['self', 'early']],
      ['sfu-sgp-1', 'relay', ['x', 'y']],
    ]);
  });
  it('has the user’s node even for a single person, and leaves out participants that are not placed yet', () => {
    expect(routeOf(placement, [person('x', 0, { nodeId: '' })])).toEqual([
      { nodeId: 'sfu-fra-1', region: 'eu-central', via: 'here', people: [] },
    ]);
  });
});
