import {
  Ellipsis,
  GalleryThumbnails,
  Hand,
  LayoutGrid,
  LogOut,
  MapPin,
  Maximize,
  MessageSquare,
  Mic,
  MicOff,
  Minimize,
  MonitorOff,
  MonitorUp,
  PhoneOff,
  PictureInPicture2,
  RadioTower,
  Settings2,
  Shield,
  SmilePlus,
  Users,
  Video,
  VideoOff,
} from 'lucide-react';
import { rankOf } from '../core/hosting.ts';
import { shortcutKeys as keys } from '../core/keys.ts';
import type { MeetingState, SwitchState } from '../core/meeting.ts';
import { splitViewers } from '../core/model.ts';
import type { MeetingActions } from './actions.ts';
import { canFullScreenMeeting, toggleMeetingFullScreen, useFullScreen } from './full-screen.ts';
import { useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';
import { openSmall, type SmallWindow } from './picture-in-picture.tsx';
import { opensProps } from './popover.tsx';
import { RoomInfo } from './room-info.tsx';

interface BarProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
  small: SmallWindow;
}

/**
 * The bottom bar: the room, the user's devices, and buttons for panels. On a phone the rarer buttons move to "More".
 */
export function ControlBar({ state, actions, canShare, small }: BarProps) {
  return (
    <footer className="bar">
      <RoomInfo state={state} actions={actions} />
      <OwnControls state={state} actions={actions} canShare={canShare} />
      <OpenControls state={state} actions={actions} small={small} />
    </footer>
  );
}

function OwnControls({ state, actions, canShare }: Omit<BarProps, 'small'>) {
  const t = useTranslate();
  const { microphone, camera, screen } = state.own;
  const self = state.participants.find(({ local }) => local);
  const isRaised = (self?.handRaisedAtMs ?? 0) > 0;
  const mayPublish = self?.canPublish !== false;
  return (
    <div className="bar-group in-row own" role="toolbar" aria-label={t('control.bar')}>
      {mayPublish ? (
        <>
          <IconButton
            className={switchClass(microphone)}
            label={t(microphone === 'off' ? 'control.microphoneOn' : 'control.microphoneOff')}
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
        label={t('control.react')}
        data-testid="react"
        {...opensProps('reactions', state.dialog)}
        onClick={() => actions.dispatch({ type: 'dialog', dialog: 'reactions' })}
      >
        {isRaised ? <Hand size={21} /> : <SmilePlus size={21} />}
      </IconButton>
      {state.show === 'stage' && rankOf(self) === 'none' ? (
        <IconButton
          className="wide-only"
          label={t('control.leaveStage')}
          data-testid="leave-stage"
          onClick={() => void actions.show.leaveStage()}
        >
          <LogOut size={20} />
        </IconButton>
      ) : null}
      <IconButton className="leave wide-only" label={t('control.leave')} data-testid="leave" onClick={actions.leave}>
        <PhoneOff size={22} />
      </IconButton>
    </div>
  );
}

function OpenControls({ state, actions, small }: Omit<BarProps, 'canShare'>) {
  const t = useTranslate();
  return (
    <div className="bar-group in-row open">
      <PanelButtons state={state} actions={actions} />
      <SettingsButtons state={state} actions={actions} />
      <WindowButtons actions={actions} small={small} />
      <IconButton
        label={t('control.more')}
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

function PanelButtons({ state, actions: { dispatch } }: Pick<BarProps, 'state' | 'actions'>) {
  const t = useTranslate();
  const nextView = state.view === 'grid' ? 'speaker' : 'grid';
  const present = splitViewers(state.participants).people.length;
  const chatLabel =
    state.unread === 0 ? t('control.chat') : `${t('control.chat')}, ${t('control.unread', { count: state.unread })}`;
  return (
    <>
      <IconButton
        className="wide-only"
        label={t(nextView === 'grid' ? 'control.viewGrid' : 'control.viewSpeaker')}
        shortcut={keys.view}
        data-testid="view"
        onClick={() => dispatch({ type: 'view', view: nextView })}
      >
        {nextView === 'grid' ? <LayoutGrid size={20} /> : <GalleryThumbnails size={20} />}
      </IconButton>
      {state.show === 'stage' && rankOf(state.participants.find(({ local }) => local)) !== 'none' ? (
        <IconButton
          className={state.panel === 'audience' ? 'active wide-only' : 'wide-only'}
          label={t('control.audience')}
          aria-expanded={state.panel === 'audience'}
          data-testid="audience"
          onClick={() => dispatch({ type: 'panel', panel: 'audience' })}
        >
          <RadioTower size={20} />
        </IconButton>
      ) : null}
      <IconButton
        className={state.panel === 'people' ? 'active' : ''}
        label={t('control.people')}
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
        shortcut={keys.chat}
        aria-expanded={state.panel === 'chat'}
        data-testid="chat"
        onClick={() => dispatch({ type: 'panel', panel: 'chat' })}
      >
        <MessageSquare size={20} />
        {state.unread > 0 ? <span className="badge">{state.unread > 9 ? '9+' : state.unread}</span> : null}
      </IconButton>
      <IconButton
        className={state.panel === 'where' ? 'active wide-only' : 'wide-only'}
        label={t('control.where')}
        shortcut={keys.where}
        aria-expanded={state.panel === 'where'}
        data-testid="where"
        onClick={() => dispatch({ type: 'panel', panel: 'where' })}
      >
        <MapPin size={20} />
      </IconButton>
    </>
  );
}

function SettingsButtons({ state, actions: { dispatch } }: Pick<BarProps, 'state' | 'actions'>) {
  const t = useTranslate();
  return (
    <>
      {rankOf(state.participants.find(({ local }) => local)) === 'none' ? null : (
        <IconButton
          className="wide-only"
          label={t('host.title')}
          data-testid="host"
          {...opensProps('host', state.dialog)}
          onClick={() => dispatch({ type: 'dialog', dialog: 'host' })}
        >
          <Shield size={20} />
        </IconButton>
      )}
      <IconButton
        className="wide-only"
        label={t('control.devices')}
        shortcut={keys.devices}
        data-testid="devices"
        {...opensProps('devices', state.dialog)}
        onClick={() => dispatch({ type: 'dialog', dialog: 'devices' })}
      >
        <Settings2 size={20} />
      </IconButton>
    </>
  );
}

function WindowButtons({ actions, small }: Pick<BarProps, 'actions' | 'small'>) {
  const t = useTranslate();
  const isFull = useFullScreen();
  return (
    <>
      {small.isSupported ? (
        <IconButton
          className={small.isOpen ? 'active roomy-only' : 'roomy-only'}
          label={t(small.isOpen ? 'control.smallClose' : 'control.small')}
          data-testid="small"
          onClick={() => openSmall(small, actions)}
        >
          <PictureInPicture2 size={20} />
        </IconButton>
      ) : null}
      {canFullScreenMeeting() ? (
        <IconButton
          className="roomy-only"
          label={t(isFull ? 'control.fullScreenEnd' : 'control.fullScreen')}
          shortcut={keys.fullScreen}
          tipEnd
          data-testid="full-screen"
          onClick={toggleMeetingFullScreen}
        >
          {isFull ? <Minimize size={20} /> : <Maximize size={20} />}
        </IconButton>
      ) : null}
    </>
  );
}

function switchClass(state: SwitchState): string {
  if (state === 'off') return 'off';
  return state === 'switching' ? 'switching' : '';
}
