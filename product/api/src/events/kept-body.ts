import type { EventBody } from './body.ts';
import type { ItemEventBody } from './item-body.ts';
import type { MeetingEventBody } from './meeting-body.ts';
import type { RecordingEventBody } from './recording-body.ts';

/** Parses a stored event body. In old bodies, '' means a missing role. */
export function keptBody(text: string): EventBody | MeetingEventBody | RecordingEventBody | ItemEventBody {
  const body = JSON.parse(text) as ReturnType<typeof keptBody>;
  if (!('room' in body) || body.participant?.role !== '') return body;
  return { ...body, participant: { ...body.participant, role: null } };
}
