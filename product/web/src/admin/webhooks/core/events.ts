import type { EventName } from '../api.ts';

export const eventGroups = [
  { name: 'rooms', events: ['room_started', 'room_finished', 'room.changed'] },
  { name: 'people', events: ['participant_joined', 'participant_left'] },
  { name: 'tracks', events: ['track_published', 'track_unpublished'] },
  {
    name: 'meetings',
    events: ['meeting.created', 'meeting.changed', 'meeting.cancelled', 'meeting.invitee_replied'],
  },
  {
    name: 'recordings',
    events: ['recording.started', 'recording.ended', 'recording.finished', 'recording.failed', 'recording.deleted'],
  },
  { name: 'library', events: ['item.ready', 'item.refused', 'item.trashed', 'item.restored', 'item.deleted'] },
  { name: 'distribution', events: ['order.completed', 'order.delayed', 'delivery.failed'] },
] as const satisfies readonly { name: string; events: readonly EventName[] }[];

const ownPrefixes = ['meeting.', 'item.', 'order.', 'delivery.'];
/**
 * Returns whether LiveKit lacks the event: it has none for meetings, the library and distribution. (It also lacks one
 * for deleted recordings, which the API then does not send.)
 */
export const hasNoLiveKit = (event: EventName): boolean => ownPrefixes.some((prefix) => event.startsWith(prefix));
