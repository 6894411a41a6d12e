import type { Principal } from '../access/core/scopes.ts';
import { Problem } from '../http/problems.ts';
import type { Meeting } from './core/meeting.ts';
import { type Right, rightOf } from './core/rights.ts';

/** Throws NOT_FOUND if the caller may not even see the meeting, else NOT_PERMITTED. */
export function permitted(principal: Principal, wanted: Exclude<Right, ''>, meeting: Meeting): Meeting {
  const right = rightOf(principal, meeting);
  if (right === '') throw new Problem('NOT_FOUND');
  if (wanted === 'change' && right === 'see')
    throw new Problem('NOT_PERMITTED', 'hosts and cohosts change a meeting, and administrators');
  return meeting;
}
