import { Circle } from 'lucide-react';
import { useState } from 'react';
import { type RecordingModel, recordingWords } from '../core/hosting.ts';
import { languageNames } from '../core/messages/translate.ts';
import { browserTimeZone, timeFormat } from '../core/time-formats.ts';
import { Banner } from './banner.tsx';
import { useFailureTexts } from './failure.tsx';
import { useLanguage, useTranslate } from './language.tsx';

/** Shown to everyone for the whole recording, also to those who join later. Hosts see what is recorded, and how. */
export function RecordingSign({ recording, isHost = false }: { recording: RecordingModel; isHost?: boolean }) {
  const t = useTranslate();
  const { state } = recording;
  return (
    <div role="status">
      {state === 'none' ? null : (
        <span
          className="recording-sign in-row gap-2 shadow text-s weight-600 rounded-full"
          data-testid="recording"
          data-state={state}
        >
          <Circle size={10} fill="currentColor" aria-hidden="true" />
          {t(isHost ? recordingWords(recording) : state === 'running' ? 'record.running' : 'record.waiting')}
          {isHost && state === 'waiting' ? <WaitingReason recording={recording} /> : null}
        </span>
      )}
    </div>
  );
}

/** Why a recording waits, and until when. Renders nothing when neither is known. */
function WaitingReason({ recording: { failure, expectedAtMs } }: { recording: RecordingModel }) {
  const { t, language } = useLanguage();
  const { cause } = useFailureTexts(failure);
  const clock = timeFormat('time', { locale: languageNames[language].tag, timeZone: browserTimeZone() });
  const expected = expectedAtMs === 0 ? '' : t('record.waitingUntil', { time: clock(expectedAtMs) });
  const text = [failure === '' ? '' : cause, expected].filter((one) => one !== '').join(' ');
  return text === '' ? null : <small className="recording-reason">{text}</small>;
}

interface NoticeProps {
  recording: RecordingModel;
  onLeave(): void;
}

/** Asks for consent when a recording runs; the person who started it is not asked. */
export function RecordingNotice({ recording, onLeave }: NoticeProps) {
  const t = useTranslate();
  const [isAgreed, setIsAgreed] = useState(false);
  if (recording.state !== 'running' || recording.isOwn || isAgreed) return null;
  return (
    <Banner tone="info" icon={<Circle size={18} />}>
      <span data-testid="recording-notice">{t('record.notice')}</span>
      <span className="banner-buttons flex flex-none gap-2">
        <button
          type="button"
          className="button small primary"
          data-testid="recording-agree"
          onClick={() => setIsAgreed(true)}
        >
          {t('record.agree')}
        </button>
        <button type="button" className="button small" data-testid="recording-leave" onClick={onLeave}>
          {t('control.leave')}
        </button>
      </span>
    </Banner>
  );
}
