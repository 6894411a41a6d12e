import {
  ChevronUp,
  Circle,
  CircleStop,
  Ellipsis,
  Hand,
  LogOut,
  MessageSquare,
  Mic,
  MicOff,
  MonitorOff,
  MonitorUp,
  PhoneOff,
  RadioTower,
  Shield,
  SmilePlus,
  Users,
  Video,
  VideoOff,
} from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { rankOf } from '../core/hosting.ts';
import { shortcutKeys as keys } from '../core/keys.ts';
import type { MeetingState, SwitchState } from '../core/meeting.ts';
import { splitViewers } from '../core/model.ts';
import type { MeetingActions } from './actions.ts';
import { useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';
import { opensProps } from './popover.tsx';
import { RoomInfo } from './room-info.tsx';

interface BarProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
  /** Starts the recording, or stops it. */
  onRecord(): void;
}

/**
 * The bottom bar: the room, what everyone uses in each call, and "More". A wide bar names its buttons; on a phone only
 * the most used stay in it.
 */
export function ControlBar(props: BarProps) {
  return (
    <footer className="bar">
      <RoomInfo state={props.state} actions={props.actions} />
      <OwnControls {...props} />
      <OpenControls {...props} />
    </footer>
  );
}

function OwnControls({ state, actions, canShare, onRecord }: BarProps) {
  const t = useTranslate();
  const { microphone, camera, screen } = state.own;
  const self = state.participants.find(({ local }) => local);
  const isRaised = (self?.handRaisedAtMs ?? 0) > 0;
  const mayPublish = self?.canPublish !== false;
  return (
    <div id="controls" tabIndex={-1} className="bar-group in-row own" role="toolbar" aria-label={t('control.bar')}>
      {mayPublish ? (
        <>
          <IconButton
            className={switchClass(microphone)}
            label={t(microphone === 'off' ? 'control.microphoneOn' : 'control.microphoneOff')}
            caption={t(microphone === 'off' ? 'control.microphoneOn' : 'control.microphoneOff')}
            shortcut={keys.microphone}
            data-testid="microphone"
            data-state={microphone}
            onClick={actions.toggleMicrophone}
          >
            {microphone === 'off' ? <MicOff size={21} /> : <Mic size={21} />}
          </IconButton>
          <IconButton
            className={switchClass(camera)}
            label={t(camera === 'off' ? 'control.cameraOn' : 'control.cameraOff')}
            caption={t(camera === 'off' ? 'control.cameraOn' : 'control.cameraOff')}
            shortcut={keys.camera}
            data-testid="camera"
            data-state={camera}
            onClick={actions.toggleCamera}
          >
            {camera === 'off' ? <VideoOff size={21} /> : <Video size={21} />}
          </IconButton>
          {canShare ? (
            <IconButton
              className={screen === 'on' ? 'active wide-only' : 'wide-only'}
              label={t(screen === 'on' ? 'control.shareStop' : 'control.share')}
              caption={t(screen === 'on' ? 'control.shareStop' : 'control.share')}
              shortcut={keys.share}
              data-testid="share"
              data-state={screen}
              onClick={actions.toggleShare}
            >
              {screen === 'on' ? <MonitorOff size={21} /> : <MonitorUp size={21} />}
            </IconButton>
          ) : null}
        </>
      ) : (
        <span className="bar-note text-soft text-s">{t('control.watching')}</span>
      )}
      <IconButton
        className={isRaised ? 'active' : ''}
        label={t(isRaised ? 'control.reactRaised' : 'control.react')}
        caption={t('control.reactShort')}
        data-testid="react"
        {...opensProps('reactions', state.dialog)}
        onClick={() => actions.dispatch({ type: 'dialog', dialog: 'reactions' })}
      >
        {isRaised ? <Hand size={21} /> : <SmilePlus size={21} />}
      </IconButton>
      {rankOf(self) === 'host' ? <RecordButtons {...{ state, actions, onRecord }} /> : null}
      {state.show === 'stage' && rankOf(self) === 'none' ? (
        <IconButton
          className="wide-only"
          label={t('control.leaveStage')}
          caption={t('control.leaveStage')}
          data-testid="leave-stage"
          onClick={() => void actions.show.leaveStage()}
        >
          <LogOut size={20} />
        </IconButton>
      ) : null}
      <IconButton
        className="leave wide-only"
        label={t('control.leave')}
        caption={t('control.leave')}
        data-testid="leave"
        onClick={actions.leave}
      >
        <PhoneOff size={22} />
      </IconButton>
    </div>
  );
}

/** Starts one video at once, or stops; beside it the choices. */
function RecordButtons({ state, actions, onRecord }: Pick<BarProps, 'state' | 'actions' | 'onRecord'>) {
  const t = useTranslate();
  const isRecording = state.hosting.recording.state !== 'none';
  return (
    <span className="bar-pair wide-only">
      <IconButton
        className={isRecording ? 'active' : ''}
        label={t(isRecording ? 'record.stop' : 'record.start')}
        caption={t(isRecording ? 'record.stopShort' : 'record.start')}
        data-testid="record"
        onClick={onRecord}
      >
        {isRecording ? <CircleStop size={20} /> : <Circle size={20} />}
      </IconButton>
      <button
        type="button"
        className="bar-choices"
        aria-label={t('record.choices')}
        title={t('record.choices')}
        data-testid="record-choices"
        {...opensProps('record', state.dialog)}
        onClick={() => actions.dispatch({ type: 'dialog', dialog: 'record' })}
      >
        <ChevronUp size={16} aria-hidden="true" />
      </button>
    </span>
  );
}

function OpenControls({ state, actions }: Pick<BarProps, 'state' | 'actions'>) {
  const t = useTranslate();
  return (
    <div className="bar-group in-row open">
      <PanelButtons state={state} actions={actions} />
      <IconButton
        label={t('control.more')}
        caption={t('control.more')}
        tipEnd
        data-testid="more"
        {...opensProps('more', state.dialog)}
        onClick={() => actions.dispatch({ type: 'dialog', dialog: 'more' })}
      >
        <Ellipsis size={22} />
      </IconButton>
      <IconButton
        className="leave narrow-only"
        label={t('control.leave')}
        data-testid="leave-narrow"
        onClick={actions.leave}
      >
        <PhoneOff size={22} />
      </IconButton>
    </div>
  );
}

function PanelButtons({ state, actions: { dispatch, show } }: Pick<BarProps, 'state' | 'actions'>) {
  const t = useTranslate();
  const hands = useSyncExternalStore(show.store.subscribe, show.store.get).hands.length;
  const audienceLabel =
    hands === 0 ? t('control.audience') : `${t('control.audience')}, ${t('control.hands', { count: hands })}`;
  const isHost = rankOf(state.participants.find(({ local }) => local)) !== 'none';
  const present = splitViewers(state.participants).people.length;
  const chatLabel =
    state.unread === 0 ? t('control.chat') : `${t('control.chat')}, ${t('control.unread', { count: state.unread })}`;
  return (
    <>
      {state.show === 'stage' && isHost ? (
        <IconButton
          className={state.panel === 'audience' ? 'active wide-only' : 'wide-only'}
          label={audienceLabel}
          caption={t('control.audience')}
          aria-expanded={state.panel === 'audience'}
          data-testid="audience"
          onClick={() => dispatch({ type: 'panel', panel: 'audience' })}
        >
          <RadioTower size={20} />
          {hands > 0 ? (
            <span className="badge waiting" data-testid="hands-badge">
              {hands}
            </span>
          ) : null}
        </IconButton>
      ) : null}
      <IconButton
        className={state.panel === 'people' ? 'active' : ''}
        label={t('control.people')}
        caption={t('control.people')}
        shortcut={keys.people}
        aria-expanded={state.panel === 'people'}
        data-testid="people"
        onClick={() => dispatch({ type: 'panel', panel: 'people' })}
      >
        <Users size={20} />
        {present > 1 ? <span className="badge calm">{present}</span> : null}
        {state.hosting.waiting > 0 ? (
          <span className="badge waiting" data-testid="waiting-badge">
            {state.hosting.waiting}
          </span>
        ) : null}
      </IconButton>
      <IconButton
        className={state.panel === 'chat' ? 'active' : ''}
        label={chatLabel}
        caption={t('control.chat')}
        shortcut={keys.chat}
        aria-expanded={state.panel === 'chat'}
        data-testid="chat"
        onClick={() => dispatch({ type: 'panel', panel: 'chat' })}
      >
        <MessageSquare size={20} />
        {state.unread > 0 ? <span className="badge">{state.unread > 9 ? '9+' : state.unread}</span> : null}
      </IconButton>
      {isHost ? (
        <IconButton
          className="wide-only"
          label={t('host.title')}
          caption={t('host.short')}
          data-testid="host"
          {...opensProps('host', state.dialog)}
          onClick={() => dispatch({ type: 'dialog', dialog: 'host' })}
        >
          <Shield size={20} />
        </IconButton>
      ) : null}
    </>
  );
}

function switchClass(state: SwitchState): string {
  if (state === 'off') return 'off';
  return state === 'switching' ? 'switching' : '';
}
