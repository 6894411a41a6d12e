import { Ban, CalendarClock, Clock, Globe } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { LinkDetails } from '../core/join-link.ts';
import { elsewhereText, progressText, type Times, type TimesReader, whenText } from '../core/meeting-times.ts';
import { languageNames } from '../core/messages/translate.ts';
import { browserTimeZone } from '../core/time-formats.ts';
import { useLanguage, useTranslate } from './language.tsx';
import type { LookupState } from './use-link-lookup.ts';

export interface Visitor {
  now(): number;
  readonly timeZone: string;
}
export const browserVisitor: Visitor = {
  now: () => Date.now(),
  timeZone: browserTimeZone(),
};

interface LobbyHeadProps {
  looked: LookupState | undefined;
  /** Meeting number in groups, or ''. */
  number: string;
  visitor: Visitor;
}

/** The meeting and its time; a greeting without a link or while the meeting is unknown. */
export function LobbyHead({ looked, number, visitor }: LobbyHeadProps) {
  const t = useTranslate();
  const numberText = number === '' ? t('lobby.lead') : t('lobby.number', { number });
  if (looked?.state === 'asking')
    return (
      <div className="lobby-head grid gap-6px min-w-0" data-testid="lobby-looking">
        <h1 className="waiting-bar rounded-s bg-raised" aria-busy="true">
          <span className="visually-hidden">{t('lobby.looking')}</span>
        </h1>
        <p className="faint">{numberText}</p>
      </div>
    );
  if (looked?.state !== 'known')
    return (
      <div className="lobby-head grid gap-6px min-w-0">
        <h1>{t(looked?.state === 'refused' ? 'lobby.noMeeting' : 'lobby.title')}</h1>
        <p className="faint">{numberText}</p>
      </div>
    );
  const { look } = looked;
  const { title, times, tenantName } = look;
  return (
    <div className="lobby-head grid gap-6px min-w-0" data-testid="lobby-meeting">
      {tenantName === '' || look.branding?.displayName != null ? null : (
        <p className="text-faint text-s weight-600 anywhere">{tenantName}</p>
      )}
      <h1>{title ?? (number === '' ? t('lobby.title') : numberText)}</h1>
      {times === undefined ? <p className="faint">{numberText}</p> : <When {...{ look, times, visitor }} />}
      {title === undefined || number === '' || times === undefined ? null : <p className="faint small">{numberText}</p>}
      <StateNotice state={look.state} />
    </div>
  );
}

const TICK_MS = 10_000;

function When({ look, times, visitor }: { look: LinkDetails; times: Times; visitor: Visitor }) {
  const { language, t } = useLanguage();
  const { now, timeZone } = visitor;
  const [nowMs, setNowMs] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [now]);
  const reader = useMemo(
    (): TimesReader => ({ tag: languageNames[language].tag, timeZone, t }),
    [language, timeZone, t],
  );
  const bookingZoneText = elsewhereText(times, look.timeZone, reader);
  const isAhead = nowMs < times.startsMs;
  return (
    <div className="lobby-when grid gap-1" data-testid="lobby-when">
      <p>
        <CalendarClock size={18} aria-hidden="true" />
        {whenText(times, nowMs, reader)}
      </p>
      {look.state === 'open' ? (
        <p className="lobby-progress" data-ahead={isAhead}>
          <Clock size={18} aria-hidden="true" />
          {progressText(times, nowMs, reader)}
        </p>
      ) : null}
      {bookingZoneText === undefined ? null : (
        <p className="faint small">
          <Globe size={18} aria-hidden="true" />
          {bookingZoneText}
        </p>
      )}
    </div>
  );
}

function StateNotice({ state }: { state: LinkDetails['state'] }) {
  const t = useTranslate();
  if (state === 'open') return null;
  return (
    <div className="notice" role="alert" data-testid={`lobby-${state}`}>
      <Ban size={20} aria-hidden="true" />
      <strong>{t(`lobby.${state}`)}</strong>
      <p>{t(`lobby.${state}Text`)}</p>
    </div>
  );
}

/** Returns whether a join may succeed, as far as is known. */
export const isOpen = (looked: LookupState | undefined): boolean =>
  looked?.state !== 'refused' && (looked?.state !== 'known' || looked.look.state === 'open');
