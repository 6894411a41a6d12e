import { describe, expect, it } from 'vitest';
import { popoverBox } from '../../src/core/popover.ts';

describe('popoverBox', () => {
  const window = { width: 1280, height: 800 };
  const button = { left: 600, top: 740, width: 50 };
  it('is centred above its button, and no higher than the window', () => {
    expect(popoverBox({ button, width: 400, window })).toEqual({ left: 425, bottom: 70, maxHeight: 722 });
  });
  it.each([
    { name: 'at the right edge', left: 1220, expected: 872 },
    { name: 'at the left edge', left: 10, expected: 8 },
  ])('stays inside the window $name', ({ left, expected }) => {
    expect(popoverBox({ button: { ...button, left }, width: 400, window }).left).toBe(expected);
  });
  it('begins at the left edge when the window is narrower, and has no height where there is no space', () => {
    expect(popoverBox({ button: { ...button, top: 5 }, width: 400, window: { width: 300, height: 60 } })).toEqual({
      left: 8,
      bottom: 65,
      maxHeight: 0,
    });
  });
});
