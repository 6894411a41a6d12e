// Shows connection strength: as a word for one session, as a bar for many.

import { useTexts } from '../../admin/text.ts';
import type { Tone } from '../../admin/traffic/tone.ts';
import '../../styles/console-pages.css';
import { type Strength, type StrengthCounts, strengths } from '../types.ts';
import { strengthTexts } from './text.ts';

const tones: Readonly<Record<Strength, Tone>> = { strong: 'good', medium: 'warn', weak: 'bad', unknown: 'quiet' };

export function StrengthState({ strength }: { strength: Strength }) {
  const { say } = useTexts(strengthTexts);
  return (
    <span
      className="admin-state inline-flex items-center gap-6px one-line"
      data-tone={tones[strength]}
      data-strength={strength}
    >
      {say(strength)}
    </span>
  );
}

interface BarProps {
  counts: StrengthCounts;
  /** Whether the numbers are shown below the bar. */
  hasTexts?: boolean;
  /** Whether `counts` are shares, 0 … 1. */
  isShare?: boolean;
}

export function StrengthBar({ counts, hasTexts = true, isShare = false }: BarProps) {
  const { say, locale } = useTexts(strengthTexts);
  const shown = strengths.filter((one) => counts[one] > 0);
  const format = (value: number): string =>
    value.toLocaleString(locale, isShare ? { style: 'percent', maximumFractionDigits: 0 } : {});
  const words = shown.map((one) => `${say(one)} ${format(counts[one])}`);
  return (
    <span className="strength">
      <span
        className="strength-bar flex overflow-hidden rounded-full bg-raised"
        role="img"
        aria-label={words.join(', ')}
      >
        {shown.map((one) => (
          <span key={one} data-strength={one} style={{ flexGrow: counts[one] }} />
        ))}
      </span>
      {hasTexts ? (
        <span className="strength-texts flex flex-wrap gap-2px-3 text-soft one-line small" aria-hidden="true">
          {shown.map((one) => (
            <span key={one} data-strength={one}>
              {say(one)} {format(counts[one])}
            </span>
          ))}
        </span>
      ) : null}
    </span>
  );
}
