// Meridian's REST for a company's back end: the TypeScript client signs a token with the API key, makes a repeated POST
// happen once, and retries when that is safe.
import { createClient, type MeridianClient, type WebhookEvent } from '@meridian/api-client';

export interface Access {
  /** URL of the page: https://meet.example.org. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Returns a client whose tokens allow only what this application needs, whatever the key allows. */
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

/** Event in a room. `sequence` belongs to a life of the room: dense, from 1. */
export type RoomEvent = Extract<WebhookEvent, { room: object }>;
