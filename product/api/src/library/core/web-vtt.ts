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
