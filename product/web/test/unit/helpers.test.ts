import { isIdentity } from '@meridian/protocol';
import { cities } from '@meridian/protocol/cities';
import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from '../../src/core/avatar.ts';
import { windowTitleOf } from '../../src/core/branding.ts';
import { type Box, glideOf } from '../../src/core/glide.ts';
import { type KeyPress, shortcutKeys, shortcutOf } from '../../src/core/keys.ts';
import { mediaProblemOf } from '../../src/core/model.ts';
import { placeName, regionAndNode } from '../../src/core/place-name.ts';
import { levelOfSamples } from '../../src/room/level.ts';
import { identityFor } from '../../src/room/page-config.ts';
import { Store } from '../../src/room/store.ts';

describe('initialsOf', () => {
  const rows = [
    ['', '?'],
    ['   ', '?'],
    ['Ada', 'A'],
    ['ada lovelace', 'AL'],
    ['  Lucía  Fernández de la Cruz ', 'LC'],
    ['陈伟', '陈伟'],
    ['欧阳娜娜', '娜娜'],
    ['김민준', '민준'],
    ['😀 Smile', '😀S'],
  ] as const;
  for (const [name, expected] of rows)
    it(`of “${name}” are ${expected}`, () => expect(initialsOf(name)).toBe(expected));
});

describe('hueOf', () => {
  it('is the same for the same identity, and never red or the accent’s hue', () => {
    for (let at = 0; at < 500; at++) {
      const hue = hueOf(`user-${at}`);
      expect(hueOf(`user-${at}`)).toBe(hue);
      expect(hue > 20 && !(hue >= 160 && hue <= 185) && hue < 340).toBe(true);
    }
  });
  it('spreads similar identities: 110 of them use every one of the eleven hues', () => {
    const used = new Set(Array.from({ length: 110 }, (_, at) => hueOf(`Guest-${at}`)));
    expect(used.size).toBe(11);
  });
});

describe('shortcutOf', () => {
  const press: KeyPress = {
    key: 'm',
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    repeat: false,
    typing: false,
    modal: false,
  };
  it('knows every key of the list, in either case', () => {
    for (const [name, key] of Object.entries(shortcutKeys)) {
      expect(shortcutOf({ ...press, key })).toBe(name);
    }
    expect(shortcutOf({ ...press, key: 'M' })).toBe('microphone');
    expect(new Set(Object.values(shortcutKeys)).size).toBe(Object.keys(shortcutKeys).length);
  });
  const refused: [string, Partial<KeyPress>][] = [
    ['an unknown key', { key: 'x' }],
    ['a key with Ctrl, which belongs to the browser', { ctrlKey: true }],
    ['a key with Meta', { metaKey: true }],
    ['a key with Alt', { altKey: true }],
    ['a key held down', { repeat: true }],
    ['a key typed into a field', { typing: true }],
    ['a key while a dialog is open', { modal: true }],
    ['Escape in a dialog, which closes itself', { key: 'Escape', modal: true }],
  ];
  for (const [name, change] of refused)
    it(`does nothing for ${name}`, () => expect(shortcutOf({ ...press, ...change })).toBeUndefined());
  it('lets Escape work in a text field', () => {
    expect(shortcutOf({ ...press, key: 'Escape', typing: true })).toBe('escape');
  });
});

describe('mediaProblemOf', () => {
  const rows: [unknown, string][] = [
    [undefined, 'failed'],
    ['text', 'failed'],
    [{ name: 'constructor' }, 'failed'],
    [new TypeError('undefined is not an object'), 'insecure'],
    [{ name: 'NotAllowedError' }, 'denied'],
    [{ name: 'OverconstrainedError' }, 'missing'],
    [{ name: 'NotReadableError' }, 'busy'],
    [{ name: 'MeridianClientError', code: 'DEVICE_DENIED' }, 'denied'],
    [{ name: 'MeridianClientError', code: 'DEVICE_LOST' }, 'missing'],
  ];
  for (const [error, expected] of rows)
    it(`is ${expected} for ${JSON.stringify(error)}`, () => expect(mediaProblemOf(error)).toBe(expected));
});

describe('levelOfSamples', () => {
  it('is 0 for silence, nothing and a whisper under −60 dB, 1 for a full tone, half at −36 dB', () => {
    expect(levelOfSamples(new Float32Array(64))).toBe(0);
    expect(levelOfSamples(new Float32Array(0))).toBe(0);
    expect(levelOfSamples(new Float32Array(64).fill(0.0009))).toBe(0); // 20·log10(0.0009) = −60.9 dB
    expect(levelOfSamples(new Float32Array(64).fill(1))).toBe(1);
    expect(levelOfSamples(new Float32Array(64).fill(10 ** (-36 / 20)))).toBeCloseTo(0.5, 2); // (−36 + 60) / 48
  });
});

describe('Store', () => {
  it('notifies listeners of a new value, not of the same, and not after they unsubscribed', () => {
    const store = new Store(1);
    const values: number[] = [];
    const leave = store.subscribe(() => values.push(store.get()));
    store.set(1);
    store.set(2);
    leave();
    store.set(3);
    expect(values).toEqual([2]);
  });
});

describe('glideOf', () => {
  const box = (left: number, top: number, width = 100, height = 50): Box => ({ left, top, width, height });
  const rows: [string, Box | undefined, Box, string | undefined][] = [
    ['a new tile is undefined', undefined, box(0, 0), undefined],
    ['a tile that had no size is undefined', box(0, 0, 0, 0), box(9, 9), undefined],
    ['a tile that has no size any more is undefined', box(0, 0), box(9, 9, 0, 0), undefined],
    ['a tile that moves only by rounding is undefined', box(10, 10), box(10.6, 9.2), undefined],
    ['a moved tile is a shift', box(10, 20), box(110, 0), 'translate(-100px, 20px) scale(1, 1)'],
    ['a tile that shrinks in place is a scale', box(0, 0), box(0, 0, 50, 25), 'translate(0px, 0px) scale(2, 2)'],
  ];
  it.each(rows)('of %s', (_name, before, now, expected) => expect(glideOf(before, now)).toBe(expected));
});

describe('placeName and regionAndNode', () => {
  it('translate ids of known cities to their names', () => {
    const ids = ['san-francisco', 'kuala-lumpur', 'sao-paulo', 'xi-an', 'eu-west', 'rack-seven'];
    expect(ids.map((id) => placeName(id))).toEqual([
      'San Francisco',
      'Kuala Lumpur',
      'São Paulo',
      "Xi'an",
      'eu-west',
      'rack-seven',
    ]);
  });
  it('have a name for every city of the protocol by its id', () => {
    expect(cities.filter(({ id, nameEn }) => placeName(id) !== nameEn)).toEqual([]);
    expect(cities.filter(({ id, nameZh }) => placeName(id, 'zh') !== nameZh)).toEqual([]);
  });
  it('capitalise plain lower-case words and leave ids and names unchanged', () => {
    expect(
      ['', 'frankfurt', 'new york', 'eu-central', 'São Paulo', 'zürich', 'dc1', '法兰克福'].map((text) =>
        placeName(text),
      ),
    ).toEqual(['', 'Frankfurt', 'New York', 'eu-central', 'São Paulo', 'Zürich', 'dc1', '法兰克福']);
  });
  const chinese: [string, string][] = [
    ['', ''],
    ['dc1', 'dc1'],
    ['Wolkenkuckucksheim', 'Wolkenkuckucksheim'],
    ['frankfurt', '法兰克福'],
    ['Frankfurt am Main', '法兰克福'],
    ['São Paulo', '圣保罗'],
    ['new york', '纽约'],
    ['Xi’an', '西安'],
    ['eu-central', '欧洲中部'],
    ['DE', '德国'],
    ['Hamburg, DE', '汉堡，德国'],
    ['QQ', 'QQ'],
  ];
  it.each(chinese)('in Chinese %j is %j', (text, expected) => expect(placeName(text, 'zh')).toBe(expected));
  it('in English a country’s code gives its name', () => {
    expect(['DE', 'Hamburg, DE', 'QQ'].map((text) => placeName(text))).toEqual(['Germany', 'Hamburg, Germany', 'QQ']);
  });
  it('name the region only once', () => {
    const language = 'en';
    expect(regionAndNode({ region: 'frankfurt', nodeId: 'sfu-1', city: 'Frankfurt', language })).toBe('sfu-1');
    expect(regionAndNode({ region: '', nodeId: 'sfu-1', language })).toBe('sfu-1');
    expect(regionAndNode({ region: 'eu-central', nodeId: 'sfu-1', city: 'Frankfurt', language })).toBe(
      'eu-central · sfu-1',
    );
    expect(regionAndNode({ region: 'singapore', nodeId: 'sfu-1', language: 'zh' })).toBe('新加坡 · sfu-1');
  });
});

it('an identity consists of the valid characters of a name', () => {
  for (const [name, start] of [
    ['Ann', 'Ann'],
    ['安娜', '安娜'],
    ['A/B', 'A/B'],
    ['A\u200bB', 'AB'],
    ['\u200b Vic', 'Vic'],
    ['👩\u200d💻', '👩💻'],
    ['x'.repeat(128), 'x'.repeat(50)],
  ] as const) {
    const identity = identityFor(name);
    expect(identity.slice(0, -9)).toBe(start);
    expect([identity.at(-9), isIdentity(identity)]).toEqual(['-', true]);
  }
});

it('a window title contains the name of the company, else Meridian’s', () => {
  const company = { displayName: 'Nordlicht', accentColor: null, logo: null, supportUrl: null };
  expect([windowTitleOf('Plan', company), windowTitleOf('', company)]).toEqual(['Plan · Nordlicht', 'Nordlicht']);
  expect([windowTitleOf('Plan', undefined), windowTitleOf('', undefined)]).toEqual(['Plan · Meridian', 'Meridian']);
});
