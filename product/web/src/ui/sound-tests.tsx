import { Mic, Volume2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type MediaProblem, type MicrophoneTestPhase, mediaProblemOf } from '../core/model.ts';
import type { SoundTests } from './actions.ts';
import { useTranslate } from './language.tsx';

export function SpeakerTest({ tests }: { tests: SoundTests }) {
  const t = useTranslate();
  const [state, setState] = useState<'idle' | 'playing' | 'failed'>('idle');
  const play = async (): Promise<void> => {
    setState('playing');
    try {
      await tests.playSound();
      setState('idle');
    } catch (error) {
      console.info('The test sound did not play:', error);
      setState('failed');
    }
  };
  return (
    <div className="sound-test in-row flex-wrap gap-2-3">
      <button
        type="button"
        className="button small quiet"
        disabled={state === 'playing'}
        data-testid="test-speaker"
        data-state={state}
        onClick={() => void play()}
      >
        <Volume2 size={15} aria-hidden="true" />
        {t(state === 'playing' ? 'device.speakerTesting' : 'device.speakerTest')}
      </button>
      {state === 'failed' ? <span className="field-error">{t('device.speakerFailed')}</span> : null}
    </div>
  );
}

type Phase = 'idle' | MicrophoneTestPhase | { problem: MediaProblem };

/** Records the user's voice and plays it back; the bar shows the loudness. */
export function MicrophoneTest({ tests }: { tests: SoundTests }) {
  const t = useTranslate();
  const [phase, setPhase] = useState<Phase>('idle');
  const meter = useRef<HTMLSpanElement>(null);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const isRunning = phase === 'recording' || phase === 'playing';
  const startTest = async (): Promise<void> => {
    running.current?.abort();
    if (isRunning) return setPhase('idle');
    const mine = new AbortController();
    running.current = mine;
    const show = (next: Phase): void => {
      if (!mine.signal.aborted) setPhase(next);
    };
    try {
      await tests.tryMicrophone({
        phase: show,
        level: (level) => meter.current?.style.setProperty('--level', level.toFixed(3)),
        signal: mine.signal,
      });
      show('idle');
    } catch (error) {
      console.info('The microphone could not be tried:', error);
      show({ problem: mediaProblemOf(error) });
    }
  };
  return (
    <div className="sound-test in-row flex-wrap gap-2-3">
      <button
        type="button"
        className="button small quiet"
        data-testid="test-microphone"
        data-state={typeof phase === 'string' ? phase : 'failed'}
        onClick={() => void startTest()}
      >
        <Mic size={15} aria-hidden="true" />
        {t(isRunning ? 'device.microphoneTestStop' : 'device.microphoneTest')}
      </button>
      {phase === 'recording' ? <span ref={meter} className="meter" aria-hidden="true" /> : null}
      <span className={typeof phase === 'string' ? 'field-hint' : 'field-error'} role="status">
        {typeof phase === 'string'
          ? phase === 'idle'
            ? ''
            : t(`device.microphoneTest.${phase}`)
          : t(`problem.microphone.${phase.problem}`)}
      </span>
    </div>
  );
}
