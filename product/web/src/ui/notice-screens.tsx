import { LoaderCircle, Play } from 'lucide-react';
import type { Branding } from '../core/branding.ts';
import type { Failure } from '../core/failure.ts';
import type { MeetingTimes } from '../core/meeting.ts';
import { actionAfter } from '../core/messages/failures.ts';
import { languageNames, type Translate } from '../core/messages/translate.ts';
import { browserTimeZone, timeRange } from '../core/time-formats.ts';
import { CompanyBrand } from './branding.tsx';
import { FailureNotice } from './failure.tsx';
import { useLanguage, useTranslate } from './language.tsx';
import { Brand, LanguageSwitch } from './parts.tsx';

interface EndedProps {
  failure: Failure;
  room: string;
  branding?: Branding | undefined;
  /** Path of the list of meetings, for a signed-in person. */
  meetingsPath?: string | undefined;
  onRejoin(): void;
  onLobby(): void;
}

export function Ended(props: EndedProps) {
  const t = useTranslate();
  const { code } = props.failure;
  const action = actionAfter(code);
  const againText = { DUPLICATE_IDENTITY: t('ended.here'), STAGE_LEFT: t('ended.watch') }[code] ?? t('ended.rejoin');
  return (
    <div className="notice-page">
      <header className="page-head">
        <CompanyBrand branding={props.branding} />
        <LanguageSwitch />
      </header>
      <main className="notice-card" data-testid="ended" data-code={code}>
        <FailureNotice
          failure={props.failure}
          thing="call"
          form="page"
          againText={againText}
          onAgain={props.onRejoin}
          buttons={<Back {...props} isPrimary={action === 'home' || action === 'fix'} />}
        >
          <p className="notice-room rounded-full bg-surface text-s ellipsis">{props.room}</p>
        </FailureNotice>
      </main>
    </div>
  );
}

function Back({
  meetingsPath,
  onLobby,
  isPrimary,
}: Pick<EndedProps, 'meetingsPath' | 'onLobby'> & { isPrimary: boolean }) {
  const t = useTranslate();
  const className = isPrimary ? 'button primary' : 'button quiet';
  if (meetingsPath !== undefined)
    return (
      <a className={className} href={meetingsPath}>
        {t('ended.meetings')}
      </a>
    );
  return (
    <button type="button" className={className} onClick={onLobby}>
      {t('ended.lobby')}
    </button>
  );
}

/**
 * Shown in a browser without support for calls: it can watch the room with the URL's token.
 * @param props.room '' if the URL does not name it
 */
export function Unsupported({ room }: { room: string }) {
  const t = useTranslate();
  const watch = (
    <a className="button primary" href={`/play/${encodeURIComponent(room)}${location.search}${location.hash}`}>
      <Play size={18} />
      {t('unsupported.watch')}
    </a>
  );
  return (
    <div className="notice-page">
      <header className="page-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="notice-card" data-testid="unsupported">
        <FailureNotice
          failure={{ code: 'BROWSER_UNSUPPORTED' }}
          thing="join"
          form="page"
          buttons={room === '' ? null : watch}
        >
          {room === '' ? null : <p>{t('unsupported.watchText')}</p>}
        </FailureNotice>
      </main>
    </div>
  );
}

interface ConnectingProps {
  room: string;
  /** The person is in the waiting room, for this reason. */
  waiting?: { reason: string } | undefined;
  times?: MeetingTimes | undefined;
  branding?: Branding | undefined;
  onCancel(): void;
}

export function Connecting(props: ConnectingProps) {
  const t = useTranslate();
  const { language } = useLanguage();
  const { times } = props;
  return (
    <div className="notice-page">
      <header className="page-head">
        <CompanyBrand branding={props.branding} />
        <LanguageSwitch />
      </header>
      <main className="notice-card" role="status" data-testid={props.waiting === undefined ? 'connecting' : 'waiting'}>
        <LoaderCircle size={34} className="spinner accent" aria-hidden="true" />
        <h1 className="ellipsis">{titleOf(t, props)}</h1>
        <p>{t(textKey(props.waiting, times))}</p>
        {props.waiting === undefined ? null : (
          <p className="notice-room rounded-full bg-surface text-s ellipsis">{props.room}</p>
        )}
        {times === undefined ? null : (
          <p className="faint small" data-testid="meeting-times">
            {timeRange(times, { locale: languageNames[language].tag, timeZone: browserTimeZone() }, 'weekdayTime')}
          </p>
        )}
        <button type="button" className="button quiet" onClick={props.onCancel}>
          {t('common.cancel')}
        </button>
      </main>
    </div>
  );
}

type TextKey = 'connecting.text' | 'waiting.notBegun' | 'waiting.noHost' | 'waiting.removed' | 'waiting.text';

function textKey(waiting: { reason: string } | undefined, times: MeetingTimes | undefined): TextKey {
  if (waiting === undefined) return 'connecting.text';
  if (waiting.reason === 'no_host' && times !== undefined && times.startsMs > Date.now()) return 'waiting.notBegun';
  if (waiting.reason === 'removed') return 'waiting.removed';
  return waiting.reason === 'no_host' ? 'waiting.noHost' : 'waiting.text';
}

function titleOf(t: Translate, { room, waiting }: { room: string; waiting?: unknown }): string {
  if (waiting !== undefined) return t('waiting.title');
  return room === '' ? t('connecting.link') : t('connecting.title', { room });
}
