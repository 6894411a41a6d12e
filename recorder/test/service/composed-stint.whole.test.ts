// A composed recording from a room to its files: one picture and one sound, which are of one moment, whatever the
// layout does.
import {
  COMPOSE_DELAY_MS,
  type ComposableRoom,
  type ComposerPorts,
  LOOK_AGAIN_MS,
  type TrackPreference,
  type TrackSink,
} from '@meridian/opener';
import type { CodedFrame } from '@meridian/opener/core';
import {
  type Participant,
  participantFromWire,
  type RecordingLayout,
  type RoomRecording,
  recordingFromWire,
} from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type Frames, pictures, sound } from '../../../opener/test/support/composing.ts';
import { until } from '../../../runtime/test/support/until.ts';
import { ComposedRoom, type ComposedRoomOptions } from '../../src/composing/composed-room.ts';
import { Studio } from '../../src/composing/studio.ts';
import { readRecording } from '../../src/stints/read-recording.ts';
import { beepsOf, filesOf, flashesOf, medianOf, offsetsOf } from '../support/flash-and-beep.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });
const nothing = (): void => undefined;

/** Ann with a camera and a microphone. */
const people: readonly Participant[] = [
  participantFromWire({
    sessionId: 'PA_ann',
    identity: 'ann',
    name: ' ',
    canPublish: true,
    tracks: [
      {
        trackId: 'TR_camera',
        kind: 2,
        source: 1,
        layers: [
          { spatialLayer: 0, width: 320, height: 180 },
          { spatialLayer: 1, width: 1280, height: 720 },
        ],
      },
      { trackId: 'TR_sound', kind: 1, source: 2 },
    ],
  }),
];

type Hooks = Parameters<ComposedRoomOptions['openRoom']>[0];

/** Stands for `RoomTracks`. */
class PlayedRoom {
  readonly sinks = new Map<string, TrackSink>();
  readonly preferences = new Map<string, TrackPreference>();
  #recordings = [composed('grid')];
  #hooks: Hooks | undefined;

  open(hooks: Hooks): Promise<ComposableRoom> {
    this.#hooks = hooks;
    for (const person of people)
      for (const track of person.tracks) {
        const sink = hooks.onTrack(track, person, nothing);
        if (sink !== undefined) this.sinks.set(track.trackId, sink);
      }
    const roster = {
      speakers: [],
      others: () => people,
      get: (sessionId: string) => people.find((one) => one.sessionId === sessionId),
      info: this,
    };
    const prefer = (trackId: string, preference: TrackPreference) => void this.preferences.set(trackId, preference);
    return Promise.resolve({ roster, prefer, close: nothing } as unknown as ComposableRoom);
  }
  get recordings(): readonly RoomRecording[] {
    return this.#recordings;
  }
  layout(layout: RecordingLayout): void {
    this.#recordings = [composed(layout)];
    this.#hooks?.onRoster?.();
  }
  end(): void {
    this.#hooks?.onEnded('RECORDING_ENDED');
  }
}
const composed = (layout: RecordingLayout): RoomRecording =>
  recordingFromWire({ recordingId: 'rec_1', mode: 'composed', layout });

/** More than encoders and pipes hold back. */
const LATE_MS = { picture: 250, sound: 1500 };

/** A flash and a beep at each whole second, for a fifth of it. */
async function flashAndBeep() {
  const flash = `color=black:s=320x180:r=30:d=2,drawbox=c=white:t=fill:enable='lt(mod(t\\,1)\\,0.2)'`;
  const beep = sound('0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.2)', 2);
  const units = (await beep).filter(({ ptsMs }) => ptsMs >= 0 && ptsMs < 2000);
  return { picture: await pictures('vp8', flash), sound: units };
}

const metrics = { running: nothing, used: nothing, started: nothing, restarted: nothing, dropped: nothing };

async function openStudio(clock: ManualClock): Promise<Studio> {
  const studio = await Studio.open({ background: '#0000ff', slots: 240, clock, log, metrics });
  onTestFinished(() => studio.close());
  return studio;
}

it('a recorder composes once it has an ffmpeg', async () => {
  const clock = new ManualClock();
  vi.stubEnv('PATH', '/nowhere');
  const studio = await openStudio(clock);
  vi.unstubAllEnvs();
  const beside = studio.supervisorBeside({ capacity: 1, metrics });
  const check = (): void => studio.check();
  expect(check).toThrow(expect.objectContaining({ code: 'NO_SOUND_TRANSCODER' }));
  expect(beside.lacks).toEqual(['sound', 'picture']);
  clock.advance(LOOK_AGAIN_MS);
  await until('it has one', () => beside.lacks.length === 0);
  expect(check).not.toThrow();
});

/** Frames of a source that is played again and again, on a clock that a test turns. */
class Tape {
  readonly #frames: Frames;
  readonly #lengthMs: number;
  #at = 0;

  constructor(frames: Frames, lengthMs: number) {
    this.#frames = frames;
    this.#lengthMs = lengthMs;
  }
  *until(ms: number): Generator<CodedFrame> {
    for (;;) {
      const frame = this.#frames[this.#at % this.#frames.length];
      const ptsMs = (frame?.ptsMs ?? 0) + Math.floor(this.#at / this.#frames.length) * this.#lengthMs;
      if (frame === undefined || ptsMs > ms) return;
      this.#at += 1;
      yield { ...frame, ptsMs, ...('dtsMs' in frame ? { dtsMs: ptsMs } : {}) };
    }
  }
}

/** The clock goes no faster than the day, and waits for what a busy machine has not made yet. */
async function turn(clock: ManualClock, isOver: () => boolean, o: { isBehind(): boolean; step(): void }) {
  const pace = setInterval(() => {
    if (isOver() || o.isBehind()) return;
    clock.advance(STEP_MS);
    o.step();
  }, STEP_MS);
  await until('the time is over', isOver).finally(() => clearInterval(pace));
}
const STEP_MS = 10;

it('is one picture and one sound of one moment, and a change of the layout begins no other file', async () => {
  const clock = new ManualClock();
  const [own, studio, sources] = await Promise.all([TestRecorder.start({ clock }), openStudio(clock), flashAndBeep()]);
  onTestFinished(() => own.dispose());
  const room = new PlayedRoom();
  const madeMs = { picture: 0, sound: 0 };
  const openComposer = (ports: ComposerPorts) =>
    studio.openComposer({
      ...ports,
      onVideo: (video) => {
        madeMs.picture = video.ptsMs;
        ports.onVideo(video);
      },
      onAudio: (audio) => {
        madeMs.sound = audio.ptsMs;
        ports.onAudio(audio);
      },
    });
  const { stint, closed } = await own.open(new TestRoom(), {
    join: (hooks) =>
      ComposedRoom.open({
        ...hooks,
        recordingId: 'rec_1',
        openComposer,
        openRoom: (of) => room.open(of),
        clock,
        log,
      }),
  });
  const tapes = { TR_camera: new Tape(sources.picture, 2000), TR_sound: new Tape(sources.sound, 2000) };
  const play = (): void => {
    for (const [trackId, tape] of Object.entries(tapes))
      for (const frame of tape.until(clock.nowMs())) room.sinks.get(trackId)?.frame(frame);
  };
  const isBehind = (): boolean => {
    const dueMs = clock.nowMs() - COMPOSE_DELAY_MS;
    return madeMs.picture < dueMs - LATE_MS.picture || madeMs.sound < dueMs - LATE_MS.sound;
  };
  const pass = (isOver: () => boolean): Promise<void> => turn(clock, isOver, { isBehind, step: play });
  await pass(() => clock.nowMs() > 2200);
  expect(room.preferences.get('TR_camera')).toEqual({ paused: false, spatialLayer: 1 });
  room.layout('speaker');
  await pass(() => clock.nowMs() > 4300);
  room.end();
  await pass(() => closed.length > 0);
  expect(await stint.outcome).toBe('stored');

  const { tracks, isOver } = await readRecording(own.store, 'Acme', 'rec_1');
  expect(tracks.map(({ kind, source, files }) => [kind, source, files.map(({ codec }) => codec)])).toEqual([
    ['video', 'composed', ['h264']],
    ['audio', 'composed', ['aac']],
  ]);
  expect(isOver).toBe(true);
  const [picture, heard] = await filesOf(own, tracks);
  // What was there from the first moment on has no onset.
  const offsets = offsetsOf(
    flashesOf(picture).filter((at) => at > 0.5),
    beepsOf(heard),
  );
  expect(offsets.length).toBeGreaterThanOrEqual(3);
  // On a machine that is too busy to decode in time a single picture may be late.
  expect(Math.abs(medianOf(offsets))).toBeLessThanOrEqual(0.04);
}, 120_000);
