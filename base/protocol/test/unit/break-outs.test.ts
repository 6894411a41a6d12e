import { describe, expect, it } from 'vitest';
import { accessOf, tokenScopes } from '../../src/access.ts';
import {
  type BreakOut,
  breakOutRoomOf,
  breakOutsFault,
  identifiedBreakOuts,
  isBreakOutOpen,
  isBreakOutRoom,
  mayHaveBreakOuts,
  newBreakOutId,
  spreadEvenly,
} from '../../src/break-outs.ts';
import { limits } from '../../src/limits.ts';

const id = 'BO_0123456789ab';
const breakOutWith = (o: Partial<BreakOut> = {}): BreakOut => ({
  breakOutId: '',
  name: 'Red',
  identities: [],
  endsWallMs: 0,
  ...o,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

describe('a list of break-outs', () => {
  it.each<[string, BreakOut[]]>([
    ['none', []],
    [
      'two',
      [
        breakOutWith({ identities: ['ann', '李明'] }),
        breakOutWith({ name: 'Blue', identities: ['bo'], breakOutId: id }),
      ],
    ],
    ['as many as the limit', many(limits.breakOutsMax).map((name) => breakOutWith({ name }))],
    ['the longest name', [breakOutWith({ name: '🎉'.repeat(64) })]],
    ['all people of a room', [breakOutWith({ identities: many(limits.breakOutIdentitiesMax) })]],
  ])('is accepted: %s', (_name, list) => expect(breakOutsFault(list)).toBeUndefined());

  it.each<[string, BreakOut[], string]>([
    [
      'more break-outs than the limit',
      many(limits.breakOutsMax + 1).map((name) => breakOutWith({ name })),
      'break_outs: at most 50',
    ],
    ['no name', [breakOutWith({ name: '' })], 'name: 1 to 64 characters'],
    ['a name that shows nothing', [breakOutWith({ name: '\u2800' })], 'name: 1 to 64 characters'],
    ['a name that reverses the text around it', [breakOutWith({ name: 'a\u202eb' })], 'name: 1 to 64 characters'],
    ['a name that is too long', [breakOutWith({ name: 'x'.repeat(65) })], 'name: 1 to 64 characters'],
    ['the same name twice', [breakOutWith(), breakOutWith()], 'name: another break-out has it'],
    ['another id', [breakOutWith({ breakOutId: 'x' })], 'break_out_id: BO_ and 12 characters, each once'],
    [
      'the same id twice',
      [breakOutWith({ breakOutId: id }), breakOutWith({ breakOutId: id, name: 'Blue' })],
      'break_out_id: BO_ and 12 characters, each once',
    ],
    ['an invalid identity', [breakOutWith({ identities: ['a\u200bb'] })], 'identities: not an identity'],
    [
      'a person in two break-outs',
      [breakOutWith({ identities: ['ann'] }), breakOutWith({ name: 'Blue', identities: ['ann'] })],
      'identities: each belongs to one break-out only',
    ],
    [
      'one person more than a room holds',
      [breakOutWith({ identities: many(1001) })],
      'identities: at most 1000 in all',
    ],
    [
      'more bytes than the limit',
      [breakOutWith({ identities: many(500).map((name) => name.padEnd(120, 'x')) })],
      `break_outs: at most ${limits.breakOutsBytesMax} bytes in all`,
    ],
  ])('is refused: %s', (_name, list, fault) => expect(breakOutsFault(list)).toBe(fault));
});

describe('ids of break-outs', () => {
  const red = breakOutWith({ breakOutId: 'BO_RRRRRRRRRRRR', identities: ['bob'] });
  const blue = breakOutWith({ breakOutId: 'BO_BBBBBBBBBBBB', name: 'Blue', endsWallMs: 5000 });
  const withoutId = (which: BreakOut): BreakOut => ({ ...which, breakOutId: '' });
  const ids = (list: readonly BreakOut[], present: readonly BreakOut[] = [red, blue], nowWallMs = 4999) => {
    let made = 0;
    const idOf = (): string => `new ${++made}`;
    return identifiedBreakOuts(list, present, { nowWallMs, idOf }).map(({ breakOutId }) => breakOutId);
  };
  it('are new for new break-outs', () =>
    expect(ids([withoutId(red), withoutId(blue)], [])).toEqual(['new 1', 'new 2']));
  it('stay by name', () => expect(ids([withoutId(blue), withoutId(red)])).toEqual([blue.breakOutId, red.breakOutId]));
  it('stay by id under another name', () => expect(ids([{ ...red, name: 'Rot' }])).toEqual([red.breakOutId]));
  it('are not reused from an expired break-out, by id or name', () => {
    expect(ids([blue, withoutId(red)], [red, blue], 5000)).toEqual(['new 1', red.breakOutId]);
    expect(ids([{ ...withoutId(blue), endsWallMs: 0 }], [red, blue], 5000)).toEqual(['new 1']);
  });
  it('are not taken from a client', () =>
    expect(ids([{ ...red, breakOutId: 'BO_XXXXXXXXXXXX', name: 'x' }])).toEqual(['new 1']));
  it('are never given twice, even when two break-outs swap names', () =>
    expect(ids([{ ...red, name: 'Blue' }, withoutId(red)])).toEqual([red.breakOutId, 'new 1']));
  it('consist of random bytes, and make an accepted list', () => {
    const made = newBreakOutId((count) => Uint8Array.from({ length: count }, (_, at) => at));
    expect(made).toBe(newBreakOutId((count) => Uint8Array.from({ length: count }, (_, at) => at + 62)));
    expect(breakOutsFault([breakOutWith({ breakOutId: made })])).toBeUndefined();
  });
});

it.each([
  ['a meeting', 'math', '', true],
  ['a show', 'math', 'show', false],
  ['a break-out', `math~${id}`, '', false],
  ['the longest name to which an id fits', 'x'.repeat(112), '', true],
  ['a name to which no id fits', 'x'.repeat(113), '', false],
])('%s may have break-outs: %s %s %s', (_name, room, kind, may) => expect(mayHaveBreakOuts(room, kind)).toBe(may));

describe('the room of a break-out', () => {
  it('has a name that follows from its room and id', () => {
    expect(breakOutRoomOf('math', id)).toBe(`math~${id}`);
    expect(isBreakOutRoom(`math~${id}`)).toBe(true);
  });
  it.each([
    ['of an invalid id', 'math', 'BO_1'],
    ['of a break-out', `math~${id}`, id],
    ['of a room with a long name', 'x'.repeat(113), id],
  ])('does not exist (%s)', (_name, room, breakOutId) => expect(breakOutRoomOf(room, breakOutId)).toBeUndefined());
  it.each(['math', 'math~1', 'BO_0123456789ab', 'math~BO_0123456789', `math~${id} 2`])('is not %s', (room) =>
    expect(isBreakOutRoom(room)).toBe(false),
  );

  it.each([
    [`math~${id}`, {}, 'NOT_PERMITTED'],
    [`math~${id}`, { breakOut: 'true' }, 'TOKEN_INVALID'],
    [`math~${id}`, { breakOut: true }, true],
    ['math~1', {}, true],
  ])('%s is opened by a token with the right claim: %j', (room, video, expected) => {
    const claims = { sub: 'ann', exp: 2000, video: { room, roomJoin: true, ...video } };
    const answer = accessOf(claims, { tenant: 'acme', scopes: tokenScopes });
    expect(answer.ok || answer.code).toBe(expected);
  });
});

it.each([
  [0, 5, true],
  [6, 5, true],
  [5, 5, false],
])('a break-out that ends at %i is open at %i: %s', (endsWallMs, nowWallMs, open) =>
  expect(isBreakOutOpen({ endsWallMs }, nowWallMs)).toBe(open),
);

it('people are dealt to groups in turn, and sizes differ by one at most', () => {
  expect(spreadEvenly(many(5), 3)).toEqual([['p0', 'p3'], ['p1', 'p4'], ['p2']]);
  expect(spreadEvenly([], 2)).toEqual([[], []]);
  expect(spreadEvenly(['ann'], 0)).toEqual([]);
});
