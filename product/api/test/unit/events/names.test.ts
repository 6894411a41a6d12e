// Names of events follow two styles only: LiveKit's, if the event is LiveKit's, or THING.HAPPENED.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { meetingEventTypes } from '../../../src/events/core/meeting-story.ts';
import { eventTypes } from '../../../src/events/core/story.ts';

/** Names of LiveKit's webhooks, from its documentation. */
const livekitNames: readonly string[] = [
  ...['room_started', 'room_finished', 'participant_joined', 'participant_left', 'participant_connection_aborted'],
  ...['track_published', 'track_unpublished', 'egress_started', 'egress_updated', 'egress_ended'],
  ...['ingress_started', 'ingress_ended'],
];
/** A past participle, or `ready`. */
const OWN_NAME = /^[a-z]+\.([a-z]+(_[a-z]+)*ed|ready)$/;
const read = (path: string): string => readFileSync(new URL(`../../../../../${path}`, import.meta.url), 'utf8');
const describedEvents = Object.keys((JSON.parse(read('product/api/openapi.json')) as { webhooks: object }).webhooks);

it('each event has LiveKit’s name, or a thing and a past participle', () => {
  expect(describedEvents).toEqual(expect.arrayContaining([...eventTypes, ...meetingEventTypes]));
  expect(describedEvents.filter((name) => !livekitNames.includes(name) && !OWN_NAME.test(name))).toEqual([]);
});

it('docs/rooms.md lists exactly these events', () => {
  const section = read('docs/rooms.md').split('\n## Webhooks\n')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(describedEvents.toSorted());
});
