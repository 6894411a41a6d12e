// Request and response types from the API's OpenAPI file. Types only: api.ts makes the calls.
import type { components, Paths } from '@meridian/api-client';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Colleague = Schemas['Colleague'];
export type MyOccurrence = Schemas['MyOccurrence'];
export type MyOccurrences = Schemas['MyOccurrencePage'];
export type Conflict = Schemas['Conflict'];
/** File of a recording, which is an item of the library. */
export type RecordingOutput = Schemas['RecordingOutput'];
export type Recording = Schemas['Recording'];
export type Answer = Schemas['InvitationAnswer']['answer'];

export type Meeting = Schemas['Meeting'];
export type NewMeeting = Schemas['NewMeeting'];
export type NewInstantMeeting = Schemas['NewInstantMeeting'];
export type MeetingChange = Schemas['MeetingChange'];
export type OccurrenceChange = Schemas['OccurrenceChange'];
export type Invitee = Schemas['Invitee'];
/** Role of an invitee; '' for none of the invitee's own, which is null in the API. */
export type InviteeRole = NonNullable<Invitee['role']> | '';
export type NewInvitee = Schemas['NewInvitee'];

export type SignInWays = Schemas['SignInWays'];
export type UserSession = Schemas['UserSession'];
export type FileLink = Schemas['FileLink'];
export type FileLinkPage = Schemas['FileLinkPage'];
export type SetupTarget = Schemas['SetupTarget'];
export type Setup = Paths['/setup']['post']['requestBody']['content']['application/json'];
