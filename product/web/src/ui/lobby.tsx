import { ChevronDown, LoaderCircle, Mic, MicOff, Settings2, TriangleAlert, Video, VideoOff } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Failure } from '../core/failure.ts';
import type { LinkDetails } from '../core/join-link.ts';
import { actionAfter } from '../core/messages/failures.ts';
import {
  type DeviceKind,
  type DevicesModel,
  deviceCodes,
  type LevelSource,
  type MediaProblem,
  type MediaSource,
} from '../core/model.ts';
import { fieldErrorOf, textOf } from '../core/query.ts';
import type { EffectsSwitches, SoundTests } from './actions.ts';
import { CompanyBrand } from './branding.tsx';
import { CheckLink } from './check-link.tsx';
import { DeviceFields } from './device-fields.tsx';
import { EffectsFields, EffectsNotice } from './effects-fields.tsx';
import { FailureNotice } from './failure.tsx';
import { usePhone } from './hooks.ts';
import { useTranslate } from './language.tsx';
import { LevelMeter } from './level-meter.tsx';
import { browserVisitor, isOpen, LobbyHead, type Visitor } from './lobby-meeting.tsx';
import { Video as VideoView } from './media.tsx';
import { IconButton, LanguageSwitch } from './parts.tsx';
import { MicrophoneTest, SpeakerTest } from './sound-tests.tsx';
import type { LookupState } from './use-link-lookup.ts';

export type PreviewState = 'off' | 'starting' | 'on' | { problem: MediaProblem };

export interface LobbyProps {
  initialRoom: string;
  initialName: string;
  /** Password of the last attempt, for the next one; '' if none. */
  initialPassword?: string;
  /**
   * The link that opened the page, which names the room. `asksPassword`: it has a password. `number`: of a meeting, or
   * ''. `isNameFixed`: the person is signed in. `looked`: result of the lookup.
   */
  link?:
    | {
        readonly asksPassword: boolean;
        readonly number: string;
        readonly isNameFixed?: boolean;
        readonly looked?: LookupState | undefined;
      }
    | undefined;
  /** Clock and time zone of the visitor; the browser's by default. */
  visitor?: Visitor;
  roomFixed: boolean;
  camera: PreviewState;
  microphone: PreviewState;
  picture?: MediaSource | undefined;
  level: LevelSource;
  devices: DevicesModel;
  tests: SoundTests;
  effects: EffectsSwitches;
  /** Why the last join failed, or (`foreseen`) the first one would fail. */
  problem?: Failure | undefined;
  /** Where a person whom the room refuses goes back to. */
  home: { readonly href: string; readonly isMeetings: boolean };
  canJoin: boolean;
  onCamera(): void;
  onMicrophone(): void;
  onSelectDevice(kind: DeviceKind, deviceId: string): void;
  /** Reports the fields' contents; '' while invalid. Must be the same function at every render. */
  onPrepare: (room: string, name: string) => void;
  /** The button is about to be pressed, by pointer, touch or key. May fire many times. */
  onJoinExpected(): void;
  /** `room` is '' after a link. */
  onJoin(room: string, name: string, password: string): void;
}

const lookOf = (link: LobbyProps['link']): LinkDetails | undefined =>
  link?.looked?.state === 'known' ? link.looked.look : undefined;

export function Lobby(props: LobbyProps) {
  const t = useTranslate();
  return (
    <div className="lobby" data-testid="lobby">
      <header className="page-head">
        <CompanyBrand branding={lookOf(props.link)?.branding} />
        <LanguageSwitch />
      </header>
      <main className="lobby-main grid items-center">
        <section className="lobby-preview grid gap-3 min-w-0" aria-label={t('lobby.preview')}>
          <Preview {...props} />
          <MicrophoneLine microphone={props.microphone} level={props.level} />
          <div className="lobby-tests flex flex-wrap">
            <MicrophoneTest tests={props.tests} />
            <SpeakerTest tests={props.tests} />
            <CheckLink />
          </div>
          <Problem device="camera" state={props.camera} onRetry={props.onCamera} />
          <Problem device="microphone" state={props.microphone} onRetry={props.onMicrophone} />
        </section>
        <JoinCard {...props} />
      </main>
    </div>
  );
}

function Preview(props: LobbyProps) {
  const t = useTranslate();
  const { camera, microphone, picture } = props;
  return (
    <div className="preview">
      {camera === 'on' && picture !== undefined ? (
        <VideoView source={picture} label={t('lobby.preview')} mirrored />
      ) : (
        <p className="preview-empty grid justify-items-center gap-3 text-soft">
          {camera === 'starting' ? (
            <LoaderCircle size={26} className="spinner" aria-hidden="true" />
          ) : (
            <VideoOff size={26} aria-hidden="true" />
          )}
          {t(camera === 'starting' ? 'lobby.cameraStarting' : 'lobby.cameraOff')}
        </p>
      )}
      <div className="preview-buttons absolute flex justify-center gap-3">
        <IconButton
          className={microphone === 'on' ? '' : 'off'}
          label={t(microphone === 'on' ? 'control.microphoneOff' : 'control.microphoneOn')}
          onClick={props.onMicrophone}
        >
          {microphone === 'on' ? <Mic size={21} /> : <MicOff size={21} />}
        </IconButton>
        <IconButton
          className={camera === 'on' ? '' : 'off'}
          label={t(camera === 'on' ? 'control.cameraOff' : 'control.cameraOn')}
          onClick={props.onCamera}
        >
          {camera === 'on' ? <Video size={21} /> : <VideoOff size={21} />}
        </IconButton>
      </div>
    </div>
  );
}

function MicrophoneLine(props: { microphone: PreviewState; level: LevelSource }) {
  const t = useTranslate();
  const on = props.microphone === 'on';
  return (
    <div className="mic-line grid items-center gap-3 text-soft">
      {on ? <Mic size={17} aria-hidden="true" /> : <MicOff size={17} aria-hidden="true" />}
      <LevelMeter level={props.level} active={on} />
      <span className="field-hint">{t(on ? 'lobby.microphoneHint' : 'lobby.microphoneOff')}</span>
    </div>
  );
}

function Problem(props: { device: 'camera' | 'microphone'; state: PreviewState; onRetry(): void }) {
  const t = useTranslate();
  if (typeof props.state === 'string') return null;
  const key = `problem.${props.device}.${props.state.problem}` as const;
  return (
    <div className="notice" role="alert">
      <TriangleAlert size={20} aria-hidden="true" />
      <strong>{t(key)}</strong>
      <p>{t(`${key}.advice`)}</p>
      <button type="button" className="button small" onClick={props.onRetry}>
        {t('lobby.retry')}
      </button>
      <code className="failure-code">{deviceCodes[props.state.problem]}</code>
    </div>
  );
}

function JoinCard(props: LobbyProps) {
  const t = useTranslate();
  const [room, setRoom] = useState(props.initialRoom);
  const [ownName, setOwnName] = useState(props.initialName);
  const [password, setPassword] = useState(isWrongPassword(props.problem) ? '' : (props.initialPassword ?? ''));
  const [tried, setTried] = useState(false);
  /** The problem after which the person has changed the form. */
  const [edited, setEdited] = useState<Failure>();
  const { onPrepare, link, visitor = browserVisitor } = props;
  const look = lookOf(link);
  const name = look?.name ?? ownName;
  useEffect(() => onPrepare(textOf(room), textOf(name)), [onPrepare, room, name]);
  const roomError = fieldErrorOf(room, 'lobby.roomMissing', tried);
  const nameError = fieldErrorOf(name, 'lobby.nameMissing', tried);
  const submit = (): void => {
    const legalRoom = textOf(room);
    const legalName = textOf(name);
    const hasAll =
      legalName !== '' && (legalRoom !== '' || link !== undefined) && !(link?.asksPassword && password === '');
    if (hasAll) props.onJoin(link === undefined ? legalRoom : '', legalName, password);
    else setTried(true);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    submit();
  };
  return (
    <form
      className="join-card grid gap-4 bordered rounded-l bg-surface shadow"
      noValidate
      onSubmit={onSubmit}
      onInput={() => setEdited(props.problem)}
    >
      <LobbyHead looked={link?.looked} number={link?.number ?? ''} visitor={visitor} />
      <JoinProblem problem={props.problem} home={props.home} onAgain={submit} isPaused={edited === props.problem} />
      <TextField
        id="name"
        label={t('lobby.name')}
        placeholder={t('lobby.namePlaceholder')}
        value={name}
        error={nameError}
        disabled={link?.isNameFixed || look?.name !== undefined}
        onChange={setOwnName}
        onEnter={props.onJoinExpected}
      />
      {link === undefined ? (
        <TextField
          id="room"
          label={t('lobby.room')}
          hint={t('lobby.roomHint')}
          value={room}
          error={roomError}
          disabled={props.roomFixed}
          onChange={setRoom}
          onEnter={props.onJoinExpected}
        />
      ) : null}
      {link?.asksPassword ? (
        <TextField
          id="password"
          label={t('lobby.password')}
          hint={t('lobby.passwordHint')}
          value={password}
          error={tried && password === '' ? 'lobby.passwordMissing' : undefined}
          onChange={setPassword}
          onEnter={props.onJoinExpected}
        />
      ) : null}
      <DeviceChoices {...props} />
      <EffectsNotice effects={props.effects} />
      {props.canJoin ? null : <p className="field-error">{t('lobby.tokenMissing')}</p>}
      <button
        type="submit"
        className={isOpen(link?.looked) ? 'button primary big' : 'button big'}
        disabled={!props.canJoin}
        data-testid="join"
        onPointerEnter={props.onJoinExpected}
        onPointerDown={props.onJoinExpected}
        onTouchStart={props.onJoinExpected}
        onFocus={props.onJoinExpected}
      >
        {t(isOpen(link?.looked) ? 'lobby.join' : 'lobby.joinAnyway')}
      </button>
    </form>
  );
}

const isWrongPassword = (problem: Failure | undefined): boolean => problem?.code.startsWith('PASSWORD_') === true;

function DeviceChoices(props: LobbyProps) {
  const t = useTranslate();
  const phone = usePhone();
  return (
    <details className="lobby-devices" open={!phone}>
      <summary>
        <Settings2 size={17} aria-hidden="true" />
        {t('device.title')}
        <ChevronDown size={17} className="summary-chevron" aria-hidden="true" />
      </summary>
      <DeviceFields
        devices={props.devices}
        kinds={['audioinput', 'videoinput', 'audiooutput']}
        onSelect={props.onSelectDevice}
      />
      <EffectsFields effects={props.effects} />
    </details>
  );
}

interface JoinProblemProps extends Pick<LobbyProps, 'problem' | 'home'> {
  isPaused: boolean;
  onAgain(): void;
}

/** Why the last join failed, or the first one would; tries again with the contents of the form. */
function JoinProblem({ problem, home, onAgain, isPaused }: JoinProblemProps) {
  if (problem === undefined) return null;
  return (
    <div data-testid="join-problem" data-code={problem.code}>
      <FailureNotice
        failure={problem}
        thing="join"
        form="box"
        onAgain={onAgain}
        isPaused={isPaused}
        buttons={actionAfter(problem.code) === 'home' ? <Home home={home} /> : null}
      />
    </div>
  );
}

function Home({ home }: Pick<LobbyProps, 'home'>) {
  const t = useTranslate();
  return (
    <a className="button" href={home.href}>
      {t(home.isMeetings ? 'ended.meetings' : 'ended.home')}
    </a>
  );
}

interface TextFieldProps {
  id: 'name' | 'room' | 'password';
  label: string;
  value: string;
  placeholder?: string;
  hint?: string;
  error?: 'lobby.textInvalid' | 'lobby.roomMissing' | 'lobby.nameMissing' | 'lobby.passwordMissing' | undefined;
  disabled?: boolean | undefined;
  onChange(text: string): void;
  onEnter(): void;
}

function TextField(props: TextFieldProps) {
  const t = useTranslate();
  const help = `${props.id}-help`;
  const text = props.error === undefined ? props.hint : t(props.error);
  return (
    <div className="field">
      <label className="field-label" htmlFor={props.id}>
        {props.label}
      </label>
      <input
        id={props.id}
        className="input"
        type={props.id === 'password' ? 'password' : 'text'}
        value={props.value}
        placeholder={props.placeholder}
        disabled={props.disabled}
        autoComplete={props.id === 'name' ? 'name' : 'off'}
        aria-invalid={props.error !== undefined}
        aria-describedby={text === undefined ? undefined : help}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && props.onEnter()}
      />
      {text === undefined ? null : (
        <span id={help} className={props.error === undefined ? 'field-hint' : 'field-error'}>
          {text}
        </span>
      )}
    </div>
  );
}
