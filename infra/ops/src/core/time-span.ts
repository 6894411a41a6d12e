// Time spans as systemd prints them: `2min 15s`, `infinity`.

const MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  month: 2_629_800_000,
  y: 31_557_600_000,
};

/** Returns milliseconds; undefined for an invalid text. */
export function timeSpanMs(text: string): number | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length === 1 && words[0] === 'infinity') return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const word of words) {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(word) ?? [];
    const factor = MS[unit];
    if (factor === undefined) return undefined;
    sum += Number(number) * factor;
  }
  return sum;
}
