import type { QualityLevel } from '../core/model.ts';
import { useTranslate } from './language.tsx';

const litBars: Readonly<Record<QualityLevel, number>> = { unknown: 0, lost: 0, poor: 1, good: 3, excellent: 4 };

/** Four bars; a screen reader reads the word. */
export function QualityBars(props: { quality: QualityLevel }) {
  const t = useTranslate();
  const lit = litBars[props.quality];
  const label = t('quality.label', { level: t(`quality.${props.quality}`) });
  return (
    <svg
      className={`bars bars-${props.quality}`}
      width="16"
      height="14"
      viewBox="0 0 16 14"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {[0, 1, 2, 3].map((at) => (
        <rect
          key={at}
          x={at * 4.25}
          y={9 - at * 3}
          width="3"
          height={5 + at * 3}
          rx="1"
          className={at < lit ? 'lit' : ''}
        />
      ))}
      {props.quality === 'lost' ? <path d="M2 2l11 11M13 2L2 13" className="cross" /> : null}
    </svg>
  );
}
