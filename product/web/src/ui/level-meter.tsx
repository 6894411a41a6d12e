import { useEffect, useRef } from 'react';
import type { LevelSource } from '../core/model.ts';
import { useTranslate } from './language.tsx';

/** Loudness of a microphone, written directly to the style to avoid sixty renders a second. */
export function LevelMeter(props: { level: LevelSource; active: boolean }) {
  const t = useTranslate();
  const ref = useRef<HTMLDivElement>(null);
  const { level, active } = props;
  useEffect(() => {
    const element = ref.current;
    if (element === null || !active) return undefined;
    const stop = level.subscribe((value) => {
      element.style.setProperty('--level', value.toFixed(3));
      element.setAttribute('aria-valuenow', String(Math.round(value * 100)));
    });
    return () => {
      stop();
      element.style.setProperty('--level', '0');
      element.setAttribute('aria-valuenow', '0');
    };
  }, [level, active]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> cannot be styled alike in all browsers
    <div
      ref={ref}
      className="meter"
      role="meter"
      aria-label={t('lobby.microphoneLevel')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    />
  );
}
