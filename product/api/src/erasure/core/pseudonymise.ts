// In records, a pseudonym replaces an erased person, so that counts and reports stay true.
import type { Meeting } from '../../meetings/core/meeting.ts';

export interface Person {
  /** Empty if unknown. */
  readonly identity: string;
  /** E-mail in lower case; empty if unknown. */
  readonly email: string;
  readonly pseudonym: string;
}

export const ERASED = 'erased';

interface Participant {
  readonly identity: string;
}

/** Returns other participants unchanged. */
export function erasedParticipant<P extends Participant>(participant: P, { identity, pseudonym }: Person): P {
  if (participant.identity !== identity) return participant;
  return { ...participant, identity: pseudonym, name: ERASED, metadata: '', attributes: {} };
}

export function erasedEvent<B extends { readonly participant?: Participant }>(body: B, person: Person): B {
  const { participant } = body;
  return participant === undefined ? body : { ...body, participant: erasedParticipant(participant, person) };
}

export const withPseudonym = (identities: readonly string[], { identity, pseudonym }: Person): string[] =>
  identities.map((each) => (each === identity ? pseudonym : each));

interface Output {
  readonly identity: string | null;
  readonly participant?: string | null;
  /** Absent in events of former releases. */
  readonly title?: string;
}

interface RecordingEvent {
  readonly recording: {
    readonly identity: string | null;
    readonly by: string | null;
    /** Absent in events of former releases. */
    readonly outputs?: readonly Output[];
  };
}

export function erasedRecordingEvent<B extends RecordingEvent>(body: B, { identity, pseudonym }: Person): B {
  const nameOf = (name: string | null): string | null => (name === identity ? pseudonym : name);
  const { recording } = body;
  const outputs = recording.outputs?.map((output) =>
    output.identity === identity ? erasedOutput(output, pseudonym) : output,
  );
  const own = { identity: nameOf(recording.identity), by: nameOf(recording.by) };
  return { ...body, recording: { ...recording, ...own, ...(outputs && { outputs }) } };
}

function erasedOutput<O extends Output>(output: O, pseudonym: string): O {
  const title = erasedTitle(output.title ?? '', new Set([output.participant ?? '']));
  return { ...output, identity: pseudonym, participant: ERASED, ...(output.title !== undefined && { title }) };
}

/** Replaces the participant at the end of a file's title: `Review — Ann`. */
export function erasedTitle(title: string, names: ReadonlySet<string>): string {
  const at = title.lastIndexOf(' — ');
  return at >= 0 && names.has(title.slice(at + 3)) ? `${title.slice(0, at)} — ${ERASED}` : title;
}

/** Replaces a speaker in WebVTT: `<v Ann>`, `<v.loud Ann>`. Words of the speakers stay. */
export const erasedVoices = (vtt: string, names: ReadonlySet<string>): string =>
  vtt.replaceAll(/<v((?:\.[^ \t.<>]+)*)[ \t]+([^<>]*)>/g, (voice, classes: string, name: string) =>
    names.has(unescaped(name.trim())) ? `<v${classes} ${ERASED}>` : voice,
  );

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export function erasedItemEvent<B extends { readonly item: { readonly owner: string } }>(
  body: B,
  { identity, pseudonym }: Person,
): B {
  const { item } = body;
  return item.owner === identity ? { ...body, item: { ...item, owner: pseudonym } } : body;
}

export function erasedOrderEvent<B extends { readonly order: { readonly createdBy: string } }>(
  body: B,
  { identity, pseudonym }: Person,
): B {
  const { order } = body;
  return order.createdBy === identity ? { ...body, order: { ...order, createdBy: pseudonym } } : body;
}

interface MeetingEvent {
  readonly meeting: { readonly hosts: readonly string[]; readonly cohosts: readonly string[] };
  readonly invitee?: { readonly id: string; readonly email: string; readonly name: string; readonly userId: string };
}

/** Erases the person from an event. `invitees`: ids of the person's invitations. */
export function erasedMeetingEvent<B extends MeetingEvent>(body: B, person: Person, invitees: readonly string[]): B {
  const { meeting, invitee } = body;
  const isOne = invitee !== undefined && invitees.includes(invitee.id);
  return {
    ...body,
    meeting: {
      ...meeting,
      hosts: withPseudonym(meeting.hosts, person),
      cohosts: withPseudonym(meeting.cohosts, person),
    },
    ...(isOne && { invitee: { ...invitee, email: '', userId: '', name: ERASED } }),
  };
}

/** Erases the person from a meeting, whose times stay. `invitees`: ids of the person's invitations. */
export function erasedMeeting(meeting: Meeting, person: Person): { meeting: Meeting; invitees: readonly string[] } {
  const { identity, email } = person;
  const isOne = (one: Meeting['invitees'][number]): boolean =>
    (identity !== '' && one.userId === identity) || (email !== '' && one.email.toLowerCase() === email);
  const invitees = meeting.invitees.filter(isOne).map(({ id }) => id);
  return {
    invitees,
    meeting: {
      ...meeting,
      version: meeting.version + 1,
      hosts: withPseudonym(meeting.hosts, person),
      cohosts: withPseudonym(meeting.cohosts, person),
      invitees: meeting.invitees.map((one) => (isOne(one) ? { ...one, email: '', userId: '', name: ERASED } : one)),
    },
  };
}
