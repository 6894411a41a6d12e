import { encodingOf, textOf } from '@meridian/protocol/text-encoding';

/** Maximum length of a transcript, as in the API. */
const VTT_CHARACTERS_MAX = 500_000;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/;

export const isLanguage = (text: string): boolean => text.length <= 32 && LANGUAGE.test(text);

/** Returns zh for `talk.zh.vtt`; '' when the name has no language. */
export function languageOfName(name: string): string {
  const found = /\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.(?:vtt|srt|ass|ssa)$/i.exec(name)?.[1] ?? '';
  return isLanguage(found) ? found : '';
}

/** Returns subtitles (WebVTT, SubRip, ASS) in any encoding as WebVTT; undefined for other files and for long ones. */
export function vttOf(bytes: Uint8Array): string | undefined {
  const charset = encodingOf(bytes);
  if (charset === undefined) return undefined;
  const text = textOf(bytes, charset).replace(/\r\n?/g, '\n');
  const vtt = /^WEBVTT(?:[ \t\n]|$)/.test(text) ? text : asVtt(dialoguesOf(text) ?? subRipOf(text));
  return vtt !== undefined && vtt.length <= VTT_CHARACTERS_MAX ? vtt : undefined;
}

interface Cue {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

const asVtt = (cues: readonly Cue[]): string | undefined =>
  cues.length === 0
    ? undefined
    : ['WEBVTT', ...cues.map((cue) => `${timeOf(cue.fromMs)} --> ${timeOf(cue.toMs)}\n${cue.text}`)].join('\n\n');

function timeOf(ms: number): string {
  const pad = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}

/** Returns undefined for a text that is no time of SubRip (`00:00:01,500`) or ASS (`0:00:01.50`). */
function msOf(text: string | undefined): number | undefined {
  const [, hours, minutes, seconds, share] = /^\s*(\d+):(\d\d):(\d\d)[,.](\d{1,3})\s*$/.exec(text ?? '') ?? [];
  if (hours === undefined) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number((share ?? '').padEnd(3, '0'));
}

/** Numbers of cues are not needed; what follows the end time (a place on the screen) is dropped. */
function subRipOf(text: string): Cue[] {
  const times = /^\s*(\d+:\d\d:\d\d[,.]\d{1,3})[ \t]*-->[ \t]*(\d+:\d\d:\d\d[,.]\d{1,3})[^\n]*$/gm;
  const found = [...text.matchAll(times)];
  return found.flatMap(({ 0: line, 1: from, 2: to, index }, at) => {
    const spoken = text.slice(index + line.length, found[at + 1]?.index).replace(/\n\s*\d+\s*$/, '');
    return cueOf(from, to, at + 1 < found.length ? spoken : text.slice(index + line.length));
  });
}

/** Returns undefined for a text without the events of ASS and SSA. */
function dialoguesOf(text: string): Cue[] | undefined {
  const events = /^\[Events\]\s*\nFormat:([^\n]*)\n/im.exec(text);
  if (events === null) return undefined;
  const names = (events[1] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const [from, to, spoken] = [names.indexOf('start'), names.indexOf('end'), names.indexOf('text')];
  const lines = text.slice(events.index).matchAll(/^Dialogue:\s*([^\n]*)$/gim);
  const cues = [...lines].flatMap(([, line = '']) => {
    const fields = line.split(',');
    const words = fields.slice(spoken).join(',').replace(/\\N/gi, '\n').replaceAll('\\h', ' ');
    return cueOf(fields[from], fields[to], words);
  });
  return cues.toSorted((a, b) => a.fromMs - b.fromMs);
}

function cueOf(from: string | undefined, to: string | undefined, spoken: string): Cue[] {
  const [fromMs, toMs] = [msOf(from), msOf(to)];
  const text = cueText(spoken);
  return fromMs === undefined || toMs === undefined || toMs < fromMs || text === '' ? [] : [{ fromMs, toMs, text }];
}

/** Keeps bold, italic and underline; WebVTT has no fonts, and no empty lines in a cue. */
const cueText = (text: string): string =>
  text
    .replace(/\{\\[^}]*\}|<\/?font[^>]*>/gi, '')
    .replaceAll('&', '&amp;')
    .replace(/<(?!\/?[biu]>)/gi, '&lt;')
    .replaceAll('-->', '→')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
