// Composed recordings while the media of their room is late, or does not come.
import { type Participant, participantFromWire } from '@meridian/protocol';
import {
  COMPOSE_DELAY_MS,
  type ComposerPorts,
  type RoomCompositionOptions,
  type TrackSink,
} from '@meridian/room-media';
import type { CodedFrame } from '@meridian/room-media/core';
import { type Clock, ManualClock } from '@meridian/runtime';
import { expect, it, vi } from 'vitest';
import { ComposedRoom } from '../../src/composing/composed-room.ts';
import { LateClock } from '../../src/composing/late-clock.ts';
import type { RoomHooks } from '../../src/stints/room-hooks.ts';

const STEP_MS = 100;
const KEY_EVERY_MS = 1000;
const startMs = 10_000;
const ann: Participant = participantFromWire({
  sessionId: 'PA_ann',
  identity: 'ann',
  tracks: [
    { trackId: 'camera', kind: 2, source: 1 },
    { trackId: 'microphone', kind: 1, source: 2 },
  ],
});

/** A room of one person, and a composer that makes a picture and a sound of every 100 ms. */
async function composedRoom() {
  const clock = new ManualClock({ nowMs: startMs });
  const kept = { video: [] as number[], audio: [] as number[] };
  const gaps: string[] = [];
  const taken: { readonly ptsMs: number; readonly atMs: number }[] = [];
  const onEnded = vi.fn();
  let composing: (ComposerPorts & { readonly clock: Clock }) | undefined;
  let doneMs = startMs - STEP_MS;
  let pictures = 0;
  const compose = (): void => {
    const dueMs = (composing?.clock.nowMs() ?? 0) - COMPOSE_DELAY_MS;
    if (dueMs - doneMs > 10 * STEP_MS) doneMs = dueMs - STEP_MS; // A long standstill is skipped.
    for (; doneMs + STEP_MS <= dueMs; ) {
      doneMs += STEP_MS;
      const isKey = pictures === 0 || (doneMs - startMs) % KEY_EVERY_MS === 0;
      pictures += 1;
      composing?.onVideo({ data: Uint8Array.of(0, 0, 1, 5), ptsMs: doneMs, isKey });
      composing?.onAudio({
        data: Uint8Array.of(1),
        ptsMs: doneMs,
        format: { codec: 'aac', sampleRate: 48_000, channels: 2 },
      });
    }
  };
  const sinks = new Map<string, TrackSink>();
  let hooks: Parameters<RoomCompositionOptions['openRoom']>[0] | undefined;
  const onTrack: RoomHooks['onTrack'] = ({ kind }) => ({
    frame: ({ ptsMs }) => void kept[kind].push(ptsMs - startMs),
    gap: (fromMs, toMs) => void gaps.push(`${kind} ${Math.round(fromMs - startMs)} to ${Math.round(toMs - startMs)}`),
    muted: () => undefined,
    end: () => undefined,
  });
  const people = [ann];
  const room = await ComposedRoom.open({
    recordingId: 'rec_1',
    identity: '',
    clock,
    log: { warn: vi.fn() },
    openComposer: async (ports) => {
      composing = ports;
      const push = (_trackId: string, { ptsMs }: CodedFrame): void =>
        void taken.push({ ptsMs, atMs: ports.clock.nowMs() });
      return { setTracks: vi.fn(), setLayout: vi.fn(), push, close: async () => undefined };
    },
    openRoom: async (given) => {
      hooks = given;
      for (const track of ann.tracks) {
        const sink = given.onTrack(track, ann, () => undefined);
        if (sink !== undefined) sinks.set(track.trackId, sink);
      }
      const roster = { speakers: [], others: () => people, info: { recordings: [] } };
      return { roster, prefer: () => undefined, close: () => undefined } as never;
    },
    onTrack,
    onEnded,
  });
  const send = (ptsMs: number): void => {
    for (const sink of sinks.values()) sink.frame({ codec: 'vp8', ptsMs } as CodedFrame);
  };
  /** Lets time pass, in which media comes or not. */
  const pass = async (ms: number, isCut = false): Promise<void> => {
    for (let at = 0; at < ms; at += STEP_MS) {
      await clock.advance(STEP_MS);
      if (!isCut) send(clock.nowMs());
      compose();
    }
  };
  return { clock, room, kept, gaps, taken, sinks, onEnded, hooks: () => hooks, pass, send, compose };
}

it('a composed recording keeps nothing of the time in which its media was cut off, and names it', async () => {
  const { pass, kept, gaps } = await composedRoom();
  await pass(4000);
  await pass(6000, true);
  await pass(6000);
  const lost = (all: readonly number[]) => all.filter((ms) => ms > 4000 && ms < 10_000);
  expect([lost(kept.video), lost(kept.audio)]).toEqual([[], []]);
  expect(kept.audio.filter((ms) => ms <= 4000)).toHaveLength(41);
  // Pictures begin again with a key frame.
  expect((kept.video.find((ms) => ms > 4000) ?? 1) % KEY_EVERY_MS).toBe(0);
  expect(gaps.map((gap) => gap.split(' ')[0]).sort()).toEqual(['audio', 'video']);
  expect(gaps.find((gap) => gap.startsWith('audio'))).toMatch(/^audio 40\d\d to 10100$/);
});

it.each([
  ['with its first media, and a key frame', false, 3000],
  ['after five seconds without any', true, 5000],
])('a composed recording begins %s', async (_what, isCut, fromMs) => {
  const { pass, kept } = await composedRoom();
  await pass(3000, true);
  await pass(6000, isCut);
  // The composer skips the time in which its clock stood still.
  expect(Math.abs((kept.audio[0] ?? 0) - fromMs)).toBeLessThanOrEqual(COMPOSE_DELAY_MS);
  expect(kept.video[0]).toBe(kept.audio[0]);
});

it.each([
  ['short silence', 1000],
  ['silence of muted participants', 8000],
])('a composed recording goes on through a %s', async (what, ms) => {
  const { pass, kept, gaps, sinks } = await composedRoom();
  await pass(3000);
  for (const sink of sinks.values()) if (ms > 1000) sink.muted(true);
  await pass(ms, true);
  for (const sink of sinks.values()) if (ms > 1000) sink.muted(false);
  await pass(3000);
  expect([what, gaps]).toEqual([what, []]);
  expect(kept.audio.at(-1)).toBe(3000 + ms + 3000 - 1400);
});

it('a cut that lasts until the end of a recording is named too', async () => {
  const { room, pass, kept, gaps, sinks, hooks, onEnded, clock } = await composedRoom();
  onEnded.mockImplementation(() => room.close());
  await pass(4000);
  await pass(5000, true);
  for (const sink of sinks.values()) sink.end();
  hooks()?.onEnded('RECORDING_ENDED');
  await pass(2000, true);
  expect(onEnded).toHaveBeenCalledExactlyOnceWith('RECORDING_ENDED');
  expect(kept.audio.filter((ms) => ms > 4000 && ms < 9000)).toEqual([]);
  expect(gaps.map((gap) => gap.replace(/ 40\d\d /, ' 40xx ')).sort()).toEqual([
    'audio 40xx to 9000',
    'video 40xx to 9000',
  ]);
  expect(clock.pendingTimers).toBe(0);
});

it('media that comes a second late is in time for the composer', async () => {
  const { clock, send, taken } = await composedRoom();
  await clock.advance(900);
  for (let ms = 900; ms < 5000; ms += STEP_MS) {
    await clock.advance(STEP_MS);
    send(clock.nowMs() - 900);
  }
  expect(taken.length).toBeGreaterThan(60);
  // Half a second is left for decoders, also beside the time that a composer waits.
  expect(taken.slice(20).filter(({ ptsMs, atMs }) => atMs - ptsMs > STEP_MS - 100)).toEqual([]);
});

it('the clock of a recording makes up for a standstill at twice the pace, and skips a long one', async () => {
  const clock = new ManualClock({ nowMs: 0 });
  const late = new LateClock(clock);
  late.begin(0);
  const passed = async (ms: number): Promise<number> => {
    await clock.advance(ms);
    return late.nowMs();
  };
  expect([await passed(50), await passed(900)]).toEqual([0, 0]);
  for (let ms = 950; ms < 5000; ms += 50) await passed(50);
  expect(late.nowMs()).toBe(4000);
  expect(await passed(1500)).toBe(4200);
  const steps = [];
  for (let ms = 0; ms < 2000; ms += 50) steps.push(await passed(50));
  expect(steps[0]).toBe(4300);
  expect(steps.at(-1)).toBe(7500);
  expect(await passed(4000)).toBe(11_500);
});
