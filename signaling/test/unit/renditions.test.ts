// Tests the choice of a rendition for a client that cannot decode a track.
import { emptyRoomInfo, RoomState, type Track, trackFromWire } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { RenditionChooser } from '../../src/core/index.ts';
import { person } from './fixtures.ts';

const track = (trackId: string, derivedFrom = ''): Track => trackFromWire({ trackId, kind: 2, derivedFrom });
const roster = (...tracks: Track[]): RoomState =>
  RoomState.fromView({
    epoch: 1,
    seq: 1,
    participants: [person('ann', { tracks: [track('T'), track('U')] }), person('gateway', { tracks })],
    speakers: [],
    info: emptyRoomInfo,
  });

it('no rendition replaces a track that was not refused', () => {
  const renditions = new RenditionChooser();
  const replica = roster(track('R1', 'T'));
  expect(renditions.choose('T', replica)).toBe('T');
  expect(renditions.hasUntried('T', replica)).toBe(false);
  expect([renditions.idAtNode('T'), renditions.idAtClient('R1')]).toEqual(['T', 'R1']);
});

it('the renditions of a track are tried one after the other, each once', () => {
  const renditions = new RenditionChooser();
  const replica = roster(track('V1', 'U'), track('R1', 'T'), track('R2', 'T'));
  const chosen = [1, 2, 3].map(() => {
    renditions.refuse('T');
    return renditions.choose('T', replica);
  });
  expect(chosen).toEqual(['R1', 'R2', undefined]);
  expect(renditions.hasUntried('T', replica)).toBe(false);
  expect(renditions.hasUntried('T', roster(track('R3', 'T')))).toBe(true);
});

it('a rendition keeps its name for the client after it has left the roster, until the track ends', () => {
  const renditions = new RenditionChooser();
  renditions.refuse('T');
  renditions.choose('T', roster(track('R1', 'T')));
  expect([renditions.idAtNode('T'), renditions.idAtClient('R1')]).toEqual(['R1', 'T']);
  expect(renditions.choose('T', roster())).toBeUndefined();
  expect(renditions.idAtClient('R1')).toBe('T');
  renditions.forget('T');
  expect([renditions.choose('T', roster()), renditions.idAtNode('T'), renditions.idAtClient('R1')]).toEqual([
    'T',
    'T',
    'R1',
  ]);
});

it('tracks that a resumed session already receives count as chosen', () => {
  const renditions = new RenditionChooser();
  const replica = roster(track('R1', 'T'));
  expect([renditions.recordSent('U', replica), renditions.recordSent('R1', replica)]).toEqual(['U', 'T']);
  expect([renditions.idAtNode('U'), renditions.idAtNode('T')]).toEqual(['U', 'R1']);
  expect(renditions.choose('T', replica)).toBe('R1');
});
