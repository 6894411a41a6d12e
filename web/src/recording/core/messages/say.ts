// Texts of the page that plays a recording, in one language. Pure.
import type { Language } from '../../../core/query.ts';
import { type RecordingKey, recordingEn } from './en.ts';
import { recordingZh } from './zh.ts';

export const recordingDictionaries = { en: recordingEn, zh: recordingZh } as const;
export type Say = (key: RecordingKey, values?: Readonly<Record<string, string | number>>) => string;

/** A placeholder without a value stays visible: a mistake to be seen. */
export const sayingIn =
  (language: Language): Say =>
  (key, values = {}) =>
    recordingDictionaries[language][key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) =>
      String(values[name] ?? hole),
    );

/** The text for a code, of the page or of the server; others say that the page does not understand. */
export function failureKeyOf(code: string): RecordingKey {
  if (code === 'TOKEN_REVOKED') return 'failed.TOKEN_INVALID';
  const key = `failed.${code}`;
  return Object.hasOwn(recordingEn, key) ? (key as RecordingKey) : 'failed.UNREADABLE';
}
