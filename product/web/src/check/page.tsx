import { ArrowLeft, Check, Copy, LoaderCircle, RotateCw, VideoOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Failure } from '../core/failure.ts';
import type { DeviceKind, DevicesModel, LevelSource, MediaSource } from '../core/model.ts';
import { copyWhenReady } from '../room/clipboard.ts';
import type { Preview } from '../room/preview.ts';
import { DeviceFields } from '../ui/device-fields.tsx';
import { FailureNotice } from '../ui/failure.tsx';
import { LevelMeter } from '../ui/level-meter.tsx';
import { Video } from '../ui/media.tsx';
import { Brand, LanguageSwitch } from '../ui/parts.tsx';
import type { CheckControl, CheckModel } from './control.ts';
import { reportText } from './core/report.ts';
import { PlacementNote, Progress, Result, Steps } from './report.tsx';
import { useWords } from './text.ts';

export interface CheckViewProps {
  readonly model: CheckModel;
  readonly picture: MediaSource | undefined;
  readonly microphoneOn: boolean;
  readonly level: LevelSource;
  readonly devices: DevicesModel;
  /** Path of this site from which the person came. */
  readonly back: string | undefined;
  onStart(): void;
  onStop(): void;
  onSelectDevice(kind: DeviceKind, deviceId: string): void;
  /** Rejects when the browser does not copy. */
  onCopy(text: string): Promise<void>;
}

/** The page with its control. `back`: a path of this site. */
export function CheckPage(props: { control: CheckControl; preview: Preview; back: string | undefined }) {
  const { control, preview, back } = props;
  const model = useSyncExternalStore(control.store.subscribe, control.store.get);
  const shown = useSyncExternalStore(preview.store.subscribe, preview.store.get);
  const { say } = useWords();
  useEffect(() => {
    document.title = `${say('title')} · Meridian`;
  }, [say]);
  // A page restored from the browser's back/forward cache starts anew.
  useEffect(() => {
    const leave = (): void => {
      control.stop();
      preview.close();
    };
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [control, preview]);
  return (
    <CheckView
      model={model}
      picture={shown.picture}
      microphoneOn={shown.microphone === 'on'}
      level={preview.level}
      devices={shown.devices}
      back={back}
      onStart={control.start}
      onStop={() => {
        control.stop();
        preview.close();
      }}
      onSelectDevice={(kind, deviceId) => preview.select(kind, deviceId)}
      onCopy={(text) => copyWhenReady(Promise.resolve(text))}
    />
  );
}

export function CheckView(props: CheckViewProps) {
  const { say } = useWords();
  const { model } = props;
  const report = model.at === 'running' || model.at === 'done' ? model.report : undefined;
  return (
    <div className="lobby check-page" data-testid="check" data-at={model.at} data-verdict={report?.verdict}>
      <header className="page-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="lobby-main grid items-center check-main">
        <section className="lobby-preview grid gap-3 min-w-0" aria-label={say('preview')}>
          <Picture {...props} />
          {model.at === 'ready' || model.at === 'refused' ? null : <DeviceChoices {...props} />}
        </section>
        <section className="join-card grid gap-4 bordered rounded-l bg-surface shadow check-card">
          {props.back === undefined ? null : (
            <a
              className="check-back inline-flex items-center justify-self-start gap-6px rounded-s text-soft text-s weight-600"
              href={props.back}
            >
              <ArrowLeft size={16} aria-hidden="true" />
              {say('back')}
            </a>
          )}
          <Head model={model} />
          <Progress model={model} />
          {model.at === 'running' || model.at === 'done' ? <Steps report={report} /> : null}
          {model.at === 'done' ? <PlacementNote placement={model.report.placement} /> : null}
          <Buttons {...props} />
        </section>
      </main>
    </div>
  );
}

function Picture({ model, picture }: CheckViewProps) {
  const { say } = useWords();
  return (
    <div className="preview">
      {picture === undefined ? (
        <p className="preview-empty grid justify-items-center gap-3 text-soft check-empty">
          {model.at === 'opening' ? (
            <LoaderCircle size={26} className="spinner" aria-hidden="true" />
          ) : (
            <VideoOff size={26} aria-hidden="true" />
          )}
          {say(model.at === 'ready' ? 'previewOff' : model.at === 'opening' ? 'opening' : 'noPicture')}
        </p>
      ) : (
        <Video source={picture} label={say('preview')} mirrored />
      )}
    </div>
  );
}

/** Loudness of the microphone, and a choice of devices for the next check. */
function DeviceChoices({ microphoneOn, level, devices, onSelectDevice }: CheckViewProps) {
  const { say } = useWords();
  return (
    <>
      <div className="check-level grid items-center gap-3">
        <LevelMeter level={level} active={microphoneOn} />
        <span className="field-hint">{microphoneOn ? say('speak') : null}</span>
      </div>
      <div className="grid one-column gap-3">
        <DeviceFields devices={devices} kinds={['audioinput', 'videoinput']} onSelect={onSelectDevice} />
      </div>
    </>
  );
}

function Head({ model }: { model: CheckModel }) {
  const { say } = useWords();
  if (model.at === 'done') return <Result report={model.report} />;
  return (
    <div className="lobby-head grid gap-6px min-w-0">
      <h1>{say('title')}</h1>
      <p className="check-lead">{say('lead')}</p>
      {model.at === 'ready' ? <p className="check-lead">{say('asks')}</p> : null}
      {model.at === 'refused' ? <Refusal failure={model.failure} /> : null}
    </div>
  );
}

function Refusal({ failure }: { failure: Failure }) {
  const { say } = useWords();
  const needsAccount = failure.code === 'CHECK_NOT_OFFERED';
  const signIn = (
    <a className="button small" href="/signin">
      {say('refused.signIn')}
    </a>
  );
  return (
    <div data-testid="check-refused" data-code={failure.code}>
      <FailureNotice failure={failure} thing="check" form="box" buttons={needsAccount ? signIn : null} />
    </div>
  );
}

function Buttons(props: CheckViewProps) {
  const { say } = useWords();
  const { model, onStart, onStop } = props;
  if (model.at === 'ready' || model.at === 'refused')
    return (
      <button type="button" className="button primary big" data-testid="check-start" onClick={onStart}>
        {say(model.at === 'ready' ? 'start' : 'again')}
      </button>
    );
  if (model.at !== 'done')
    return (
      <button type="button" className="button big" data-testid="check-stop" onClick={onStop}>
        {say('stop')}
      </button>
    );
  return (
    <div className="check-buttons flex flex-wrap gap-3">
      <button type="button" className="button primary" data-testid="check-again" onClick={onStart}>
        <RotateCw size={17} aria-hidden="true" />
        {say('again')}
      </button>
      <CopyButton {...props} />
    </div>
  );
}

/** A button that copies the report. Where the browser does not copy, the text is shown to select. */
function CopyButton({ model, onCopy }: CheckViewProps) {
  const words = useWords();
  const { say } = words;
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'failed'>('none');
  if (model.at !== 'done') return null;
  const text = reportText(model.report, words);
  const copy = async (): Promise<void> => {
    try {
      await onCopy(text);
      setOutcome('copied');
    } catch (error) {
      console.info('The report was not copied:', error);
      setOutcome('failed');
    }
  };
  return (
    <>
      <button type="button" className="button quiet" data-testid="check-copy" onClick={() => void copy()}>
        {outcome === 'copied' ? <Check size={17} aria-hidden="true" /> : <Copy size={17} aria-hidden="true" />}
        <span role="status">{say(outcome === 'copied' ? 'copied' : 'copy')}</span>
      </button>
      {outcome === 'failed' ? (
        <label className="field check-text">
          <span className="field-error">{say('copyFailed')}</span>
          <textarea className="input" readOnly rows={8} value={text} aria-label={say('report')} />
        </label>
      ) : null}
    </>
  );
}
