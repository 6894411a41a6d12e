import { instantOf, localOf } from '../../meetings/core/local-time.ts';
import type { Invitee, Meeting } from '../../meetings/core/meeting.ts';
import type { MailKind } from './plan.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const sentencesByLanguage = {
  en: {
    invitation: ['Invitation: ', 'You are invited to a meeting.'],
    change: ['Changed: ', 'A meeting that you are invited to has changed.'],
    cancellation: ['Cancelled: ', 'This meeting does not take place, or you are no longer invited.'],
    when: 'When',
    repeats: 'It repeats; all dates are in the attached calendar.',
    join: 'Join',
    number: 'Meeting number',
    hello: (name: string) => (name === '' ? 'Hello,' : `Hello ${name},`),
  },
  zh: {
    invitation: ['会议邀请：', '您被邀请参加会议。'],
    change: ['会议变更：', '您受邀参加的会议有变更。'],
    cancellation: ['会议取消：', '该会议已取消，或您不再受邀。'],
    when: '时间',
    repeats: '该会议会重复举行，全部日期见附件日历。',
    join: '加入会议',
    number: '会议号',
    hello: (name: string) => (name === '' ? '您好：' : `${name}，您好：`),
  },
} as const;

/** Escapes people's values in HTML; `joinUrl` is ours. */
export function meetingMailText(
  kind: MailKind,
  meeting: Meeting,
  { name, language }: Invitee,
  joinUrl: string,
): MailText {
  const texts = sentencesByLanguage[language];
  const [before, subjectText] = texts[kind];
  const isOn = kind !== 'cancellation';
  const lines = [
    texts.hello(name),
    subjectText,
    meeting.title,
    `${texts.when}: ${timeText(meeting)}`,
    ...(meeting.recurrence !== '' && isOn ? [texts.repeats] : []),
    ...(meeting.description === '' ? [] : [meeting.description]),
    ...(isOn ? [`${texts.number}: ${meeting.number}`] : []),
  ];
  const html = lines.map((line) => `<p>${escapedHtml(line).replaceAll(/\r?\n/g, '<br>')}</p>`).join('\n');
  const link = `<p><a href="${escapedHtml(joinUrl)}">${texts.join}</a></p>`;
  return {
    // A line break in the subject would begin another header.
    subject: `${before}${meeting.title}`.replaceAll(/\s+/g, ' '),
    text: [...lines, ...(isOn ? [`${texts.join}: ${joinUrl}`] : [])].join('\n\n'),
    html: `<html lang="${language}"><body>\n${html}\n${isOn ? link : ''}</body></html>`,
  };
}

/** Returns times that are unambiguous in all countries: 2026-11-23 09:00 – 09:30 (Europe/Berlin). */
function timeText({ localStart, timeZone, durationMinutes }: Meeting): string {
  const endsMs = instantOf(localStart, timeZone) + durationMinutes * 60_000;
  const [day, time = ''] = localStart.split('T');
  const [endDay, end = ''] = localOf(endsMs, timeZone).split('T');
  const until = endDay === day ? end.slice(0, 5) : `${endDay} ${end.slice(0, 5)}`;
  return `${day} ${time.slice(0, 5)} – ${until} (${timeZone})`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Escapes a text for HTML. */
export const escapedHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
