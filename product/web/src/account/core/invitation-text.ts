export const spacedNumber = (number: string): string => number.replaceAll(/(\d{3})(?=\d)/g, '$1 ');

export const meetingUrl = (origin: string, number: string): string => `${origin}/m/${number}`;

export interface InvitationWords {
  readonly title: string;
  readonly when: string;
  readonly link: string;
  readonly number: string;
  /** '' when there is none, or this page does not know it. */
  readonly password: string;
  /** `LABEL: value`, in the language of the user who copies. */
  readonly labels: { readonly link: string; readonly number: string; readonly password: string };
}

export function invitationText({ title, when, link, number, password, labels }: InvitationWords): string {
  return [
    title,
    when,
    '',
    `${labels.link}: ${link}`,
    `${labels.number}: ${number}`,
    ...(password === '' ? [] : [`${labels.password}: ${password}`]),
  ].join('\n');
}
