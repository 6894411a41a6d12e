import { limits, type wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { oddIdentities } from '../../../base/protocol/test/vectors/claim-rows.ts';
import { actFromWire } from '../../src/wire/act-wire.ts';

const read = (setRoom: wire.ActSetRoom.$Properties) => actFromWire({ setRoom });

describe('settings of a room', () => {
  it.each<[string, wire.ActSetRoom.$Properties]>([
    ['more participants than a room takes', { capacity: limits.participantsPerRoomMax + 1 }],
    ['an end before 1970', { endsWallMs: -1 }],
    ['an end that is no number', { endsWallMs: Number.NaN }],
    ['a beginning that is no number', { opensWallMs: Number.POSITIVE_INFINITY }],
    ['too much text', { openingMetadata: 'ä'.repeat(limits.roomMetadataBytesMax / 2 + 1) }],
    ['too long a title', { title: 'x'.repeat(limits.roomTitleLengthMax + 1) }],
    ['an empty room for more than a day', { emptyTimeoutMs: 86_400_001 }],
    ['too many people in the spotlight', { setSpotlight: true, spotlight: Array(limits.spotlightMax + 1).fill('ann') }],
    ['no identity in the spotlight', { setSpotlight: true, spotlight: [''] }],
  ])('with %s are refused', (_name, set) => {
    expect(() => read(set)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });

  it.each<[string, wire.ActSetRoom.$Properties, object]>([
    ['nothing', {}, {}],
    ['only the fields they name, even to an empty value', { lobby: false, title: '' }, { lobby: false, title: '' }],
    ['the end, in whole milliseconds', { endsWallMs: 7.4 }, { endsWallMs: 7 }],
    ['the metadata that the room opens with', { openingMetadata: 'm' }, { metadata: 'm' }],
    ['no spotlight unless it is set', { spotlight: ['ann'] }, {}],
    ['a title of as many characters as a meeting may have', { title: '🎉'.repeat(200) }, { title: '🎉'.repeat(200) }],
    ['the opening, in whole milliseconds', { opensWallMs: 6.6 }, { opensWallMs: 7 }],
    ['the spotlight to an empty one', { setSpotlight: true }, { spotlight: [] }],
  ])('change %s', (_name, set, changes) => {
    expect(read(set)).toEqual({ type: 'setRoom', changes });
  });
});

describe('an act on a participant', () => {
  it.each(oddIdentities)('takes the identity of another system: %s', (_what, identity) => {
    for (const act of [{ remove: { identity } }, { unban: { identity } }, { stage: { identity, on: true } }])
      expect(actFromWire(act)).toMatchObject({ identity });
    expect(actFromWire({ book: { removed: [identity] } })).toMatchObject({ removed: [identity] });
  });

  it('is refused with what is wrong with the identity', () => {
    expect(() => actFromWire({ remove: { identity: 'a\u200bb' } })).toThrow('it contains U+200B');
    expect(() => actFromWire({ unban: { identity: 'x'.repeat(129) } })).toThrow('it is a text of 129 characters');
  });

  it('gives a name as it may be displayed, of 128 characters, not code units', () => {
    const nameOf = (name: string) => actFromWire({ update: { identity: 'ann', name } });
    expect(nameOf('\u202eAnn\r\nB\u0000 ')).toMatchObject({ name: 'Ann B' });
    expect(nameOf('👩'.repeat(128))).toMatchObject({ name: '👩'.repeat(128) });
    expect(() => nameOf('👩'.repeat(129))).toThrow('name: at most 128 characters; it has 129');
    const post = { kind: 'announcement', text: 'x', name: 'Ann\u2066' };
    expect(actFromWire({ post: { post } })).toMatchObject({ post: { name: 'Ann' } });
  });
});

const started = {
  type: 'startRecording',
  recordingId: '',
  identity: '',
  priority: 0,
  mode: '',
  layout: 'grid',
  pageUrl: '',
} as const;

describe('a recording', () => {
  it.each<[string, wire.RoomAct.$Properties]>([
    ['an id in upper case', { startRecording: { recordingId: 'RE_1' } }],
    ['an id with a slash', { startRecording: { recordingId: 're/1' } }],
    ['too long an id', { startRecording: { recordingId: 'r'.repeat(65) } }],
    ['an invalid identity', { startRecording: { identity: 'a\u200bb' } }],
    ['too high a priority', { startRecording: { priority: limits.recordingPriorityMax + 1 } }],
    ['a mode that is not known', { startRecording: { mode: 'film' } }],
    ['a layout that is not known', { startRecording: { mode: 'composed', layout: 'circle' } }],
    ['a page without an address', { startRecording: { mode: 'page' } }],
    ['a page of the disk', { startRecording: { mode: 'page', pageUrl: 'file:///etc/passwd' } }],
    ['a page with a password', { startRecording: { mode: 'page', pageUrl: 'https://a:b@example.org/' } }],
    ['too long an address', { startRecording: { mode: 'page', pageUrl: `https://a.example/${'a'.repeat(2048)}` } }],
    ['no layout to change to', { recordingLayout: { recordingId: 're_1' } }],
    ['an invalid id to change', { recordingLayout: { recordingId: '../x', layout: 'grid' } }],
    ['an invalid id to stop', { stopRecording: { recordingId: '../x' } }],
  ])('with %s is refused', (_name, act) => {
    expect(() => actFromWire(act)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });

  it.each<[wire.RoomAct.$Properties, object]>([
    [{ startRecording: {} }, started],
    [
      { startRecording: { recordingId: 're_1', identity: 'ann', priority: 9, pageUrl: 'https://example.org/' } },
      { ...started, recordingId: 're_1', identity: 'ann', priority: 9 },
    ],
    [{ startRecording: { mode: 'composed', layout: 'screen' } }, { ...started, mode: 'composed', layout: 'screen' }],
    [
      { startRecording: { mode: 'page', pageUrl: 'https://example.org/' } },
      { ...started, mode: 'page', pageUrl: 'https://example.org/' },
    ],
    [{ recordingLayout: { layout: 'grid' } }, { type: 'recordingLayout', recordingId: '', layout: 'grid' }],
    [{ stopRecording: {} }, { type: 'stopRecording', recordingId: '' }],
    [{ stopRecording: { recordingId: 're_1' } }, { type: 'stopRecording', recordingId: 're_1' }],
  ])('%j is read', (act, expected) => {
    expect(actFromWire(act)).toEqual(expected);
  });
});
