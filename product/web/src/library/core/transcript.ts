/** Maximum length of a transcript, as in the API. */
const VTT_CHARACTERS_MAX = 500_000;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/;

export const isLanguage = (text: string): boolean => text.length <= 32 && LANGUAGE.test(text);
export const isVtt = (text: string): boolean =>
  text.length <= VTT_CHARACTERS_MAX && /^\uFEFF?WEBVTT(?:[ \t\r\n]|$)/.test(text);

/** Returns zh for `talk.zh.vtt`; '' when the name has no language. */
export function languageOfName(name: string): string {
  const found = /\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.vtt$/i.exec(name)?.[1] ?? '';
  return isLanguage(found) ? found : '';
}
