// Moves WebVTT into the time of a file that shows a part of it.
const TIME = /^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;

/**
 * Returns the cues of a file that begins at `fromMs` and is `durationMs` long, in its own time; cues at its edges are
 * cut. Keeps styles, regions, notes and settings of cues. Returns undefined if no cue is left. `vtt`: valid WebVTT.
 */
export function shiftedVtt(vtt: string, { fromMs, durationMs }: { fromMs: number; durationMs: number }) {
  const [head = 'WEBVTT', ...blocks] = vtt
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n\n+/);
  let cues = 0;
  const shifted = blocks.flatMap((block) => {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    if (at < 0 || /^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(lines[0] ?? '')) return [block];
    const [from = '', rest = ''] = (lines[at] ?? '').split('-->');
    const [, to = '', settings = ''] = /^(\S+)(.*)$/.exec(rest.trim()) ?? [];
    const [beginMs, endMs] = [msOf(from.trim()) - fromMs, msOf(to) - fromMs];
    if (endMs <= 0 || beginMs >= durationMs) return [];
    cues += 1;
    const timing = `${textOf(Math.max(0, beginMs))} --> ${textOf(Math.min(durationMs, endMs))}${settings}`;
    return [[...lines.slice(0, at), timing, ...lines.slice(at + 1)].join('\n')];
  });
  return cues === 0 ? undefined : `${[head, ...shifted].join('\n\n')}\n`;
}

function msOf(text: string): number {
  const [, hours = '0', minutes, seconds, ms] = TIME.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
}

function textOf(timeMs: number): string {
  const ms = Math.round(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
  ];
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(ms % 1000).padStart(3, '0')}`;
}
