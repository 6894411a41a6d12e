import { describe, expect, it } from 'vitest';
import { NodeSilence, SILENT_MS } from '../../src/core/node-silence.ts';

/** Checks ten times a second from `fromMs` on, with media every `everyMs`; returns when silence is found. */
function silentAt(silence: NodeSilence, o: { fromMs?: number; untilMs: number; everyMs: number }): number | undefined {
  for (let nowMs = o.fromMs ?? 0; nowMs <= o.untilMs; nowMs += 100) {
    if (nowMs % o.everyMs === 0) silence.noteMedia(nowMs);
    if (silence.isSilent(nowMs)) return nowMs;
  }
  return undefined;
}
function heardOnce(): NodeSilence {
  const silence = new NodeSilence();
  silence.isSilent(0);
  silence.noteDatagram(0);
  return silence;
}

describe('a media node is not silent', () => {
  it('before the first report of a new node or stream', () => {
    expect(silentAt(new NodeSilence(), { untilMs: 60_000, everyMs: 100 })).toBeUndefined();
    const silence = heardOnce();
    silence.begin();
    expect(silentAt(silence, { untilMs: 60_000, everyMs: 100 })).toBeUndefined();
  });
  it('while it reports at its lowest rate', () => {
    const silence = heardOnce();
    for (let atMs = 0; atMs < 60_000; atMs += 1500) {
      silence.noteDatagram(atMs);
      expect(silentAt(silence, { fromMs: atMs, untilMs: atMs + 1400, everyMs: 100 })).toBeUndefined();
    }
  });
  it('right after this process was stopped, because reports of that time are still unread', () => {
    const silence = heardOnce();
    silence.noteMedia(0);
    silence.noteMedia(5000);
    expect(silence.isSilent(5000)).toBe(false);
    expect(silentAt(silence, { fromMs: 5100, untilMs: 6900, everyMs: 100 })).toBeUndefined();
  });
});

it.each([100, 500, 1000])('a node is silent at the bound after its last report, with media every %i ms', (everyMs) => {
  expect(silentAt(heardOnce(), { untilMs: 60_000, everyMs })).toBe(SILENT_MS);
});
