/** Limit of cues in a transcript: twelve hours, with one every two seconds. */
export const CUES_MAX = 20_000;
const TIME = /^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;
/** Tags in a cue's text: `<b>`, `<v Ann>`, `<00:01.000>`. */
const TAG = /<[^<>]*>/g;
const ENTITY = /&(?:amp|lt|gt|nbsp|lrm|rlm);/g;
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const OTHER = /^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/;

export type WebVtt = { readonly cues: number; readonly text: string } | { readonly wrong: string };

export function readWebVtt(vtt: string): WebVtt {
  const [head = '', ...blocks] = blocksOf(vtt);
  if (!/^WEBVTT(?:[ \t\n]|$)/.test(head) || head.includes('-->')) return { wrong: 'must begin with WEBVTT' };
  const spokenTexts: string[] = [];
  for (const block of blocks) {
    const lines = block.split('\n').filter((line) => line !== '');
    const at = lines.findIndex((line) => line.includes('-->'));
    if (at < 0 || OTHER.test(lines[0] ?? '')) continue;
    const timing = lines[at] ?? '';
    if (at > 1 || !isTiming(timing)) return { wrong: `has a cue without times: ${timing.slice(0, 80)}` };
    if (spokenTexts.length === CUES_MAX) return { wrong: `has more than ${CUES_MAX} cues` };
    spokenTexts.push(plainText(lines.slice(at + 1).join(' ')));
  }
  return spokenTexts.length === 0
    ? { wrong: 'has no cue' }
    : { cues: spokenTexts.length, text: spokenTexts.join('\n') };
}

/** Block of a WebVTT; `cue` is absent for its head, styles and regions. */
export interface VttBlock {
  readonly text: string;
  readonly cue?: { readonly fromMs: number; readonly toMs: number };
}

/** Returns the blocks of a WebVTT that `readWebVtt` accepts, without its notes. */
export function cuesOf(vtt: string): VttBlock[] {
  const [head = '', ...blocks] = blocksOf(vtt);
  const read = blocks
    .map((block) => block.replace(/^\n+|\n+$/g, ''))
    .filter((text) => text !== '' && !/^NOTE(?:[ \t\n]|$)/.test(text));
  return [{ text: head.trimEnd() }, ...read.map(blockOf)];
}

function blockOf(text: string): VttBlock {
  const timing = /^(?:[^\n]*\n)?([\d:.]+)[ \t]*-->[ \t]*([\d:.]+)/.exec(OTHER.test(text) ? '' : text);
  const [fromMs, toMs] = [msOf(timing?.[1] ?? ''), msOf(timing?.[2] ?? '')];
  return fromMs === undefined || toMs === undefined ? { text } : { text, cue: { fromMs, toMs } };
}

/** Returns the text of a cue with all its times moved; none is before 0. */
export const timedCue = ({ text }: VttBlock, laterMs: number): string =>
  text
    .split('\n')
    .map((line) =>
      line.includes('-->')
        ? line.replaceAll(/[\d:]+\.\d{3}(?=[ \t]|$)/g, (time) => movedTime(time, laterMs))
        : line.replaceAll(/<([\d:]+\.\d{3})>/g, (_, time: string) => `<${movedTime(time, laterMs)}>`),
    )
    .join('\n');

function movedTime(text: string, laterMs: number): string {
  const ms = msOf(text);
  if (ms === undefined) return text;
  const moved = Math.max(0, ms + laterMs);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = `${two((moved / 1000) % 60)}.${String(moved % 1000).padStart(3, '0')}`;
  return `${two(moved / 3_600_000)}:${two((moved / 60_000) % 60)}:${seconds}`;
}

const blocksOf = (vtt: string): string[] =>
  vtt
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n\n+/);

/** Matches `00:01.000 --> 00:02.000` with optional settings, if the end is not before the start. */
function isTiming(line: string): boolean {
  const [from = '', rest = '', ...more] = line.split('-->');
  const [to = ''] = rest.trim().split(/[ \t]/, 1);
  const [fromMs, toMs] = [msOf(from.trim()), msOf(to)];
  return more.length === 0 && fromMs !== undefined && toMs !== undefined && fromMs <= toMs;
}

function msOf(text: string): number | undefined {
  const [match, hours = '0', minutes, seconds, ms] = TIME.exec(text) ?? [];
  if (match === undefined) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
}

const plainText = (text: string): string => text.replace(TAG, '').replace(ENTITY, (entity) => entities[entity] ?? ' ');
