import { Circle } from 'lucide-react';
import { useState } from 'react';
import type { Hosting } from '../core/hosting.ts';
import { Banner } from './banner.tsx';
import { useTranslate } from './language.tsx';

type Recording = Hosting['recording'];

/** Shown to everyone for the whole recording, also to those who join later. */
export function RecordingSign({ recording }: { recording: Recording }) {
  const t = useTranslate();
  return (
    <div role="status">
      {recording === 'none' ? null : (
        <span
          className="recording-sign in-row gap-2 shadow text-s weight-600 rounded-full"
          data-testid="recording"
          data-state={recording}
        >
          <Circle size={10} fill="currentColor" aria-hidden="true" />
          {t(recording === 'running' ? 'record.running' : 'record.waiting')}
        </span>
      )}
    </div>
  );
}

interface NoticeProps {
  recording: Recording;
  /** Whether this person started it. */
  isOwn?: boolean;
  onLeave(): void;
}

/** Asks for consent when a recording runs; the person who started it is not asked. */
export function RecordingNotice({ recording, isOwn, onLeave }: NoticeProps) {
  const t = useTranslate();
  const [isAgreed, setIsAgreed] = useState(false);
  if (recording !== 'running' || isOwn || isAgreed) return null;
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
