import { describe, expect, it } from 'vitest';
import { type PlayKeyPress, playKeyOf } from '../../src/core/play-keys.ts';

describe('a key', () => {
  const press = (key: string, o: Partial<PlayKeyPress> = {}) =>
    playKeyOf(
      Object.assign(
        {
          key,
          altKey: false,
          ctrlKey: false,
          metaKey: false,
          repeat: false,
          typing: false,
          modal: false,
          onControl: false,
          onSlider: false,
        },
        o,
      ),
    );
  it('has its usual effect', () => {
    expect(press(' ')).toEqual({ do: 'toggle' });
    expect(press('K')).toEqual({ do: 'toggle' });
    expect(press('j')).toEqual({ do: 'skip', ms: -10_000 });
    expect(press('l')).toEqual({ do: 'skip', ms: 10_000 });
    expect(press('ArrowRight')).toEqual({ do: 'skip', ms: 5000 });
    expect(press('m')).toEqual({ do: 'mute' });
    expect(press('i')).toEqual({ do: 'small' });
    expect(press('?')).toEqual({ do: 'keys' });
    expect(press('f')).toEqual({ do: 'fullScreen' });
    expect(press('3')).toEqual({ do: 'seek', share: 0.3 });
    expect(press('constructor')).toBe(undefined);
  });
  it('is ignored when it belongs to another element', () => {
    for (const o of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { typing: true }, { modal: true }])
      expect(press('k', o)).toBe(undefined);
    for (const key of [' ', 'ArrowLeft', 'Home']) expect(press(key, { onControl: true })).toBe(undefined);
    for (const key of ['ArrowLeft', 'Home']) expect(press(key, { onSlider: true })).toBe(undefined);
    expect(press(' ', { onSlider: true })).toEqual({ do: 'toggle' });
    expect(press('k', { onControl: true })).toEqual({ do: 'toggle' });
    expect(press('m', { repeat: true })).toBe(undefined);
    expect(press('l', { repeat: true })).toEqual({ do: 'skip', ms: 10_000 });
  });
});
