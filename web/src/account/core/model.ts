// What the api answers, as far as these pages use it. They import nothing of the api, nor its client: the compiler
// holds these types to its OpenAPI file in test/unit/account-types.test.ts.

export interface Me {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly scopes: readonly string[];
}

export type Part = 'host' | 'cohost' | 'invitee' | 'none';
export type Answer = 'needsAction' | 'accepted' | 'tentative' | 'declined';

export interface MyOccurrence {
  readonly meetingId: string;
  readonly number: string;
  readonly title: string;
  readonly originalStart: string;
  /** RFC 3339. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly part: Part;
  readonly answer?: Answer;
  readonly isRecurring: boolean;
  readonly mayChange: boolean;
  readonly hasConflict: boolean;
}

export interface Conflict {
  readonly startsAt: string;
  readonly endsAt: string;
  /** Absent: of a meeting that one may not see. */
  readonly title?: string;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor?: string;
}

export interface Invitee {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly userId: string;
  readonly role: string;
  readonly status: Answer;
}

export interface MeetingSettings {
  readonly waitingRoom: boolean;
  readonly joinBeforeHost: boolean;
  readonly hardEnd: boolean;
}

export interface Meeting {
  readonly id: string;
  readonly number: string;
  readonly status: 'scheduled' | 'cancelled';
  readonly title: string;
  readonly description: string;
  readonly localStart: string;
  /** RFC 3339; of the first occurrence. */
  readonly startsAt: string;
  readonly timeZone: string;
  readonly durationMinutes: number;
  readonly recurrence: string;
  readonly overrides: readonly {
    readonly originalStart: string;
    readonly localStart?: string;
    readonly durationMinutes?: number;
    readonly title?: string;
  }[];
  readonly hosts: readonly string[];
  readonly invitees: readonly Invitee[];
  readonly settings: MeetingSettings;
  readonly hasPassword: boolean;
  readonly version: number;
}

export interface SignInWays {
  /** With e-mail and password. */
  readonly local: boolean;
  readonly providers: readonly { readonly id: string; readonly name: string }[];
  /** There is no user yet. */
  readonly setupAwaited: boolean;
}
