import { DoorOpen, LoaderCircle, Play, RotateCw, Unplug } from 'lucide-react';
import type { Branding } from '../core/branding.ts';
import { isConnectionCode, mayRejoin } from '../core/ended.ts';
import { timesText } from '../core/join-link.ts';
import type { MeetingTimes } from '../core/meeting.ts';
import { languageNames, reasonKeyOf, type Translate } from '../core/messages/translate.ts';
import { CompanyBrand } from './branding.tsx';
import { CheckLink } from './check-link.tsx';
import { useLanguage, useTranslate } from './language.tsx';
import { Brand, LanguageSwitch } from './parts.tsx';

interface EndedProps {
  code: string;
  room: string;
  branding?: Branding | undefined;
  onRejoin(): void;
  onLobby(): void;
}

export function Ended(props: EndedProps) {
  const t = useTranslate();
  const hasLeft = props.code === 'CLIENT_INITIATED';
  return (
    <div className="notice-page">
      <header className="page-head">
        <CompanyBrand branding={props.branding} />
        <LanguageSwitch />
      </header>
      <main className="notice-card" data-testid="ended" data-code={props.code}>
        <span className="notice-mark" data-tone={hasLeft ? 'calm' : 'bad'}>
          {hasLeft ? <DoorOpen size={30} aria-hidden="true" /> : <Unplug size={30} aria-hidden="true" />}
        </span>
        <h1>{t(hasLeft ? 'ended.left' : 'ended.title')}</h1>
        <p>{hasLeft ? t('ended.leftText') : t(reasonKeyOf(props.code))}</p>
        <p className="notice-room rounded-full bg-surface text-s ellipsis">{props.room}</p>
        <div className="notice-buttons flex flex-wrap justify-center gap-3">
          {mayRejoin(props.code) ? (
            <button type="button" className="button primary" onClick={props.onRejoin}>
              <RotateCw size={18} />
              {t('ended.rejoin')}
            </button>
          ) : null}
          <button type="button" className="button quiet" onClick={props.onLobby}>
            {t('ended.lobby')}
          </button>
          {isConnectionCode(props.code) ? <CheckLink /> : null}
        </div>
        {hasLeft ? null : <p className="faint small">{t('ended.code', { code: props.code })}</p>}
      </main>
    </div>
  );
}

/**
 * Shown in a browser without support for calls: it can watch the room with the URL's token.
 * @param props.room '' if the URL does not name it
 */
export function Unsupported({ room }: { room: string }) {
  const t = useTranslate();
  return (
    <div className="notice-page">
      <header className="page-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="notice-card" data-testid="unsupported">
        <span className="notice-mark" data-tone="bad">
          <Unplug size={30} aria-hidden="true" />
        </span>
        <h1>{t('unsupported.title')}</h1>
        <p>{t('reason.BROWSER_UNSUPPORTED')}</p>
        {room === '' ? null : (
          <>
            <p>{t('unsupported.watchText')}</p>
            <div className="notice-buttons flex flex-wrap justify-center gap-3">
              <a
                className="button primary"
                href={`/play/${encodeURIComponent(room)}${location.search}${location.hash}`}
              >
                <Play size={18} />
                {t('unsupported.watch')}
              </a>
            </div>
          </>
        )}
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
            {timesText(times, languageNames[language].tag)}
          </p>
        )}
        <button type="button" className="button quiet" onClick={props.onCancel}>
          {t('common.cancel')}
        </button>
      </main>
    </div>
  );
}

type TextKey = 'connecting.text' | 'waiting.notBegun' | 'waiting.noHost' | 'waiting.text';

function textKey(waiting: { reason: string } | undefined, times: MeetingTimes | undefined): TextKey {
  if (waiting === undefined) return 'connecting.text';
  if (waiting.reason === 'no_host' && times !== undefined && times.startsMs > Date.now()) return 'waiting.notBegun';
  return waiting.reason === 'no_host' ? 'waiting.noHost' : 'waiting.text';
}

function titleOf(t: Translate, { room, waiting }: { room: string; waiting?: unknown }): string {
  if (waiting !== undefined) return t('waiting.title');
  return room === '' ? t('connecting.link') : t('connecting.title', { room });
}
