// Acts of hosts: the request of each call, and the effects of acts on our own participant.
import { emptyParticipant, participantFromWire, type wire } from '@meridian/protocol';
import { describe, expect, it, test, vi } from 'vitest';
import { RoomActs } from '../../src/acts.ts';
import { MeridianClientError } from '../../src/index.ts';
import { applyRights } from '../../src/local-rights.ts';
import { LocalParticipant } from '../../src/participants/local-participant.ts';
import { RemoteParticipant } from '../../src/participants/remote-participant.ts';
import { Room } from '../../src/room.ts';
import type { LocalTrackPublication } from '../../src/tracks/local-publication.ts';
import type { RemoteTrackPublication } from '../../src/tracks/remote-publication.ts';
import type { RemoteTrack } from '../../src/tracks/remote-track.ts';

function setUp(ack: wire.Ack.$Properties = {}) {
  const sent: unknown[] = [];
  const acts = new RoomActs({
    request: async ({ act }) => {
      sent.push(act);
      return { ack };
    },
  });
  return { acts, sent };
}

const rows: [name: string, call: (acts: RoomActs) => Promise<void>, act: object][] = [
  [
    'remove',
    (a) => a.remove('bo'),
    { remove: { identity: 'bo', reason: '', banS: 0, forever: false, mayReturn: false } },
  ],
  [
    'remove for a while',
    (a) => a.remove('bo', { reason: 'loud', banS: 60 }),
    { remove: { identity: 'bo', reason: 'loud', banS: 60, forever: false, mayReturn: false } },
  ],
  ['unban', (a) => a.unban('bo'), { unban: { identity: 'bo' } }],
  [
    'open break-out rooms',
    (a) => a.setBreakOuts([{ name: 'Red', identities: ['bo'] }], { message: 'go' }),
    {
      breakOuts: {
        breakOuts: [{ breakOutId: '', name: 'Red', identities: ['bo'], endsWallMs: 0 }],
        set: true,
        message: 'go',
      },
    },
  ],
  ['close break-out rooms', (a) => a.setBreakOuts([]), { breakOuts: { breakOuts: [], set: true, message: '' } }],
  ['announce', (a) => a.announce('five minutes'), { breakOuts: { message: 'five minutes' } }],
  ['mute a participant', (a) => a.mute('bo'), { mute: { identity: 'bo', trackId: '', source: 0, allSources: true } }],
  [
    'mute a source',
    (a) => a.mute('bo', { source: 'camera' }),
    { mute: { identity: 'bo', trackId: '', source: 1, allSources: false } },
  ],
  [
    'mute a track',
    (a) => a.mute('bo', { trackId: 'TR_1' }),
    { mute: { identity: 'bo', trackId: 'TR_1', source: 0, allSources: false } },
  ],
  ['mute everybody', (a) => a.muteEverybody(), { mute: { everybody: true } }],
  ['ask to unmute', (a) => a.askUnmute('bo'), { askUnmute: { identity: 'bo', source: 2 } }],
  ['set one setting of the room', (a) => a.setRoom({ locked: true }), { setRoom: { locked: true } }],
  [
    'set the room, all of it',
    (a) => a.setRoom({ locked: false, lobby: true, capacity: 3, spotlight: [], endsAtMs: 7, hardEnd: true }),
    {
      setRoom: {
        locked: false,
        lobby: true,
        capacity: 3,
        spotlight: [],
        setSpotlight: true,
        endsWallMs: 7,
        hardEnd: true,
      },
    },
  ],
  ['give a role', (a) => a.setRole('bo', 'speaker'), { member: { identity: 'bo', role: 'speaker', reset: false } }],
  ['take a role', (a) => a.setRole('bo', ''), { member: { identity: 'bo', role: '', reset: true } }],
  [
    'rights',
    (a) => a.setRights('cy', { canPublish: false }),
    { member: { identity: 'cy', canPublish: false, canSubscribe: null, canPublishData: null } },
  ],
  ['reset rights', (a) => a.setRights('cy', 'reset'), { member: { identity: 'cy', reset: true } }],
  [
    'update',
    (a) => a.updateParticipant('bo', { name: 'Bo', attributes: { a: '' } }),
    { update: { identity: 'bo', name: 'Bo', metadata: null, attributes: { a: '' } } },
  ],
  ['admit', (a) => a.admit(['WA_1']), { admit: { waitIds: ['WA_1'] } }],
  ['admit all', (a) => a.admit('all'), { admit: { all: true } }],
  ['refuse', (a) => a.refuse(['WA_1', 'WA_2']), { admit: { waitIds: ['WA_1', 'WA_2'], refused: true } }],
  ['raise our hand', (a) => a.raiseHand(), { hand: { raised: true } }],
  ['lower our hand', (a) => a.lowerHand(), { hand: { identity: '' } }],
  ["lower another's hand", (a) => a.lowerHand('bo'), { hand: { identity: 'bo' } }],
  ['lower all hands', (a) => a.lowerAllHands(), { hand: { everybody: true } }],
  [
    'lay out all recordings',
    (a) => a.setRecordingLayout('speaker'),
    { recordingLayout: { recordingId: '', layout: 'speaker' } },
  ],
  [
    'lay out a recording',
    (a) => a.setRecordingLayout('grid', 're_1'),
    { recordingLayout: { recordingId: 're_1', layout: 'grid' } },
  ],
  ['stop all recordings', (a) => a.stopRecording(), { stopRecording: { recordingId: '' } }],
  ['stop a recording', (a) => a.stopRecording('re_1'), { stopRecording: { recordingId: 're_1' } }],
  [
    'posts muted, slow, without a word',
    (a) => a.setRoom({ slowModeMs: 5, postsMuted: false, postWords: ['x'] }),
    { setRoom: { slowModeMs: 5, postsMuted: false, postWords: ['x'], setPostWords: true } },
  ],
  ['remove a post', (a) => a.removePost('PT_1'), { removePost: { postId: 'PT_1' } }],
  ['answer a question', (a) => a.setQuestion('PT_1', 'answered'), { question: { postId: 'PT_1', state: 'answered' } }],
  [
    'start a poll',
    (a) => a.startPoll({ text: 'Tea?', options: ['yes', 'no'], endsAtMs: 7 }),
    { poll: { text: 'Tea?', options: ['yes', 'no'], many: false, endsWallMs: 7 } },
  ],
  ['close a poll', (a) => a.closePoll('PO_1'), { poll: { pollId: 'PO_1', closed: true } }],
  ['remove a poll', (a) => a.removePoll('PO_1'), { poll: { pollId: 'PO_1', remove: true } }],
  ['end', (a) => a.end('over'), { end: { reason: 'over' } }],
];

describe('an act', () => {
  test.each(rows)('%s', async (_name, call, act) => {
    const { acts, sent } = setUp();
    await call(acts);
    expect(sent).toEqual([act]);
  });

  it('starts a recording, and resolves with the id from the service', async () => {
    const { acts, sent } = setUp({ recordingId: 're_given' });
    expect(await acts.startRecording()).toBe('re_given');
    expect(sent).not.toMatchObject([{ startRecording: { recordingId: 're_given' } }]);
  });

  it('starts a recording under its own id if an older service returns none', async () => {
    const { acts, sent } = setUp();
    const ids = [
      await acts.startRecording(),
      await acts.startRecording({ identity: 'bo', mode: 'composed', layout: 'screen' }),
    ];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^re_[a-z0-9]{16}$/);
    expect(sent).toEqual([
      { startRecording: { recordingId: ids[0], identity: '', mode: 'composed', layout: 'grid' } },
      { startRecording: { recordingId: ids[1], identity: 'bo', mode: 'composed', layout: 'screen' } },
    ]);
  });

  it.each([
    ['no mode', undefined, ['composed', ''], undefined],
    ['tracks', 'tracks', [''], undefined],
    ['composed', 'composed', ['composed'], 'NOT_PERMITTED'],
  ] as const)(
    'starts a recording with %s where the company may record tracks alone',
    async (_name, mode, modes, code) => {
      const sent: wire.ActStartRecording.$Properties[] = [];
      const acts = new RoomActs({
        request: async ({ act }) => {
          const { startRecording = {} } = act ?? {};
          sent.push(startRecording ?? {});
          if (startRecording?.mode === 'composed') throw new MeridianClientError('NOT_PERMITTED');
          return { ack: {} };
        },
      });
      const started = acts.startRecording(mode && { mode });
      if (code === undefined) expect(await started).toBe(sent[0]?.recordingId);
      else await expect(started).rejects.toMatchObject({ code });
      expect(sent.map((one) => one.mode)).toEqual(modes);
    },
  );

  it('that starts a recording is tried once when it fails otherwise', async () => {
    let tries = 0;
    const request = async () => {
      tries += 1;
      throw new MeridianClientError('NO_LIBRARY');
    };
    await expect(new RoomActs({ request }).startRecording()).rejects.toMatchObject({ code: 'NO_LIBRARY' });
    expect(tries).toBe(1);
  });

  test.each([
    ['remove', (a: RoomActs) => a.remove('')],
    ['unban', (a: RoomActs) => a.unban('')],
    ['askUnmute', (a: RoomActs) => a.askUnmute('')],
    ['setRole', (a: RoomActs) => a.setRole('', 'host')],
    ['updateParticipant', (a: RoomActs) => a.updateParticipant('', { name: 'x' })],
  ])('%s without an identity is not sent', async (_name, call) => {
    const { acts, sent } = setUp();
    await expect(call(acts)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(sent).toEqual([]);
  });

  it('needs a connection', async () => {
    const room = new Room();
    await expect(room.acts.raiseHand()).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    expect([room.sid, room.isLocked, room.hasLobby, room.spotlight, room.endsAtMs]).toEqual(['', false, false, [], 0]);
    expect(room.recordings).toEqual([]);
    expect([room.waiters, room.waiterCount, room.getParticipantByIdentity('')]).toEqual([[], 0, undefined]);
  });
});

describe('a participant that may not publish any more', () => {
  const local = (): LocalParticipant =>
    new LocalParticipant({ row: { ...emptyParticipant, tracks: [] }, port: {} as never, options: {} });
  const publication = (trackId: string, source: string) => {
    const track = { stop: vi.fn() };
    const kind = source === 'microphone' ? 'audio' : 'video';
    return { track, one: { trackId, source, kind, track } as unknown as LocalTrackPublication };
  };

  it('has its tracks unpublished and its devices released, but not the tracks that the app brought', () => {
    const me = local();
    const [camera, own] = [publication('TR_1', 'camera'), publication('TR_2', 'unknown')];
    me.addPublication(camera.one);
    me.addPublication(own.one);
    const removed: string[] = [];
    const row = participantFromWire({ identity: 'me', role: 'attendee', canSubscribe: true });
    applyRights(me, row, (trackId) => removed.push(trackId));
    expect(removed).toEqual(['TR_1', 'TR_2']);
    expect([camera.track.stop.mock.calls.length, own.track.stop.mock.calls.length]).toEqual([1, 0]);
    expect([me.role, me.permissions]).toMatchObject(['attendee', { canPublish: false, canSubscribe: true }]);
  });

  it('loses the tracks of sources that it may not publish, and keeps the others', () => {
    const me = local();
    const [camera, microphone] = [publication('TR_1', 'camera'), publication('TR_2', 'microphone')];
    for (const { one } of [camera, microphone]) me.addPublication(one);
    const removed: string[] = [];
    const row = { ...emptyParticipant, canPublish: true, publishSources: ['camera'] } as const;
    applyRights(me, row, (trackId) => removed.push(trackId));
    expect(removed).toEqual(['TR_2']);
    expect([camera, microphone].map(({ track }) => track.stop.mock.calls.length)).toEqual([0, 1]);
  });

  it('keeps its tracks while it has the right', () => {
    const me = local();
    const camera = publication('TR_1', 'camera');
    me.addPublication(camera.one);
    applyRights(me, participantFromWire({ role: 'host', canPublish: true, admin: true }), () => expect.fail('removed'));
    expect([me.role, me.permissions.admin, camera.track.stop.mock.calls.length]).toEqual(['host', true, 0]);
  });
});

describe('the volume of a participant', () => {
  const track = (source: string) => {
    const one = { source, setVolume: vi.fn() };
    return one as unknown as RemoteTrack & { setVolume: ReturnType<typeof vi.fn> };
  };

  it('applies to its present and later microphone tracks', () => {
    const bo = new RemoteParticipant({ ...emptyParticipant, tracks: [] });
    const [now, screen, later] = [track('microphone'), track('screen_share_audio'), track('microphone')];
    bo.addPublication({ trackId: 'TR_1', track: now } as unknown as RemoteTrackPublication);
    bo.addPublication({ trackId: 'TR_2', track: screen } as unknown as RemoteTrackPublication);
    bo.setVolume(0.5);
    for (const one of [later, screen]) bo.applyVolume(one);
    expect([now, screen, later].map((one) => one.setVolume.mock.calls)).toEqual([[[0.5]], [], [[0.5]]]);
  });

  test.each([-0.1, 1.1, Number.NaN])('is not %s', (volume) => {
    const bo = new RemoteParticipant({ ...emptyParticipant, tracks: [] });
    expect(() => bo.setVolume(volume)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
