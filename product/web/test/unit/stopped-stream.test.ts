// A participant whose stream has stopped is shown as stopped, without its last picture.
import { expect, it } from 'vitest';
import { translatorOf } from '../../src/core/messages/translate.ts';
import { rosterOf } from '../../src/room/snapshot.ts';

/** Returns the roster of a room with this participant. */
function heldReasons(o: { isStreamStopped: boolean; isMuted?: boolean; pausedReason?: string }) {
  const publication = { isMuted: o.isMuted ?? false, pausedReason: o.pausedReason ?? '', track: {} };
  const one = {
    sessionId: 's',
    identity: 'obs',
    name: 'OBS',
    kind: 'gateway',
    protocol: 'rtmp',
    isLocal: false,
    role: '',
    attributes: {},
    permissions: { hidden: false, canPublish: true },
    joinedAt: new Date(0),
    isStreamStopped: o.isStreamStopped,
    getTrackPublication: (source: string) => (source === 'camera' ? publication : undefined),
  };
  const local = { ...one, isLocal: true, isStreamStopped: false, getTrackPublication: () => undefined };
  const room = { breakOuts: [], localParticipant: local, remoteParticipants: new Map([['s', one]]) };
  return rosterOf(room as never).map(({ cameraHeld }) => cameraHeld);
}

it.each([
  ['a stream with media is not marked', { isStreamStopped: false }, undefined],
  ['a stopped stream is marked as stopped', { isStreamStopped: true }, 'stopped'],
  ['a stopped stream stays so when also held', { isStreamStopped: true, pausedReason: 'downlink' }, 'stopped'],
  ['a muted picture is not marked', { isStreamStopped: true, isMuted: true }, undefined],
])('%s', (_what, o, held) => expect(heldReasons(o)).toEqual([undefined, held]));

it('a stopped stream has a text in both languages', () => {
  expect(translatorOf('en')('stage.held.stopped')).toBe('The stream has stopped.');
  expect(translatorOf('zh')('stage.held.stopped')).toMatch(/已中断/);
});
