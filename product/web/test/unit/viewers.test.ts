import { describe, expect, it } from 'vitest';
import { languageNames, translatorOf } from '../../src/core/messages/translate.ts';
import { viewersText, withWebrtc } from '../../src/core/viewers.ts';

const text = (counts: Record<string, number>, listed = 0, language: 'en' | 'zh' = 'en') =>
  viewersText(new Map(Object.entries(counts)), listed, translatorOf(language), languageNames[language].tag);

describe('viewersText', () => {
  it('is undefined without viewers', () => {
    expect(text({})).toBeUndefined();
    expect(text({ flv: 0 })).toBeUndefined();
  });
  it('lists numbers by protocol, the largest first', () => {
    expect(text({ flv: 434, hls: 800 })).toBe('1,234 viewers: 800 HLS, 434 FLV');
    expect(text({ flv: 434, hls: 800 }, 200, 'zh')).toBe('1,234 位观众：800 HLS、434 FLV');
    expect(text({ miniprogram: 2 })).toBe('2 viewers: 2 Mini-program');
  });
  it('distinguishes singular and plural', () => {
    expect(text({ h5: 1 })).toBe('1 viewer: 1 H5');
    expect(text({ h5: 1 }, 0, 'zh')).toBe('1 位观众：1 H5');
  });
  it('counts WebRTC viewers of the roster', () => {
    const viewers = [{ protocol: 'flv' }, {}, {}];
    const all = withWebrtc(new Map([['flv', 3]]), viewers);
    expect(text(Object.fromEntries(all), 3)).toBe('5 viewers: 3 FLV, 2 WebRTC');
    expect(withWebrtc(new Map(), [{ protocol: 'flv' }])).toEqual(new Map());
  });
  it('never counts fewer than the roster', () => {
    expect(text({}, 1)).toBe('1 viewer');
    expect(text({ flv: 1 }, 3)).toBe('3 viewers');
    expect(text({ flv: 3 }, 3)).toBe('3 viewers: 3 FLV');
  });
});
