import type { Routes } from '../http/routes.ts';
import { addChanging } from './changing-operations.ts';
import type { MeetingOperationsDeps } from './common.ts';
import { addInviting } from './invitee-operations.ts';
import { addOccurrences } from './occurrence-operations.ts';
import { addReading } from './reading-operations.ts';

export function addMeetingOperations(routes: Routes, o: MeetingOperationsDeps): void {
  addChanging(routes, o);
  addReading(routes, o);
  addOccurrences(routes, o);
  addInviting(routes, o);
}
