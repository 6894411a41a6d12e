import type { Principal } from '../access/core/scopes.ts';
import { Problem } from '../http/problems.ts';
import type { Meeting } from './core/meeting.ts';
import { type Right, rightOf } from './core/rights.ts';

/** Throws NOT_FOUND if the caller may not even see the meeting, and NOT_PERMITTED if the right is insufficient. */
export function requireRight(principal: Principal, wanted: Exclude<Right, ''>, meeting: Meeting): Meeting {
  const right = rightOf(principal, meeting);
  if (right === '') throw new Problem('NOT_FOUND');
  if (wanted === 'change' && right === 'see')
    throw new Problem('NOT_PERMITTED', 'only hosts, cohosts and administrators may change a meeting');
  return meeting;
}
