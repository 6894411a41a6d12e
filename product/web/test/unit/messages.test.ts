import { describe, expect, it } from 'vitest';
import { translatorOf } from '../../src/core/messages/translate.ts';
import { messageOfReason } from '../../src/core/reasons.ts';

describe('translatorOf', () => {
  it('fills in values, more than once, and leaves a placeholder without a value visible', () => {
    const t = translatorOf('en');
    expect(t('toast.chat', { name: 'Ada', text: '{name}' })).toBe('Ada: {name}');
    expect(t('stage.page', { page: 2 })).toBe('Page 2 of {count}');
  });
});

describe('messageOfReason', () => {
  const rows = [
    { reason: '', expected: undefined },
    { reason: 'cost: cheapest', expected: undefined },
    { reason: 'access: about some ms from the client', expected: undefined },
    {
      reason: 'the address is known to dbip-city',
      expected: { key: 'why.addressKnown', values: { source: 'dbip-city' } },
    },
    {
      reason: 'the address is known to dbip-city; the city it named was ignored (development only)',
      expected: { key: 'why.addressKnown', values: { source: 'dbip-city' } },
    },
    {
      reason: 'the address says nothing, so the place of its signaling node sig-fra stands in',
      expected: { key: 'why.addressUnknown', values: { signalingId: 'sig-fra' } },
    },
    { reason: 'the city was named by the client (development)', expected: { key: 'why.cityNamed' } },
    { reason: 'access: about 9 ms from the client', expected: { key: 'why.distance', values: { ms: '9' } } },
    { reason: 'access: 9 ms from the client, timed', expected: { key: 'why.timed', values: { ms: '9' } } },
    {
      reason: 'access: about 9 ms from the client, give or take 4',
      expected: { key: 'why.guessed', values: { ms: '9', spread: '4' } },
    },
    { reason: 'load: 12 % of its capacity charged', expected: { key: 'why.load', values: { percent: '12' } } },
    {
      reason: 'load: 12 % of its capacity charged, is farther than the nearest',
      expected: { key: 'why.loadFarther', values: { percent: '12' } },
    },
    {
      reason: 'moved from sfu-1: sfu-1 is drained',
      expected: { key: 'why.movedDrained', values: { node: 'sfu-1' } },
    },
    {
      reason:
        'moved from sfu-1: at eu/paris instead of eu/frankfurt it is 31.4 ms nearer to each of the others, on the mean',
      expected: { key: 'why.movedNearer', values: { node: 'sfu-1', ms: '31' } },
    },
    {
      reason: "moved from sfu-1: the room's mode is direct now: everybody at a near ingress",
      expected: { key: 'why.movedMode', values: { node: 'sfu-1' } },
    },
    {
      reason: 'moved from sfu-1: asked for by an administrator',
      expected: { key: 'why.movedAsked', values: { node: 'sfu-1' } },
    },
    {
      reason: 'moved from sfu-1: try: this\nor that',
      expected: { key: 'why.movedOther', values: { node: 'sfu-1', reason: 'try: this\nor that' } },
    },
    { reason: 'room: holds the room', expected: { key: 'why.roomHere' } },
    { reason: 'room: does not hold the room', expected: { key: 'why.roomElsewhere' } },
    {
      reason: 'room: holds the room, 40 ms one way to the participants in it',
      expected: { key: 'why.roomHereDelay', values: { ms: '40' } },
    },
    {
      reason: 'room: does not hold the room, 40 ms one way to the participants in it',
      expected: { key: 'why.roomElsewhereDelay', values: { ms: '40' } },
    },
    { reason: 'room: holds the room, is farther than the nearest', expected: { key: 'why.roomFarther' } },
    { reason: 'room: the room is new', expected: { key: 'why.roomNew' } },
    { reason: 'room: the room is new, is farther than the nearest', expected: { key: 'why.roomFarther' } },
    { reason: 'panic: less than half of the media nodes reported', expected: { key: 'why.panic' } },
    {
      reason: 'degraded: hosts that are 159 ms nearer take no more sessions: they are full',
      expected: { key: 'why.nearFull', values: { ms: '159' } },
    },
    { reason: 'degraded: something else', expected: { key: 'why.degraded' } },
    {
      reason: 'waited 1500 ms for the fleet after a start of the centre: 1 of 2 media nodes were back, not sfu-sgp-1',
      expected: { key: 'why.warmUp', values: { ms: '1500', back: '1', all: '2' } },
    },
    {
      reason: 'waited 700 ms for the fleet after a start of the centre, whose store remembered no nodes',
      expected: { key: 'why.warmUpForgotten', values: { ms: '700' } },
    },
    {
      reason: 'waited 640 ms for its turn: region eu has more joins than it takes at once',
      expected: { key: 'why.turn', values: { ms: '640', region: 'eu' } },
    },
    { reason: 'n2 in asia was not charged: the node is full', expected: { key: 'why.notCharged' } },
    {
      reason: 'degraded: the node of this room takes no more sessions, so the room, which is to be one host, has two',
      expected: { key: 'why.split' },
    },
    {
      reason: 'The scheduling centre did not answer; placed from what was last known.',
      expected: { key: 'why.cached' },
    },
  ];
  for (const row of rows) it(`reads “${row.reason}”`, () => expect(messageOfReason(row.reason)).toEqual(row.expected));
});
