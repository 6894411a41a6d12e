// Shows why something failed or ended: title, cause, advice, the next step, and what to report.
import { Check, CircleAlert, Copy, DoorOpen, Info, MonitorOff, RotateCw, Unplug } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { type Failure, failureView } from '../core/failure.ts';
import { type FailedThing, type FailureTexts, failureTexts, isNetworkFailure } from '../core/messages/failures.ts';
import { copyWhenReady } from '../room/clipboard.ts';
import { CheckLink } from './check-link.tsx';
import { useLanguage, useTranslate } from './language.tsx';

interface FailureNoticeProps {
  failure: Failure;
  thing: FailedThing;
  /** `box`: among other content. `page`: the whole page. `cover`: in place of a picture. */
  form: 'box' | 'page' | 'cover';
  /** Tries again; absent where a form or the page itself does. */
  onAgain?: (() => void) | undefined;
  /** True if the caller tries again by itself after the countdown. */
  isRetriedByCaller?: boolean;
  /** Name of the button that tries again, if it is not "Try again". */
  againText?: string | undefined;
  /** Stops the countdown, since the person is about to act. */
  isPaused?: boolean;
  /** Content between the advice and the buttons. */
  children?: ReactNode;
  /** More buttons, after those of the failure. */
  buttons?: ReactNode;
}

export function FailureNotice(props: FailureNoticeProps) {
  const { failure, thing, form } = props;
  const { language } = useLanguage();
  const view = failureView(failure, thing, language);
  const Heading = form === 'page' ? 'h1' : 'strong';
  const isCalm = view.tone === 'calm';
  return (
    <div className={classNames[form]} data-tone={view.tone} data-form={form}>
      <Mark form={form} isCalm={isCalm} />
      <div className="failure-text grid gap-2px" role={isCalm ? 'status' : 'alert'}>
        <Heading>{view.title}</Heading>
        <p>{view.cause}</p>
        <p>{view.advice}</p>
      </div>
      {props.children}
      <div className="failure-buttons flex flex-wrap gap-2">
        <NextStep key={failure.reference?.atWallMs} {...props} action={view.action} />
        {props.buttons}
        {isNetworkFailure(failure.code) && thing !== 'check' ? <CheckLink isAside={form === 'cover'} /> : null}
      </div>
      {view.shown === '' ? null : <Reference shown={view.shown} copied={view.copied} isHidden={isCalm} />}
    </div>
  );
}

const classNames = { box: 'failure notice', page: 'failure', cover: 'failure' } as const;

function Mark({ form, isCalm }: { form: FailureNoticeProps['form']; isCalm: boolean }) {
  if (form === 'page')
    return (
      <span className="notice-mark" data-tone={isCalm ? 'calm' : 'bad'}>
        {isCalm ? <DoorOpen size={30} aria-hidden="true" /> : <Unplug size={30} aria-hidden="true" />}
      </span>
    );
  if (form === 'cover') return <MonitorOff size={34} className="failure-mark" aria-hidden="true" />;
  return isCalm ? <Info size={20} aria-hidden="true" /> : <CircleAlert size={20} aria-hidden="true" />;
}

type NextStepProps = FailureNoticeProps & { action: ReturnType<typeof failureView>['action'] };

function NextStep({ failure, action, onAgain, isRetriedByCaller, isPaused, againText }: NextStepProps) {
  const t = useTranslate();
  const [isStopped, setIsStopped] = useState(false);
  const { retryInMs } = failure;
  const isCounting = retryInMs !== undefined && onAgain !== undefined && !isPaused && !isStopped;
  const seconds = useCountdown(isCounting ? retryInMs : undefined, () => {
    if (!isRetriedByCaller) onAgain?.();
  });
  if (action === 'reload')
    return (
      <button type="button" className="button primary" onClick={() => location.reload()}>
        <RotateCw size={17} aria-hidden="true" />
        {t('failure.reload')}
      </button>
    );
  if (onAgain === undefined || action === 'home' || action === 'fix') return null;
  return (
    <>
      <button type="button" className="button primary" data-testid="try-again" onClick={onAgain}>
        <RotateCw size={17} aria-hidden="true" />
        {seconds === undefined ? (againText ?? t('failure.again')) : t('failure.againIn', { seconds })}
      </button>
      {isCounting && !isRetriedByCaller ? (
        <button type="button" className="button quiet" onClick={() => setIsStopped(true)}>
          {t('failure.stop')}
        </button>
      ) : null}
    </>
  );
}

const TICK_MS = 250;

/** Returns the whole seconds left, and calls `onEnd` after them; does nothing while `ms` is undefined. */
function useCountdown(ms: number | undefined, onEnd: () => void): number | undefined {
  const [leftMs, setLeftMs] = useState(ms ?? 0);
  const end = useEffectEvent(onEnd);
  useEffect(() => {
    if (ms === undefined) return undefined;
    const endMs = performance.now() + ms;
    const timer = setInterval(() => {
      const nextMs = Math.max(0, endMs - performance.now());
      setLeftMs(nextMs);
      if (nextMs > 0) return;
      clearInterval(timer);
      end();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [ms]);
  return ms === undefined ? undefined : Math.ceil(leftMs / 1000);
}

/** Code and ids, with a button that copies them. `isHidden`: folded, since an end needs no report. */
function Reference({ shown, copied, isHidden }: { shown: string; copied: string; isHidden: boolean }) {
  const t = useTranslate();
  const [isCopied, setIsCopied] = useState(false);
  const copy = (): void => {
    copyWhenReady(Promise.resolve(copied)).then(
      () => setIsCopied(true),
      (error: unknown) => console.info('The browser did not copy; the text can be selected:', error),
    );
  };
  const line = (
    <p className="failure-reference">
      <code data-testid="failure-code">{shown}</code>
      <button
        type="button"
        aria-label={t(isCopied ? 'failure.copied' : 'failure.copy')}
        title={t(isCopied ? 'failure.copied' : 'failure.copy')}
        onClick={copy}
      >
        {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </button>
    </p>
  );
  if (!isHidden) return line;
  return (
    <details className="failure-details">
      <summary>{t('failure.details')}</summary>
      {line}
    </details>
  );
}

/** Texts of a code in the current language, for panels and toasts. */
export function useFailureTexts(code: string): Pick<FailureTexts, 'cause' | 'advice'> {
  return failureTexts(code, 'call', useLanguage().language);
}

/** Cause, advice and code in a panel. */
export function FailureLines({ code }: { code: string }) {
  const { cause, advice } = useFailureTexts(code);
  return (
    <>
      <p className="faint">
        {cause} {advice}
      </p>
      <code className="failure-code">{code}</code>
    </>
  );
}
