// The sound of a room whose one voice is an encoder's: as it came, or in one step; a second voice makes a mix.

import type { AudioFormat, AudioUnit } from '@meridian/opener/core';
import { AdtsReader, splitMp2 } from '@meridian/opener/core';
import { type Clock, createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import type { SoundCodec } from '../../src/room/programme.ts';
import { voiceMixers } from '../../src/room/sound.ts';
import { Heard, made, supervisorOf, toneFrom } from '../support/transcoding.ts';

let closes: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closes.map((close) => close()));
  closes = [];
});

type Coded = 'aac' | 'mp2' | 'slow mp2';
const formats: Record<Coded, AudioFormat> = {
  aac: { codec: 'aac', sampleRate: 48_000, channels: 2, config: Uint8Array.of(0x11, 0x90) },
  mp2: { codec: 'mp2', sampleRate: 48_000, channels: 2 },
  'slow mp2': { codec: 'mp2', sampleRate: 24_000, channels: 2 },
};

/** A second of a tone. */
async function tone(codec: Coded): Promise<AudioUnit[]> {
  const { sampleRate } = formats[codec];
  const coding = codec === 'aac' ? ['-c:a', 'aac', '-f', 'adts'] : ['-c:a', 'mp2', '-f', 'mp2'];
  const bytes = await made(...toneFrom(0, 1), '-ar', `${sampleRate}`, ...coding);
  const frames = codec === 'aac' ? new AdtsReader().push(bytes).map(({ data }) => data) : mp2Frames(bytes);
  const samples = codec === 'aac' ? 1024 : 1152;
  return frames.map((data, at) => ({ kind: 'audio', ptsMs: (at * samples * 1000) / sampleRate, data }));
}
const mp2Frames = (bytes: Uint8Array): Uint8Array[] => (splitMp2(bytes) ?? []).map(({ frame }) => frame);

async function soundOf(to: SoundCodec, clock: Clock = systemClock()) {
  const { supervisor, counted } = await supervisorOf();
  const heard = new Heard();
  const given: AudioFormat[] = [];
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const mixer = voiceMixers({ supervisor, clock, log })(to, (unit, format) => {
    if (given.at(-1) !== format) given.push(format);
    heard.onUnit(unit);
  });
  closes.push(
    () => mixer.close(),
    () => supervisor.close(),
  );
  mixer.rest(false);
  const fromMs = clock.nowMs();
  const say = (voice: string, units: readonly AudioUnit[], codec: Coded): void => {
    for (const { ptsMs, data } of units) mixer.push(voice, fromMs + ptsMs, data, formats[codec]);
  };
  return { say, heard, given, counted, fromMs };
}

describe('a voice alone', () => {
  it.each<[Coded, SoundCodec, string[]]>([
    ['aac', 'aac', []],
    ['mp2', 'mp2', []],
    ['mp2', 'aac', ['mp2 to aac']],
    ['aac', 'mp2', ['aac to mp2']],
    ['slow mp2', 'mp2', ['mp2 to mp2']],
  ])('in %s is heard in %s by no more than %j', async (codec, to, jobs) => {
    const clock = new ManualClock({ nowMs: 1000 });
    const { say, heard, given, counted, fromMs } = await soundOf(to, clock);
    const units = await tone(codec);
    for (const unit of units) {
      clock.advance(fromMs + unit.ptsMs - clock.nowMs());
      say('ann', [unit], codec);
    }
    await heard.until(({ ptsMs }) => ptsMs > fromMs + 700);
    expect(counted.started).toEqual(jobs);
    expect(given.map((format) => format.codec)).toEqual([to]);
    if (jobs.length === 0) expect(heard.units.map(({ data }) => data)).toEqual(units.map(({ data }) => data));
    else expect(given[0]?.sampleRate).toBe(48_000);
  });
});

it('two encoders are mixed: each is decoded, and their sum is coded', async () => {
  const { say, heard, counted, fromMs } = await soundOf('aac');
  const units = await tone('mp2');
  say('ann', units.slice(0, 1), 'mp2');
  say('bob', units.slice(0, 1), 'mp2');
  say('ann', units.slice(1), 'mp2');
  await heard.until(({ ptsMs }) => ptsMs > fromMs + 300);
  expect(counted.started).toContain('mix to aac');
  expect(counted.started.filter((job) => job === 'mp2 to pcm')).toHaveLength(2);
});

it('rooms are mixed on one beat, which begins with the first and ends with the last', async () => {
  const clock = new ManualClock({ nowMs: 1000 });
  const { supervisor } = await supervisorOf({ clock });
  closes.push(() => supervisor.close());
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const mixers = voiceMixers({ supervisor, clock, log });
  expect(clock.pendingTimers).toBe(0);
  const rooms = [mixers('aac', () => undefined), mixers('mp2', () => undefined), mixers('aac', () => undefined)];
  expect(clock.pendingTimers).toBe(1);
  for (const room of rooms) {
    expect(clock.pendingTimers).toBe(1);
    room.close();
    room.close();
  }
  expect(clock.pendingTimers).toBe(0);
});
