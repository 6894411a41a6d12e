// Meridian's REST, as a company's back end asks it: by the TypeScript client, which signs a token with the API key,
// makes a repeated POST happen once and tries again when that is safe.
import { createClient, type MeridianClient, type WebhookEvent } from '@meridian/api-client';

export interface Access {
  /** Of the page: https://meet.example.org. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Its tokens may do what this application does and no more, whatever the key may. */
export const meridianOf = (access: Access): MeridianClient =>
  createClient({
    ...access,
    scopes: [
      'rooms:admin',
      'rooms:create',
      'rooms:list',
      'meetings:read',
      'meetings:write',
      'webhooks:admin',
      'reports:read',
    ],
  });

/** A meeting was booked, changed, cancelled, or answered: here, in Meridian's page, or by another system. */
export type MeetingEvent = Extract<WebhookEvent, { meeting: object }>;

/** Something happened in a room. `sequence` is of one life of the room: dense, from 1. */
export type RoomEvent = Extract<WebhookEvent, { room: object }>;
