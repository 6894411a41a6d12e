import { AudioTranscoder, MixEncoder, outputFormat } from '@meridian/opener';
import type { AudioFormat, AudioUnit } from '@meridian/opener/core';
import { AdtsReader, aacFrameSamples, adtsFrame, mp2FrameSamples, mp2Header } from '@meridian/opener/core';
import { MeridianError } from '@meridian/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { decoded, Heard, made, onsetMs, opusDecoded, shareOf, supervisorOf, toneFrom } from '../support/transcoding.ts';

const startMs = 5000;
const toneAtMs = 500;
const aac: AudioFormat = { codec: 'aac', sampleRate: 48_000, channels: 2 };
const mp2: AudioFormat = { codec: 'mp2', sampleRate: 48_000, channels: 2 };

/** A second and a half, whose tone begins 500 ms after `startMs`: encoders have put their delay before it. */
async function aacUnits(): Promise<AudioUnit[]> {
  const adts = await made(...toneFrom(toneAtMs / 1000, 1.5), '-c:a', 'aac', '-f', 'adts');
  const ptsMs = (index: number): number => startMs + ((index - 1) * aacFrameSamples) / 48;
  return new AdtsReader().push(adts).map(({ data }, index) => ({ kind: 'audio', ptsMs: ptsMs(index), data }));
}
async function mp2Units(): Promise<AudioUnit[]> {
  const bytes = await made(...toneFrom(toneAtMs / 1000, 1.5), '-c:a', 'mp2', '-f', 'mp2');
  const units: AudioUnit[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const length = mp2Header(bytes.subarray(at))?.frameBytes ?? bytes.byteLength;
    const ptsMs = startMs + (units.length * mp2FrameSamples - 481) / 48;
    units.push({ kind: 'audio', ptsMs, data: bytes.slice(at, at + length) });
    at += length;
  }
  return units;
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
/** What a player hears of units, and when. */
async function heardOf(to: AudioFormat['codec'], units: readonly AudioUnit[]) {
  if (to === 'opus') return opusDecoded(units);
  const config = { sampleRate: 48_000, channels: 2, hasSbr: false };
  const bytes = units.map(({ data }) => (to === 'aac' ? adtsFrame(data, config) : data));
  return { fromMs: units[0]?.ptsMs ?? Number.NaN, samples: await decoded(to === 'aac' ? 'aac' : 'mp3', joined(bytes)) };
}

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function begun(from: AudioFormat, to: AudioFormat['codec']) {
  const heard = new Heard();
  const { supervisor, counted } = await supervisorOf();
  close = () => supervisor.close();
  const transcoder = new AudioTranscoder({ from, to, supervisor, onUnit: heard.onUnit, onDegraded: () => undefined });
  return { transcoder, heard, counted };
}

describe('sound through ffmpeg', () => {
  const rows = [
    ['aac', 'opus', 20],
    ['aac', 'mp2', 24],
    ['mp2', 'opus', 20],
    ['mp2', 'aac', (1024 * 1000) / 48_000],
  ] as const;
  it.each(rows)('%s to %s stays the same tone at the same time', async (codec, to, unitMs) => {
    const { transcoder, heard } = await begun(codec === 'aac' ? aac : mp2, to);
    for (const unit of codec === 'aac' ? await aacUnits() : await mp2Units()) transcoder.write(unit);
    await heard.until(({ ptsMs }) => ptsMs > startMs + 1300);
    const sound = await heardOf(to, heard.units);
    expect(Math.abs(onsetMs(sound) - startMs - toneAtMs)).toBeLessThan(5);
    const from = Math.round((startMs + 600 - sound.fromMs) * 48);
    expect(shareOf(sound.samples.subarray(from, from + 24_000), 1000)).toBeGreaterThan(0.99);
    expect(shareOf(sound.samples.subarray(from, from + 24_000), 1500)).toBeLessThan(0.01);
    for (const [index, { ptsMs }] of heard.units.entries())
      expect(ptsMs - (heard.units[0]?.ptsMs ?? 0)).toBeCloseTo(index * unitMs, 3);
  });

  it('follows a gap and a jump back of the times it is given', async () => {
    const { transcoder, heard } = await begun(aac, 'opus');
    const units = await aacUnits();
    const moved = units.map((unit, index) => {
      const byMs = index < 20 ? 0 : index < 40 ? 3000 : -2000;
      return { ...unit, ptsMs: unit.ptsMs + byMs };
    });
    for (const unit of moved) transcoder.write(unit);
    await heard.until(({ ptsMs }) => ptsMs < startMs - 800 && ptsMs > startMs - 1300);
    const steps = heard.units.map(({ ptsMs }, index) => ptsMs - (heard.units[index - 1]?.ptsMs ?? ptsMs - 20));
    expect(steps.map((step) => Math.round(step)).filter((step) => step !== 20)).toEqual([3020, -4980]);
  });

  it('encodes a mix without drift', async () => {
    const heard = new Heard();
    const { supervisor } = await supervisorOf();
    close = () => supervisor.close();
    const encoder = new MixEncoder({ to: 'aac', supervisor, onUnit: heard.onUnit, onDegraded: () => undefined });
    const block = new Float32Array(1920);
    // Ten seconds; each block is written when the last is on its way, as its clock would.
    for (let index = 0; index < 500; index += 1) {
      encoder.write(index * 20, block);
      if (index % 50 === 49) await heard.until(({ ptsMs }) => ptsMs > index * 20 - 100);
    }
    await heard.until(({ ptsMs }) => ptsMs > 9900);
    const first = heard.units[0]?.ptsMs ?? 0;
    for (const [index, { ptsMs }] of heard.units.entries()) expect(ptsMs - first).toBeCloseTo((index * 1024) / 48, 3);
    expect(first).toBeCloseTo(-1024 / 48, 3);
  });

  it('refuses Opus, units without sound, too long or without time, and an AAC config it cannot read', async () => {
    const { transcoder } = await begun(aac, 'opus');
    const code = (code: string) => expect.objectContaining({ code });
    expect(() => transcoder.write({ kind: 'audio', ptsMs: 0, data: new Uint8Array(0) })).toThrow(
      code('REQUEST_INVALID'),
    );
    expect(() => transcoder.write({ kind: 'audio', ptsMs: 0, data: new Uint8Array(8193) })).toThrow(MeridianError);
    expect(() => transcoder.write({ kind: 'audio', ptsMs: Number.NaN, data: new Uint8Array(9) })).toThrow(
      MeridianError,
    );
    await expect(begun({ ...aac, codec: 'opus' }, 'aac')).rejects.toThrow(code('CODEC_UNSUPPORTED'));
    await expect(begun({ ...aac, config: Uint8Array.of(0xff) }, 'opus')).rejects.toThrow(code('TRUNCATED'));
    expect(outputFormat('aac').config).toEqual(Uint8Array.of(0x11, 0x90));
  });
});
