// Tests the act that sets break-outs, and the right to enter a break-out.
import { type BreakOut, emptyPolicy, type Participant, type wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { breakOutEntry, isBreakOutMark, policyAfter } from '../../src/core/index.ts';
import { actFromWire } from '../../src/wire/act-wire.ts';
import { person } from './fixtures.ts';

const red: BreakOut = { breakOutId: 'BO_RRRRRRRRRRRR', name: 'Red', identities: ['bob'], endsWallMs: 0 };
const blue: BreakOut = { breakOutId: 'BO_BBBBBBBBBBBB', name: 'Blue', identities: ['cid'], endsWallMs: 5000 };

describe('the request to enter a break-out', () => {
  const policy = { breakOuts: [red, blue] };
  const enter = (
    identity: string,
    breakOutId: string,
    o: Partial<Participant> = {},
    room = 'math',
    nowWallMs = 4999,
  ) => {
    const entry = breakOutEntry(policy, { ...person(identity), ...o }, { room, breakOutId, nowWallMs });
    return entry.ok ? entry.room : entry.code;
  };
  it.each([
    ['of a participant assigned to it succeeds', enter('bob', red.breakOutId), `math~${red.breakOutId}`],
    ['of a participant assigned to another is refused', enter('bob', blue.breakOutId), 'NOT_PERMITTED'],
    ['of a host succeeds', enter('ann', blue.breakOutId, { role: 'host' }), `math~${blue.breakOutId}`],
    ['of a cohost succeeds', enter('ann', blue.breakOutId, { role: 'cohost' }), `math~${blue.breakOutId}`],
    ['of an admin by its token succeeds', enter('ann', blue.breakOutId, { admin: true }), `math~${blue.breakOutId}`],
    ['of an attendee is refused', enter('ann', blue.breakOutId, { role: 'attendee', admin: true }), 'NOT_PERMITTED'],
    ['is refused for an unknown break-out', enter('bob', 'BO_XXXXXXXXXXXX', { role: 'host' }), 'BREAK_OUT_CLOSED'],
    ['is refused after the end of the break-out', enter('cid', blue.breakOutId, {}, 'math', 5000), 'BREAK_OUT_CLOSED'],
    ['is refused inside a break-out', enter('bob', red.breakOutId, {}, 'math~BO_0123456789ab'), 'BREAK_OUT_CLOSED'],
  ])('%s', (_name, is, expected) => expect(is).toBe(expected));
});

describe('the act breakOuts', () => {
  it('sets the whole list, closes all, or only sends a message', () => {
    const set = policyAfter(emptyPolicy, { type: 'breakOuts', set: [red], message: '' }, 0);
    expect(set).toMatchObject({ version: 1, breakOuts: [red] });
    if (typeof set === 'string') throw new Error(set);
    expect(policyAfter(set, { type: 'breakOuts', set: undefined, message: 'hi' }, 0)).toBe(set);
    expect(policyAfter(set, { type: 'breakOuts', set: [], message: '' }, 0)).toMatchObject({
      version: 2,
      breakOuts: [],
    });
  });
  it.each([
    ['neither list nor message', {}],
    ['a message that is too long', { message: 'x'.repeat(501) }],
    [
      'a person in two break-outs',
      {
        set: true,
        breakOuts: [
          { name: 'a', identities: ['bob'] },
          { name: 'b', identities: ['bob'] },
        ],
      },
    ],
    ['one break-out too many', { set: true, breakOuts: Array.from({ length: 51 }, (_, at) => ({ name: `n${at}` })) }],
    ['a break-out without a name', { set: true, breakOuts: [{ identities: ['bob'] }] }],
  ])('is refused with %s', (_name, breakOuts) =>
    expect(() => actFromWire({ breakOuts })).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' })),
  );
});

describe('a participant without the right to change itself', () => {
  const policy = { breakOuts: [red, blue] };
  it.each<[string, wire.UpdateSelf.$Properties, boolean, string?]>([
    ['the break-out that it is assigned to', { attributes: { breakout: 'Red' } }, true],
    ['none', { attributes: { breakout: '' } }, true],
    ['another break-out', { attributes: { breakout: 'Blue' } }, false],
    ['another break-out, as a host', { attributes: { breakout: 'Blue' } }, true, 'host'],
    ['a break-out that is over, as a host', { attributes: { breakout: 'Over' } }, false, 'host'],
    ['an unknown break-out', { attributes: { breakout: 'anything' } }, false],
    ['another attribute', { attributes: { seat: '4' } }, false],
    ['another attribute beside its break-out', { attributes: { breakout: 'Red', seat: '4' } }, false],
    ['its name', { name: 'x', attributes: { breakout: 'Red' } }, false],
    ['its metadata', { metadata: '', attributes: { breakout: 'Red' } }, false],
    ['nothing', {}, false],
  ])('marks itself as in %s', (_what, change, may, role = '') => {
    const over = { breakOutId: 'BO_OOOOOOOOOOOO', name: 'Over', identities: [], endsWallMs: 10 };
    const breakOuts = [...policy.breakOuts, over];
    const self = person('bob', { role: role as 'host' | '' });
    expect(isBreakOutMark(change, { breakOuts }, self, { room: 'math', nowWallMs: 10 })).toBe(may);
  });
});
