// Tests a processor between a device and the sender: the right tracks are stopped, and sending never pauses.
import { MeridianClientError } from '@meridian/client';
import { describe, expect, it } from 'vitest';
import { LocalTrack } from '../../src/tracks/local-track.ts';
import type { CaptureOverride } from '../../src/tracks/processor.ts';
import { FakeProcessor, FakeTrack } from '../fake-tracks.ts';

/** Returns a published camera or microphone. `sent`: the sender's tracks in order. */
function publishedTrack(kind: 'audio' | 'video' = 'video') {
  const opened: FakeTrack[] = [new FakeTrack('one', kind)];
  const captureOverrides: (CaptureOverride | undefined)[] = [];
  const sent: (string | null)[] = [];
  const stoppedEvents: unknown[] = [];
  let inUse = false;
  /** Delays of opening a device, and of giving a track to the sender. */
  const gates: { open: Promise<void>; send: Promise<void> } = { open: Promise.resolve(), send: Promise.resolve() };
  const [first] = opened;
  if (first === undefined) throw new Error('none');
  const track = new LocalTrack({
    mediaStreamTrack: first.asTrack,
    source: kind === 'video' ? 'camera' : 'microphone',
    reopen: async (deviceId, capture) => {
      if (inUse && opened.some(({ readyState }) => readyState === 'live'))
        throw new MeridianClientError('DEVICE_IN_USE');
      captureOverrides.push(capture);
      await gates.open;
      const next = new FakeTrack(deviceId === undefined || deviceId === 'one' ? `one${opened.length}` : deviceId, kind);
      opened.push(next);
      return next.asTrack;
    },
  });
  track.bind({
    sourceChanged: async () => {
      sent.push(track.outgoing?.label ?? null);
      await gates.send;
    },
    sourceRefused: () => undefined,
    mutedChanged: () => undefined,
    stopped: () => undefined,
    stats: () => Promise.reject(new Error('none')),
  });
  const oneOpenerOnly = (): void => {
    inUse = true;
  };
  track.on('processorStopped', (name, { code }) => void stoppedEvents.push([name, code]));
  return { track, opened, asked: captureOverrides, sent, gone: stoppedEvents, gates, oneOpenerOnly };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const live = (tracks: readonly FakeTrack[]): string[] =>
  tracks.filter(({ readyState }) => readyState === 'live').map(({ label }) => label);

describe('a processor', () => {
  it('is sent from its first frame on, and the device, which it reads, was sent until then', async () => {
    const { track, opened, sent } = publishedTrack();
    const processor = new FakeProcessor();
    const gate = Promise.withResolvers<void>();
    processor.gate = gate.promise;
    const on = track.setProcessor(processor);
    await Promise.resolve();
    expect([sent, track.mediaStreamTrack.label]).toEqual([[], 'one']);
    gate.resolve();
    await on;
    expect(sent).toEqual(['blur(one)']);
    expect([track.mediaStreamTrack.label, track.sourceTrack.label, track.processor]).toEqual([
      'blur(one)',
      'one',
      processor,
    ]);
    expect(live(opened)).toEqual(['one']);
  });

  it('is closed when it is removed: its track is stopped, and the device is sent', async () => {
    const { track, opened, sent } = publishedTrack();
    const processor = new FakeProcessor();
    await track.setProcessor(processor);
    await track.setProcessor(undefined);
    expect(sent).toEqual(['blur(one)', 'one']);
    expect([processor.closings, live(processor.outputTracks), live(opened)]).toEqual([1, [], ['one']]);
    expect(track.mediaStreamTrack).toBe(track.sourceTrack);
  });

  it('is replaced by another without the bare device in between', async () => {
    const { track, sent } = publishedTrack();
    const [one, other] = [new FakeProcessor('blur'), new FakeProcessor('image')];
    await track.setProcessor(one);
    await track.setProcessor(other);
    await track.setProcessor(other);
    expect(sent).toEqual(['blur(one)', 'image(one)']);
    expect([one.closings, other.closings, live(one.outputTracks), live(other.outputTracks)]).toEqual([
      1,
      0,
      [],
      ['image(one)'],
    ]);
  });

  it('is closed when it does not start, and the previous output continues', async () => {
    const { track, sent } = publishedTrack();
    const [one, other] = [new FakeProcessor('blur'), new FakeProcessor('image')];
    await track.setProcessor(one);
    other.isFailing = true;
    await expect(track.setProcessor(other)).rejects.toMatchObject({ code: 'EFFECT_FAILED' });
    expect([one.closings, other.closings, sent, track.processor]).toEqual([0, 1, ['blur(one)'], one]);
  });

  it('is refused and closed if it is of another kind', async () => {
    const { track } = publishedTrack();
    const processor = new FakeProcessor('noise', { kind: 'audio' });
    await expect(track.setProcessor(processor)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(processor.closings).toBe(1);
  });

  it('stays when the camera is muted, released and opened again', async () => {
    const { track, opened, sent } = publishedTrack();
    const processor = new FakeProcessor();
    await track.setProcessor(processor);
    await track.mute();
    expect([live(opened), live(processor.outputTracks), track.mediaStreamTrack.readyState]).toEqual([[], [], 'ended']);
    await track.unmute();
    expect(sent).toEqual(['blur(one)', null, 'blur(one1)']);
    expect([processor.closings, track.mediaStreamTrack.enabled, live(opened)]).toEqual([0, true, ['one1']]);
  });

  it('is accepted by a muted camera, and starts when the camera opens', async () => {
    const { track, sent } = publishedTrack();
    await track.mute();
    await track.setProcessor(new FakeProcessor());
    expect(sent).toEqual([null]);
    await track.unmute();
    expect(sent).toEqual([null, 'blur(one1)']);
  });

  it('stays when the device is changed', async () => {
    const { track, opened, sent } = publishedTrack();
    const processor = new FakeProcessor();
    await track.setProcessor(processor);
    await track.switchDevice('two');
    expect([sent, live(opened), live(processor.outputTracks)]).toEqual([
      ['blur(one)', 'blur(two)'],
      ['two'],
      ['blur(two)'],
    ]);
    expect(track.deviceId).toBe('two');
  });

  it('is removed when it gives up: the device is sent, and the track reports why', async () => {
    const { track, sent, gone } = publishedTrack();
    const processor = new FakeProcessor();
    await track.setProcessor(processor);
    const said = new Promise((resolve) => track.once('processorStopped', resolve));
    processor.onGiveUp?.(new MeridianClientError('EFFECT_TOO_SLOW'));
    await said;
    expect([sent, gone, processor.closings, track.processor]).toEqual([
      ['blur(one)', 'one'],
      [['blur', 'EFFECT_TOO_SLOW']],
      1,
      undefined,
    ]);
    expect(processor.onGiveUp).toBeUndefined();
  });

  it.each(['process', 'send'] as const)(
    'is refused with its reason when it gives up during its start (%s)',
    async (when) => {
      const { track, opened, sent, gone, gates } = publishedTrack();
      const [before, next] = [new FakeProcessor('blur'), new FakeProcessor('image')];
      await track.setProcessor(before);
      const gate = Promise.withResolvers<void>();
      if (when === 'process') next.gate = gate.promise;
      else gates.send = gate.promise;
      const starting = track.setProcessor(next);
      await settled();
      next.onGiveUp?.(new MeridianClientError('EFFECT_TOO_SLOW'));
      gate.resolve();
      await expect(starting).rejects.toMatchObject({ code: 'EFFECT_TOO_SLOW' });
      expect([track.processor, before.closings, next.closings, gone]).toEqual([before, 0, 1, []]);
      expect(sent).toEqual(when === 'process' ? ['blur(one)'] : ['blur(one)', 'image(one)', 'blur(one)']);
      expect([track.mediaStreamTrack.label, live([...opened, ...next.outputTracks])]).toEqual(['blur(one)', ['one']]);
      expect(track.mediaStreamTrack.readyState).toBe('live');
    },
  );

  it('leaves the bare device when it gives up while it is sent and there was no other processor', async () => {
    const { track, opened, asked, sent, gates } = publishedTrack('audio');
    const capture = { noiseSuppression: false };
    const processor = new FakeProcessor('noise', { kind: 'audio', capture });
    const [made, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    processor.gate = made.promise;
    const starting = track.setProcessor(processor);
    await settled();
    gates.send = taken.promise;
    made.resolve();
    await settled();
    expect(sent).toEqual(['one1', 'noise(one1)']);
    processor.onGiveUp?.(new MeridianClientError('EFFECT_FAILED'));
    taken.resolve();
    await expect(starting).rejects.toMatchObject({ code: 'EFFECT_FAILED' });
    expect([track.processor, processor.closings, live(processor.outputTracks)]).toEqual([undefined, 1, []]);
    expect([asked, opened.map(({ readyState }) => readyState)]).toEqual([
      [capture, undefined],
      ['ended', 'ended', 'live'],
    ]);
    expect([track.mediaStreamTrack, track.sourceTrack]).toEqual([opened[2], opened[2]]);
  });

  it('is removed when it fails with a reopened device, and the device is sent', async () => {
    const { track, sent, gone } = publishedTrack();
    const processor = new FakeProcessor();
    await track.setProcessor(processor);
    await track.mute();
    processor.isFailing = true;
    await track.unmute();
    expect([sent, gone, processor.closings]).toEqual([['blur(one)', null, 'one1'], [['blur', 'EFFECT_FAILED']], 1]);
  });

  it('is closed once when the track stops, even while it starts', async () => {
    const { track, opened } = publishedTrack();
    const [processor, late] = [new FakeProcessor(), new FakeProcessor('image')];
    await track.setProcessor(processor);
    const gate = Promise.withResolvers<void>();
    late.gate = gate.promise;
    const starting = track.setProcessor(late);
    await settled();
    track.stop();
    track.stop();
    gate.resolve();
    await expect(starting).rejects.toMatchObject({ code: 'TRACK_ENDED' });
    expect([processor.closings, late.closings]).toEqual([1, 1]);
    expect(live([...opened, ...processor.outputTracks, ...late.outputTracks])).toEqual([]);
  });

  it('ends with the track even while the sender is given its output', async () => {
    const { track, opened, gates } = publishedTrack();
    const processor = new FakeProcessor();
    const gate = Promise.withResolvers<void>();
    gates.send = gate.promise;
    const starting = track.setProcessor(processor);
    await settled();
    track.stop();
    gate.resolve();
    await expect(starting).rejects.toMatchObject({ code: 'TRACK_ENDED' });
    expect([processor.closings, track.processor, live([...opened, ...processor.outputTracks])]).toEqual([
      1,
      undefined,
      [],
    ]);
  });

  it('does not hide that the device is unplugged', async () => {
    const { track, opened } = publishedTrack();
    await track.setProcessor(new FakeProcessor());
    let ended = 0;
    track.on('ended', () => {
      ended += 1;
    });
    opened[0]?.end();
    expect(ended).toBe(1);
  });
});

describe('a processor that wants the device without the browser’s own processing', () => {
  const capture = { noiseSuppression: false };

  it('has the device opened anew beside the current one, and opened normally when it is removed', async () => {
    const { track, opened, asked, sent } = publishedTrack('audio');
    const processor = new FakeProcessor('noise', { kind: 'audio', capture });
    await track.setProcessor(processor);
    expect([asked, sent, live(opened)]).toEqual([[capture], ['one1', 'noise(one1)'], ['one1']]);
    await track.setProcessor(undefined);
    expect(asked).toEqual([capture, undefined]);
    expect(opened.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'live']);
    expect([track.sourceTrack, track.mediaStreamTrack]).toEqual([opened[2], opened[2]]);
  });

  it('has other devices opened in the same way', async () => {
    const { track, asked } = publishedTrack('audio');
    await track.setProcessor(new FakeProcessor('noise', { kind: 'audio', capture }));
    await track.switchDevice('two');
    expect(asked).toEqual([capture, capture]);
  });

  it('leaves the device unchanged when it does not start', async () => {
    const { track, opened, asked } = publishedTrack('audio');
    const processor = new FakeProcessor('noise', { kind: 'audio', capture });
    processor.isFailing = true;
    await expect(track.setProcessor(processor)).rejects.toMatchObject({ code: 'EFFECT_FAILED' });
    expect([asked, live(opened).length]).toEqual([[capture, undefined], 1]);
  });

  it.each(['on', 'off'] as const)('leaves no device open when the track stops while it is switched %s', async (way) => {
    const { track, opened, gates } = publishedTrack('audio');
    const processor = new FakeProcessor('noise', { kind: 'audio', capture });
    if (way === 'off') await track.setProcessor(processor);
    const gate = Promise.withResolvers<void>();
    gates.open = gate.promise;
    const before = opened.length;
    const going = track.setProcessor(way === 'on' ? processor : undefined);
    await settled();
    track.stop();
    gate.resolve();
    await expect(going).rejects.toMatchObject({ code: 'TRACK_ENDED' });
    expect(opened.length).toBe(before + 1);
    expect([live([...opened, ...processor.outputTracks]), processor.closings]).toEqual([[], 1]);
  });

  it('works where a system gives a device to one opener only', async () => {
    const { track, opened, oneOpenerOnly } = publishedTrack('audio');
    oneOpenerOnly();
    await track.setProcessor(new FakeProcessor('noise', { kind: 'audio', capture }));
    expect([live(opened), track.mediaStreamTrack.label]).toEqual([['one1'], 'noise(one1)']);
  });

  it('stays muted with a muted microphone', async () => {
    const { track } = publishedTrack('audio');
    await track.mute();
    await track.setProcessor(new FakeProcessor('noise', { kind: 'audio', capture }));
    expect([track.mediaStreamTrack.enabled, track.sourceTrack.enabled]).toEqual([false, false]);
    await track.unmute();
    expect([track.mediaStreamTrack.enabled, track.sourceTrack.enabled]).toEqual([true, true]);
  });
});
