import { describe, expect, it } from 'vitest';
import { composedLayoutOf, isProgrammePicture } from '../../src/programme-picture.ts';

describe('a picture for players', () => {
  it.each([
    ['composed', 'grid'],
    ['composed:grid', 'grid'],
    ['composed:speaker', 'speaker'],
    ['composed:screen', 'screen'],
  ])('%s shows the whole room: %s', (picture, layout) => {
    expect([composedLayoutOf(picture), isProgrammePicture(picture)]).toEqual([layout, true]);
  });
  it.each(['', 'ann', 'Composed', 'composedgrid', 'grid', 'ann:grid'])('"%s" shows one participant', (picture) => {
    expect([composedLayoutOf(picture), isProgrammePicture(picture)]).toEqual([undefined, true]);
  });
  it.each(['composed:', 'composed:mosaic', 'composed:grid:', 'composed:Grid', 'a\u0000b', ' '])(
    '"%s" is not valid',
    (picture) => {
      expect([composedLayoutOf(picture), isProgrammePicture(picture)]).toEqual([undefined, false]);
    },
  );
});
