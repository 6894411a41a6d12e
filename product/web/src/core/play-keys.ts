import type { KeyPress } from './keys.ts';

export type PlayKey =
  | { readonly do: 'toggle' | 'mute' | 'fullScreen' | 'captions' | 'danmaku' | 'small' | 'keys' }
  | { readonly do: 'nextChapter' | 'lastChapter' }
  | { readonly do: 'skip'; readonly ms: number }
  | { readonly do: 'louder'; readonly by: number }
  | { readonly do: 'faster'; readonly by: 1 | -1 }
  | { readonly do: 'seek'; readonly share: number };

const keys: Readonly<Record<string, PlayKey>> = {
  ' ': { do: 'toggle' },
  k: { do: 'toggle' },
  m: { do: 'mute' },
  f: { do: 'fullScreen' },
  c: { do: 'captions' },
  d: { do: 'danmaku' },
  i: { do: 'small' },
  '?': { do: 'keys' },
  n: { do: 'nextChapter' },
  p: { do: 'lastChapter' },
  j: { do: 'skip', ms: -10_000 },
  l: { do: 'skip', ms: 10_000 },
  arrowleft: { do: 'skip', ms: -5000 },
  arrowright: { do: 'skip', ms: 5000 },
  arrowup: { do: 'louder', by: 0.1 },
  arrowdown: { do: 'louder', by: -0.1 },
  '>': { do: 'faster', by: 1 },
  '<': { do: 'faster', by: -1 },
  home: { do: 'seek', share: 0 },
  end: { do: 'seek', share: 1 },
};

/** Commands that repeat while the key is held. */
const repeated = ['skip', 'louder'];

export interface PlayKeyPress extends KeyPress {
  /** The focus is on a button or tab: space presses it, and arrows move between tabs. */
  readonly onControl: boolean;
  /** The focus is on a slider, which arrows move. */
  readonly onSlider: boolean;
}

/** Returns the command of a key press; undefined for all others. */
export function playKeyOf(press: PlayKeyPress): PlayKey | undefined {
  if (press.altKey || press.ctrlKey || press.metaKey || press.modal || press.typing) return undefined;
  const key = press.key.toLowerCase();
  const moves = key.startsWith('arrow') || key === 'home' || key === 'end';
  if (moves ? press.onControl || press.onSlider : key === ' ' && press.onControl) return undefined;
  const found = /^\d$/.test(key) ? ({ do: 'seek', share: Number(key) / 10 } as const) : ofTable(key);
  return found === undefined || (press.repeat && !repeated.includes(found.do)) ? undefined : found;
}

const ofTable = (key: string): PlayKey | undefined => (Object.hasOwn(keys, key) ? keys[key] : undefined);
