import { Machine } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  type CallEffect,
  type CallEvent,
  type CallState,
  callTable,
  failureIn,
  timeoutIn,
} from '../../../src/dial/core/call-round.ts';
import { failureFields, REPORTS_MAX, withReport } from '../../../src/dial/core/results.ts';

describe('a call', () => {
  const rows: { events: CallEvent[]; state: CallState; effects: CallEffect[] }[] = [
    { events: ['joined'], state: 'connecting', effects: ['connectMedia'] },
    { events: ['failed'], state: 'over', effects: ['fail', 'end'] },
    { events: ['late'], state: 'over', effects: ['fail', 'end'] },
    { events: ['close'], state: 'over', effects: ['end'] },
    { events: ['joined', 'connected'], state: 'staying', effects: ['connectMedia', 'stay'] },
    { events: ['joined', 'failed'], state: 'over', effects: ['connectMedia', 'fail', 'end'] },
    { events: ['joined', 'late'], state: 'over', effects: ['connectMedia', 'fail', 'end'] },
    { events: ['joined', 'close'], state: 'over', effects: ['connectMedia', 'end'] },
    { events: ['joined', 'connected', 'timeUp'], state: 'over', effects: ['connectMedia', 'stay', 'end'] },
    { events: ['joined', 'connected', 'failed'], state: 'over', effects: ['connectMedia', 'stay', 'fail', 'end'] },
    { events: ['joined', 'connected', 'close'], state: 'over', effects: ['connectMedia', 'stay', 'end'] },
    { events: ['joined', 'interrupted'], state: 'connecting', effects: ['connectMedia', 'fail'] },
    {
      events: ['joined', 'connected', 'interrupted', 'timeUp'],
      state: 'over',
      effects: ['connectMedia', 'stay', 'fail', 'end'],
    },
    // Late events, and events of an earlier stage, have no effect.
    { events: ['connected', 'timeUp'], state: 'joining', effects: [] },
    { events: ['joined', 'joined', 'timeUp'], state: 'connecting', effects: ['connectMedia'] },
    { events: ['joined', 'connected', 'late'], state: 'staying', effects: ['connectMedia', 'stay'] },
    { events: ['close', 'joined', 'failed', 'close'], state: 'over', effects: ['end'] },
  ];
  it.each(rows)('after $events is $state', ({ events, state, effects }) => {
    const made: CallEffect[] = [];
    const machine = new Machine<CallState, CallEvent, CallEffect>({
      table: callTable,
      initial: 'joining',
      apply: (effect) => made.push(effect),
    });
    for (const event of events) machine.dispatch(event);
    expect({ state: machine.state, made }).toEqual({ state, made: effects });
  });
});

describe('the stage of a failure', () => {
  const rows: { state: CallState; code: string; stage: string }[] = [
    { state: 'joining', code: 'ENTRY_UNREACHABLE', stage: 'signaling' },
    { state: 'joining', code: 'SOCKET_FAILED', stage: 'signaling' },
    { state: 'joining', code: 'REQUEST_TIMEOUT', stage: 'signaling' },
    { state: 'joining', code: 'TOKEN_INVALID', stage: 'signaling' },
    { state: 'joining', code: 'NO_NODE', stage: 'placement' },
    { state: 'joining', code: 'NO_CAPACITY', stage: 'placement' },
    { state: 'joining', code: 'OVERLOADED', stage: 'placement' },
    { state: 'joining', code: 'CENTRE_UNREACHABLE', stage: 'placement' },
    { state: 'joining', code: 'NODE_UNREACHABLE', stage: 'placement' },
    { state: 'connecting', code: 'MEDIA_FAILED', stage: 'media' },
    { state: 'connecting', code: 'RTP_PARAMETERS_INVALID', stage: 'media' },
    { state: 'connecting', code: 'SOCKET_LOST', stage: 'signaling' },
    { state: 'staying', code: 'SOCKET_LOST', stage: 'signaling' },
    { state: 'staying', code: 'DUPLICATE_IDENTITY', stage: 'signaling' },
    { state: 'staying', code: 'NODE_LOST', stage: 'media' },
    { state: 'staying', code: 'MEDIA_FAILED', stage: 'media' },
  ];
  it.each(rows)('$code in state $state is $stage', ({ state, code, stage }) => {
    expect(failureIn(state, { code, text: 'why' })).toEqual({ stage, code, text: 'why' });
  });

  it('at the time limit is signaling while joining, and media while connecting', () => {
    expect([timeoutIn('joining').stage, timeoutIn('connecting').stage]).toEqual(['signaling', 'media']);
    expect(timeoutIn('joining').code).toBe('TIMEOUT');
  });

  it('is reported with a text of at most 200 characters', () => {
    const { text, isOk } = failureFields({ stage: 'api', code: 'HTTP_502', text: 'x'.repeat(5000) });
    expect([text?.length, isOk]).toEqual([200, false]);
  });
});

it('waiting reports are limited to the newest twenty', () => {
  let waiting: readonly number[] = [];
  for (let report = 0; report < REPORTS_MAX + 5; report += 1) waiting = withReport(waiting, report);
  expect(waiting).toEqual(Array.from({ length: REPORTS_MAX }, (_, at) => at + 5));
});
