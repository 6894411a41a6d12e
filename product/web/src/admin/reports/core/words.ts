import type { Held, MeetingReport } from '../api.ts';
import { type ReportKey, reportTexts, type SayReport } from '../text.ts';

const isKey = (text: string): text is ReportKey => Object.hasOwn(reportTexts.en, text);

export function endText(code: string | undefined, say: SayReport): string {
  const key = `end.${code}`;
  return isKey(key) ? say(key) : (code ?? '');
}

export function leftText(code: string | undefined, say: SayReport): string {
  if (code === undefined || code === '') return '';
  const key = `left.${code}`;
  return isKey(key) ? say(key) : say('left.other', { code });
}

export const occurrenceIn = ({ occurrences }: Pick<MeetingReport, 'occurrences'>, sid: string): Held | undefined =>
  occurrences.find(({ sids }) => sids.includes(sid));
