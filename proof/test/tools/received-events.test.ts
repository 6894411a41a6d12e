import { describe, expect, it } from 'vitest';
import { faultsOfLife, faultsOfReceived, type ReceivedEvent } from '../../support/received-events.ts';

const eventWith = (sequence: number, event: string, present: number, identity?: string): ReceivedEvent => ({
  id: `EV_${sequence}`,
  event,
  sequence,
  room: { sid: 'RM_1', name: 'demo', numParticipants: present },
  ...(identity !== undefined && { participant: { sid: `PA_${identity}`, identity: identity } }),
});
const started = eventWith(1, 'room_started', 0);
const story = [
  started,
  eventWith(2, 'participant_joined', 1, 'ann'),
  eventWith(3, 'participant_joined', 2, 'bob'),
  eventWith(4, 'participant_left', 1, 'ann'),
  eventWith(5, 'participant_left', 0, 'bob'),
  eventWith(6, 'room_finished', 0),
];

describe('the events of a room', () => {
  it.each<[string, ReceivedEvent[], string]>([
    ['without their beginning', story.slice(1), 'event 1 has the sequence 2'],
    ['with a gap', story.filter((_, at) => at !== 3), 'event 4 has the sequence 5'],
    [
      'that begin twice',
      [started, eventWith(2, 'room_started', 0), eventWith(3, 'room_finished', 0)],
      'event 2 is room_st',
    ],
    [
      'in which a participant joins twice',
      [story[0], story[1], eventWith(3, 'participant_joined', 1, 'ann')],
      'ann joined twice',
    ],
    [
      'in which an unknown participant leaves',
      [started, eventWith(2, 'participant_left', 0, 'eve')],
      'eve left, but was not in the room',
    ],
    ['with a wrong count', [started, eventWith(2, 'participant_joined', 3, 'ann')], 'event 2 counts 3, there are 1'],
    ['without their end', story.slice(0, 5), 'its end was not reported'],
    ['that go on after their end', [...story, eventWith(7, 'participant_joined', 1, 'cyd')], '1 events after its end'],
    [
      'in which a participant never leaves',
      [...story.slice(0, 4), eventWith(5, 'room_finished', 1)],
      '1 were never reported to have left',
    ],
  ] as [string, ReceivedEvent[], string][])('%s are refused', (_, events, fault) => {
    expect(faultsOfLife('RM_1', events).join()).toContain(fault);
  });

  it('are accepted when complete', () => {
    expect(faultsOfLife('RM_1', story)).toEqual([]);
  });
});

describe('the requests of a receiver', () => {
  it.each<[string, ReceivedEvent[], string]>([
    [
      'a later event before an earlier one',
      [story[0], story[2], story[1]] as ReceivedEvent[],
      'RM_1: 3 was heard after 1',
    ],
    ['a missing event', story.slice(0, 5), 'room_finished EV_6 was never heard'],
    [
      'an event that was not stored',
      [...story, { ...eventWith(7, 'x', 0), id: 'EV_x' }],
      'EV_x was heard and is not stored',
    ],
  ])('with %s are refused', (_, received, fault) => {
    expect(faultsOfReceived(received, story).join()).toContain(fault);
  });

  it('contain the events of a meeting in order, whatever happens in rooms in between', () => {
    const booked = { event: 'meeting.created', meeting: { id: 'mt_1' } };
    const meeting = [
      { ...booked, id: 'EV_m1', sequence: 1 },
      { ...booked, id: 'EV_m2', sequence: 2 },
    ];
    const all = [...meeting.slice(0, 1), ...story, ...meeting.slice(1)];
    expect(faultsOfReceived(all, all)).toEqual([]);
    expect(faultsOfReceived(all.toReversed(), all).join()).toContain('mt_1: 2 was heard after 0');
  });

  it('may repeat an event', () => {
    expect(faultsOfReceived([...story.slice(0, 3), ...story.slice(1)], story)).toEqual([]);
  });
});
