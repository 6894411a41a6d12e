// Bodies of events as they lie in the database, read.

import type { EventBody } from './body.ts';
import type { ItemEventBody } from './item-body.ts';
import type { MeetingEventBody } from './meeting-body.ts';
import type { RecordingEventBody } from './recording-body.ts';

/** As companies get it now, also one that was stored when no role was ''. */
export function keptBody(text: string): EventBody | MeetingEventBody | RecordingEventBody | ItemEventBody {
  const body = JSON.parse(text) as ReturnType<typeof keptBody>;
  if (!('room' in body) || body.participant?.role !== '') return body;
  return { ...body, participant: { ...body.participant, role: null } };
}
