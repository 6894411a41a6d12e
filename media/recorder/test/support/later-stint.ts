// A stint that is composed later, of real coded media, and the recorder that composes it.
import { execFileSync } from 'node:child_process';
import { COMPOSE } from '@meridian/protocol';
import type { ComposedParticipant, Scene } from '@meridian/room-media';
import type { CodedFrame } from '@meridian/room-media/core';
import { systemClock } from '@meridian/runtime';
import { Composing, type ComposingOptions } from '../../src/composing/composing.ts';
import { Studio } from '../../src/composing/studio.ts';
import { recordingPrefix } from '../../src/core/names.ts';
import { listStints } from '../../src/stints/read-journals.ts';
import type { RoomHooks } from '../../src/stints/room-hooks.ts';
import { peersOf, type TestQueue } from './assembling.ts';
import { log } from './made-recordings.ts';
import { type TestRecorder, TestRoom } from './stinting.ts';

export interface PlayedTrack {
  readonly identity: string;
  readonly kind: 'audio' | 'video';
  /** Begin of the track in the time of the stint. */
  readonly fromMs: number;
  readonly frames: readonly CodedFrame[];
}
export interface PlayedScene extends Scene {
  readonly ms: number;
}

const shifted = (frame: CodedFrame, ms: number): CodedFrame =>
  Object.assign({}, frame, { ptsMs: frame.ptsMs + ms }, 'dtsMs' in frame ? { dtsMs: frame.dtsMs + ms } : {});

export const shown = (identity: string, more: Partial<ComposedParticipant> = {}): ComposedParticipant => {
  const tracks = { camera: `TR_${identity}video`, screen: undefined, sounds: [`TR_${identity}audio`] };
  return { identity, name: identity, isMuted: false, speakingSinceMs: undefined, ...tracks, ...more };
};

/** Records a stint of tracks and scenes. Resolves with its id when it is in the store. */
export async function recordLater(
  rig: TestRecorder,
  o: { readonly tracks: readonly PlayedTrack[]; readonly scenes: readonly PlayedScene[]; readonly durationMs: number },
): Promise<string> {
  const room = new TestRoom();
  const { stint } = await rig.open(room, { isLater: true });
  const hooks = room.hooks as RoomHooks;
  const beganMs = rig.clock.nowMs();
  const events = [
    ...o.scenes.map((scene) => ({ ms: scene.ms, run: () => hooks.onScene?.(scene) })),
    ...o.tracks.flatMap(({ identity, kind, fromMs, frames }) => {
      const sink = room.publish(identity, kind);
      return frames.map((frame) => ({
        ms: fromMs + frame.ptsMs,
        run: () => sink.frame(shifted(frame, beganMs + fromMs)),
      }));
    }),
  ].sort((a, b) => a.ms - b.ms);
  for (const { ms, run } of events) {
    if (ms >= o.durationMs) break;
    const nowMs = rig.clock.nowMs() - beganMs;
    if (ms > nowMs) rig.clock.advance(ms - nowMs);
    run();
  }
  rig.clock.advance(o.durationMs - (rig.clock.nowMs() - beganMs));
  await stint.close('ended');
  if ((await stint.outcome) !== 'stored') throw new Error('the stint is not in the store');
  return stint.stintId;
}

const nothing = (): void => undefined;
const metrics = { running: nothing, used: nothing, started: nothing, restarted: nothing, dropped: nothing };

export const openStudio = (): Promise<Studio> =>
  Studio.open({ background: '#0000ff', slots: 60, ffmpegSandbox: 'required', clock: systemClock(), log, metrics });

export const freeSlots = { canHold: () => true, hold: () => nothing };

export const composingOf = (
  rig: TestRecorder,
  studio: Studio,
  port: TestQueue,
  more: Partial<ComposingOptions> = {},
): Composing =>
  new Composing({
    store: rig.store,
    peers: peersOf({}),
    api: { call: () => Promise.reject(new Error('no api')) },
    stints: { canBegin: true, openComposed: async (o) => (await rig.open(new TestRoom(), o)).stint },
    slots: freeSlots,
    check: () => studio.check(),
    openComposer: (ports) => studio.openLaterComposer(ports),
    clock: systemClock(),
    log,
    port,
    ...more,
  });

export async function addComposeTask(queue: TestQueue, rig: TestRecorder, stintId: string, id = 't1'): Promise<void> {
  const stints = await listStints(rig.store, recordingPrefix('Acme', 'rec_1'));
  const found = stints.find((one) => one.stintId === stintId);
  if (found === undefined) throw new Error(`no stint ${stintId}`);
  const stint = Object.assign({ recorderId: 'rec-1', holder: 'rec-1' }, found);
  queue.add(id, { recordingId: 'rec_1', room: 'Acme/daily', stint }, { kind: COMPOSE });
}

export type Rgb = readonly [red: number, green: number, blue: number];
const SMALL = { width: 128, height: 72 };

/** Decodes the pictures of a file to 128x72, with their times in seconds. */
export function picturesOf(path: string): {
  readonly count: number;
  at(number: number, x: number, y: number): Rgb;
  /** Returns the mean difference between two pictures in a rectangle of relative positions. */
  differ(one: number, other: number, area: { x: number; y: number; toX: number; toY: number }): number;
} {
  const scale = `scale=${SMALL.width}:${SMALL.height}:flags=area`;
  const args = ['-nostdin', '-v', 'error', '-i', path, '-fps_mode', 'passthrough', '-vf', scale];
  const bytes = execFileSync('ffmpeg', [...args, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'], {
    maxBuffer: 2 ** 30,
  });
  const each = SMALL.width * SMALL.height * 3;
  const place = (number: number, x: number, y: number): number =>
    number * each + (Math.floor(y * SMALL.height) * SMALL.width + Math.floor(x * SMALL.width)) * 3;
  return {
    count: bytes.length / each,
    at(number, x, y) {
      const from = place(number, x, y);
      return [bytes[from] ?? -1, bytes[from + 1] ?? -1, bytes[from + 2] ?? -1];
    },
    differ(one, other, { x, y, toX, toY }) {
      let [sum, count] = [0, 0];
      for (let py = y; py < toY; py += 1 / SMALL.height)
        for (let px = x; px < toX; px += 1 / SMALL.width) {
          sum += Math.abs((bytes[place(one, px, py)] ?? 0) - (bytes[place(other, px, py)] ?? 0));
          count += 1;
        }
      return sum / count;
    },
  };
}
