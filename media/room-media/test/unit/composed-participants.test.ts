import {
  type Participant,
  participantFromWire,
  recordingFromWire,
  recordingSlots,
  type wire,
} from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  composedParticipants,
  layerFor,
  layoutOfRecording,
  speakingSince,
} from '../../src/composing/core/composed-participants.ts';

const [audio, video] = [1, 2];
const sources = { camera: 1, microphone: 2, screen: 3, screenSound: 4 };
const person = (identity: string, o: wire.ParticipantInfo.$Properties = {}): Participant =>
  participantFromWire({ sessionId: `PA_${identity}`, identity, name: identity, canPublish: true, ...o });
const all = { identity: '', speakingSinceMs: new Map<string, number>() };
const identities = (people: readonly Participant[]): string[] =>
  composedParticipants(people, all).map(({ identity }) => identity);

describe('a composed picture shows', () => {
  it('neither hidden participants nor an audience, and the others in the order of their joins', () => {
    const camera = { trackId: 'TR_1', kind: video, source: sources.camera };
    expect(
      identities([
        person('late', { joinedWallMs: 2 }),
        person('early', { joinedWallMs: 1 }),
        person('recorder', { hidden: true }),
        person('audience', { canPublish: false }),
        person('encoder', { canPublish: false, joinedWallMs: 3, tracks: [camera] }),
      ]),
    ).toEqual(['early', 'late', 'encoder']);
  });

  it('only the participant that is recorded', () => {
    expect(composedParticipants([person('ann'), person('bob')], { ...all, identity: 'bob' })).toMatchObject([
      { identity: 'bob' },
    ]);
  });

  it('the camera, the screen and every sound, but no rendition and no muted picture', () => {
    const ann = person('ann', {
      tracks: [
        { trackId: 'TR_h264', kind: video, source: sources.camera, derivedFrom: 'TR_vp9' },
        { trackId: 'TR_vp9', kind: video, source: sources.camera },
        { trackId: 'TR_screen', kind: video, source: sources.screen },
        { trackId: 'TR_voice', kind: audio, source: sources.microphone },
        { trackId: 'TR_film', kind: audio, source: sources.screenSound },
      ],
    });
    const off = person('off', {
      tracks: [
        { trackId: 'TR_dark', kind: video, source: sources.camera, muted: true },
        { trackId: 'TR_quiet', kind: audio, source: sources.microphone, muted: true },
        { trackId: 'TR_music', kind: audio, source: sources.screenSound },
      ],
    });
    expect(composedParticipants([ann, off], { identity: '', speakingSinceMs: new Map([['PA_ann', 7]]) })).toEqual([
      {
        identity: 'ann',
        name: 'ann',
        isMuted: false,
        speakingSinceMs: 7,
        camera: 'TR_vp9',
        screen: 'TR_screen',
        sounds: ['TR_voice', 'TR_film'],
      },
      {
        identity: 'off',
        name: 'off',
        isMuted: true,
        speakingSinceMs: undefined,
        camera: undefined,
        screen: undefined,
        sounds: ['TR_quiet', 'TR_music'],
      },
    ]);
  });
});

it('a voice that continues keeps the time of its start', () => {
  const first = speakingSince(new Map(), [{ sessionId: 'PA_ann', levelDbov: -20 }], 100);
  const both = [
    { sessionId: 'PA_bob', levelDbov: -10 },
    { sessionId: 'PA_ann', levelDbov: -30 },
  ];
  const second = speakingSince(first, both, 200);
  expect([...second].sort()).toEqual([
    ['PA_ann', 100],
    ['PA_bob', 200],
  ]);
  expect([...speakingSince(second, [], 300)]).toEqual([]);
});

it.each([
  [{ width: 320, height: 180 }, 0],
  [{ width: 400, height: 225 }, 0],
  [{ width: 424, height: 238 }, 1],
  [{ width: 1280, height: 720 }, 2],
  [{ width: 1920, height: 1080 }, 2],
])('a tile of %j is shown by the layer %i', (tile, spatialLayer) => {
  const layers = [1280, 640, 320].map((width, index) => ({
    spatialLayer: 2 - index,
    width,
    height: (width * 9) / 16,
    maxBitrateBps: 0,
  }));
  expect(layerFor(layers, tile)).toBe(spatialLayer);
  expect(layerFor(layers.slice(0, 1), tile)).toBeUndefined();
});

it('a composition has the layout of its own recording, and none before the room knows that recording', () => {
  const recordings = [
    recordingFromWire({ recordingId: 're_1', mode: 'composed', layout: 'speaker' }),
    recordingFromWire({ recordingId: 're_2', mode: 'composed', layout: 'screen' }),
  ];
  expect(['re_1', 're_2', 're_3'].map((id) => layoutOfRecording(recordings, id))).toEqual([
    ...['speaker', 'screen', undefined],
  ]);
});

it.each([
  ['', 0, 1],
  ['', 7, 7],
  ['composed', 0, 45],
  ['composed', 9, 77],
  ['composed', 25, 135],
  ['composed', 500, 135],
  ['page', 1, 120],
] as const)('a recording "%s" of %i participants costs %i slots', (mode, participants, slots) => {
  expect(recordingSlots(mode, participants)).toBe(slots);
});
