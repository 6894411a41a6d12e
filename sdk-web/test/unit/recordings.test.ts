import { emptyRoomInfo, type RoomRecording, recordingFromWire } from '@meridian/protocol';
import { expect, test } from 'vitest';
import { RosterView } from '../../src/roster-view.ts';

test.each<[Partial<RoomRecording>, object]>([
  [
    { state: 'running', mode: 'composed' },
    { mode: 'composed', composed: 'live' },
  ],
  [
    { state: 'running', mode: 'composed', later: true },
    { mode: 'composed', composed: 'later' },
  ],
  [
    { state: 'waiting', mode: 'composed' },
    { mode: 'composed', composed: undefined },
  ],
  [
    { state: 'running', mode: '' },
    { mode: 'tracks', composed: undefined },
  ],
  [
    { state: 'running', mode: 'page' },
    { mode: 'page', composed: undefined },
  ],
])('a recording of the room that is %o shows as %o', (recording, shown) => {
  const view = new RosterView({
    events: { emit: () => false },
    local: { update: () => undefined },
    autoSubscribe: () => true,
  } as unknown as ConstructorParameters<typeof RosterView>[0]);
  const recordings = [{ ...recordingFromWire({ recordingId: 're_1' }), ...recording }];
  const roster = { epoch: 1, seq: 1, participants: [], speakers: [], selfSessionId: '' };
  view.replace({ ...roster, info: { ...emptyRoomInfo, recordings } }, false);
  expect(view.recordings).toMatchObject([{ recordingId: 're_1', ...shown }]);
});
