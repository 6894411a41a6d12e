import { AudioTranscoder, decodersMax, OpusThreads } from '@meridian/opener';
import type { AudioUnit } from '@meridian/opener/core';
import { AdtsReader, Mixer, voiceSilentMs } from '@meridian/opener/core';
import { type Clock, ManualClock, systemClock } from '@meridian/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { Heard, made, shareOf, supervisorOf, toneFrom } from '../support/transcoding.ts';

let closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closes.map((close) => close()));
  closes = [];
});

/** Decoders, and a promise for the time when so many packets were decoded. */
function decodersOf(o: { file?: URL; clock?: Clock; onWarn?(): void } = {}) {
  const sounds: { voice: string; ptsMs: number; left: Float32Array; right: Float32Array }[] = [];
  let check = (): void => undefined;
  const threads = new OpusThreads({
    clock: o.clock ?? systemClock(),
    log: { warn: () => o.onWarn?.() },
    ...(o.file === undefined ? {} : { file: o.file }),
  });
  const decoders = threads.open((voice, ptsMs, left, right) => {
    sounds.push({ voice, ptsMs, left: left.slice(), right: right.slice() });
    check();
  });
  closes.push(() => threads.close());
  const until = (count: number): Promise<void> => {
    threads.flush();
    return new Promise((resolve) => {
      check = () => (sounds.length >= count ? resolve() : undefined);
      check();
    });
  };
  return { threads, decoders, sounds, until };
}

async function opusTone(): Promise<AudioUnit[]> {
  const { supervisor } = await supervisorOf();
  closes.push(() => supervisor.close());
  const heard = new Heard();
  const from = { codec: 'aac', sampleRate: 48_000, channels: 2 } as const;
  const transcoder = new AudioTranscoder({
    from,
    to: 'opus',
    supervisor,
    onUnit: heard.onUnit,
    onDegraded: () => undefined,
  });
  const frames = new AdtsReader().push(await made(...toneFrom(0, 1), '-c:a', 'aac', '-f', 'adts'));
  for (const [index, { data }] of frames.entries())
    transcoder.write({ kind: 'audio', ptsMs: (index * 1024) / 48, data });
  await heard.until(({ ptsMs }) => ptsMs > 900);
  return heard.units;
}

describe('decoders of Opus', () => {
  it('of sixteen rooms share a thread, which ends with the last of them', async () => {
    const threads = new OpusThreads({ clock: systemClock(), log: { warn: () => undefined } });
    closes.push(() => threads.close());
    const heard: string[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const rooms = Array.from({ length: 17 }, (_, room) =>
      threads.open((voice, ptsMs) => {
        heard.push(`${room} ${voice} ${ptsMs}`);
        if (heard.length === 17) resolve();
      }),
    );
    expect(threads.count).toBe(2);
    for (const [room, voices] of rooms.entries()) voices.decode('a', room, Uint8Array.of(0xfc, 0xff, 0xfe));
    threads.flush();
    await all;
    expect(heard.sort()).toEqual(rooms.map((_, room) => `${room} a ${room}`).sort());
    await rooms[16]?.close();
    expect(threads.count).toBe(1);
    await Promise.all(rooms.flatMap((room) => [room.close(), room.close()]));
    expect(threads.count).toBe(0);
  });

  it('refuse what is too long or empty, and one voice too many; junk is counted', async () => {
    const { decoders, sounds, until } = decodersOf();
    const silence = Uint8Array.of(0xfc, 0xff, 0xfe);
    expect(decoders.decode('a', 0, new Uint8Array(0))).toBe(false);
    expect(decoders.decode('a', 0, new Uint8Array(8000))).toBe(false);
    expect(decoders.decode('junk', 0, Uint8Array.of(0xff, 0x3f))).toBe(true);
    for (let voice = 1; voice < decodersMax; voice += 1)
      expect(decoders.decode(`v${voice}`, voice, silence)).toBe(true);
    expect(decoders.decode('one more', 0, silence)).toBe(false);
    expect(decoders.droppedPackets).toBe(3);
    await until(decodersMax - 1);
    expect(sounds.map(({ left, right }) => [left.length, right.length])).toContainEqual([960, 960]);
    expect(decoders.badPackets).toBe(1);
    decoders.remove('v1');
    expect(decoders.decode('one more', 0, silence)).toBe(true);
    await until(decodersMax);
  });

  it('give the place of the voice that was silent longest to a new one', async () => {
    const clock = new ManualClock();
    const { decoders, sounds, until } = decodersOf({ clock });
    const silence = Uint8Array.of(0xfc, 0xff, 0xfe);
    for (let voice = 0; voice < decodersMax; voice += 1) decoders.decode(`v${voice}`, voice, silence);
    clock.advance(voiceSilentMs - 1);
    decoders.decode('v0', 1000, silence);
    expect(decoders.decode('one more', 0, silence)).toBe(false);
    await until(decodersMax + 1);
    clock.advance(1);
    expect(decoders.decode('one more', 1000, silence)).toBe(true);
    expect(decoders.decode('v0', 1020, silence)).toBe(true);
    await until(decodersMax + 3);
    expect(sounds.slice(-2).map(({ voice }) => voice)).toEqual(['one more', 'v0']);
  });

  it('go on when their thread has died', async () => {
    const clock = new ManualClock();
    const warned = Promise.withResolvers<void>();
    const file = new URL('../support/dying-thread.ts', import.meta.url);
    const { threads, decoders, sounds, until } = decodersOf({ file, clock, onWarn: warned.resolve });
    const silence = Uint8Array.of(0xfc, 0xff, 0xfe);
    decoders.decode('a', 0, Uint8Array.of(0xde, 0xad));
    threads.flush();
    await warned.promise;
    expect(decoders.decode('a', 0, silence)).toBe(false);
    expect(decoders.droppedPackets).toBe(1);
    clock.advance(200);
    expect(decoders.decode('a', 20, silence)).toBe(true);
    await until(1);
    expect(sounds.map(({ voice, ptsMs }) => [voice, ptsMs])).toEqual([['a', 20]]);
  });

  it('give a mixer the tone of a voice at its time', async () => {
    const units = await opusTone();
    const { decoders, sounds, until } = decodersOf();
    // In several requests, the later of them in the memory of the first.
    for (const [index, unit] of units.entries()) {
      decoders.decode('a', unit.ptsMs, unit.data);
      if (index === 19 || index % 3 === 0) await until(index + 1);
    }
    await until(units.length);
    const mixer = new Mixer({ startMs: 0, delayMs: 0 });
    for (const { voice, ptsMs, left, right } of sounds) mixer.push(voice, ptsMs, left, right);
    const blocks = mixer.pull(900).slice(10);
    const left = Float32Array.from(blocks.flatMap(({ everybody }) => [...everybody.filter((_, at) => at % 2 === 0)]));
    expect(shareOf(left, 1000)).toBeGreaterThan(0.99);
  });
});
