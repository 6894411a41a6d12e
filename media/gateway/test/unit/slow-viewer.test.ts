import { describe, expect, it } from 'vitest';
import { QUEUED_BYTES_END, QUEUED_BYTES_MAX, SlowViewer } from '../../src/core/slow-viewer.ts';

const format = { kind: 'video', isFormat: true, isKey: false } as const;
const sound = { kind: 'audio', isFormat: false, isKey: false } as const;
const key = { kind: 'video', isFormat: false, isKey: true } as const;
const picture = { kind: 'video', isFormat: false, isKey: false } as const;
const half = QUEUED_BYTES_MAX / 2;

/** Returns the verdicts on items, each with the bytes that wait before it. */
function verdicts(...items: [Parameters<SlowViewer['verdictFor']>[0], number][]) {
  const viewer = new SlowViewer();
  return { all: items.map(([item, queued]) => viewer.verdictFor(item, queued)), dropped: viewer.dropped };
}

describe('a viewer', () => {
  it('begins with a key frame, because earlier pictures cannot be decoded', () => {
    expect(verdicts([format, 0], [picture, 0], [sound, 0], [key, 0], [picture, 0])).toEqual({
      all: ['send', 'drop', 'send', 'send', 'send'],
      dropped: 1,
    });
  });
  it('whose connection is at its bound gets everything', () => {
    expect(verdicts([key, 0], [picture, QUEUED_BYTES_MAX]).all).toEqual(['send', 'send']);
  });
  it('that is slow loses pictures up to a key frame after half has drained, and no sound or format', () => {
    const full = QUEUED_BYTES_MAX + 1;
    expect(
      verdicts(
        [key, 0],
        [picture, full],
        [sound, full],
        [format, full],
        [picture, 0],
        [key, half],
        [key, half - 1],
        [picture, half],
      ).all,
    ).toEqual(['send', 'drop', 'send', 'send', 'drop', 'drop', 'send', 'send']);
  });
  it.each([
    ['a format', format],
    ['sound', sound],
    ['a key frame', key],
  ])('that stops reading is ended at the next item, also if that is %s', (_what, item) => {
    expect(verdicts([item, QUEUED_BYTES_END + 1]).all).toEqual(['end']);
    expect(verdicts([item, QUEUED_BYTES_END]).all).not.toEqual(['end']);
  });
});
