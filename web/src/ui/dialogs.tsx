import {
  Activity,
  GalleryThumbnails,
  Keyboard,
  LayoutGrid,
  MapPin,
  Maximize,
  MonitorOff,
  MonitorUp,
  PictureInPicture2,
  Settings2,
  Shield,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { rankOf } from '../core/hosting.ts';
import { type ShortcutName, shortcutKeys } from '../core/keys.ts';
import type { MeetingState } from '../core/meeting.ts';
import type { MeetingActions } from './actions.ts';
import { DeviceFields } from './device-fields.tsx';
import { Dialog } from './dialog.tsx';
import { canFullScreenMeeting, toggleMeetingFullScreen, useFullScreen } from './full-screen.ts';
import { useKeyboard } from './hooks.ts';
import { EndDialog, HostDialog } from './host-dialog.tsx';
import { useTranslate } from './language.tsx';
import { LanguageSwitch } from './parts.tsx';
import { openSmall, type SmallWindow } from './picture-in-picture.tsx';
import { ReactionsDialog } from './reactions.tsx';
import { RenameDialog } from './rename-dialog.tsx';

interface DialogsProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
  small: SmallWindow;
}

/** The dialog that is open, if one is. */
export function Dialogs(props: DialogsProps) {
  const { state, actions } = props;
  const close = (): void => actions.dispatch({ type: 'closed' });
  if (state.dialog === 'devices') return <DevicesDialog state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'help') return <HelpDialog onClose={close} />;
  if (state.dialog === 'host') return <HostDialog state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'end') return <EndDialog actions={actions} onClose={close} />;
  if (state.dialog === 'rename') return <RenameDialog state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'reactions') {
    const isRaised = state.participants.some((one) => one.local && one.handRaisedAtMs > 0);
    return <ReactionsDialog isRaised={isRaised} actions={actions} onClose={close} />;
  }
  if (state.dialog === 'more') return <MoreSheet {...props} onClose={close} />;
  return null;
}

function DevicesDialog(props: Pick<DialogsProps, 'state' | 'actions'> & { onClose(): void }) {
  const t = useTranslate();
  return (
    <Dialog title={t('device.titleMeeting')} onClose={props.onClose}>
      <div className="dialog-fields">
        <DeviceFields
          devices={props.state.devices}
          kinds={['audioinput', 'videoinput', 'audiooutput']}
          tests={props.actions.soundTests}
          onSelect={props.actions.selectDevice}
        />
        {props.state.own.microphone === 'on' ? <p className="field-hint">{t('device.testHeard')}</p> : null}
        <div className="dialog-row">
          <span className="field-label">{t('app.language')}</span>
          <LanguageSwitch />
        </div>
      </div>
    </Dialog>
  );
}

const helpOrder = [
  'microphone',
  'camera',
  'share',
  'chat',
  'people',
  'view',
  'where',
  'stats',
  'fullScreen',
  'devices',
  'help',
  'escape',
] as const satisfies readonly ShortcutName[];

function HelpDialog({ onClose }: { onClose(): void }) {
  const t = useTranslate();
  return (
    <Dialog title={t('help.title')} onClose={onClose}>
      <dl className="shortcuts">
        {helpOrder.map((name) => (
          <div key={name}>
            <dt>{t(`help.${name}`)}</dt>
            <dd>
              <kbd>{name === 'escape' ? 'Esc' : shortcutKeys[name].toUpperCase()}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** What does not fit into the bar. */
function MoreSheet({ state, actions, canShare, small, onClose }: DialogsProps & { onClose(): void }) {
  const t = useTranslate();
  const keyboard = useKeyboard();
  const isFull = useFullScreen();
  const { dispatch } = actions;
  const grid = state.view === 'grid';
  const sharing = state.own.screen === 'on';
  /** `inBar`: a wide window has it in the bar. */
  const items: { key: string; icon: ReactNode; label: string; inBar?: true; run(): void }[] = [
    {
      key: 'view',
      inBar: true,
      icon: grid ? <GalleryThumbnails size={20} /> : <LayoutGrid size={20} />,
      label: t(grid ? 'control.viewSpeaker' : 'control.viewGrid'),
      run: () => dispatch({ type: 'view', view: grid ? 'speaker' : 'grid' }),
    },
    {
      key: 'where',
      inBar: true,
      icon: <MapPin size={20} />,
      label: t('control.where'),
      run: () => dispatch({ type: 'panel', panel: 'where' }),
    },
    {
      key: 'stats',
      icon: <Activity size={20} />,
      label: t('stats.title'),
      run: () => dispatch({ type: 'panel', panel: 'stats' }),
    },
    {
      key: 'devices',
      inBar: true,
      icon: <Settings2 size={20} />,
      label: t('control.devices'),
      run: () => dispatch({ type: 'dialog', dialog: 'devices' }),
    },
  ];
  if (rankOf(state.participants.find(({ local }) => local)) !== 'none') {
    items.push({
      key: 'host',
      inBar: true,
      icon: <Shield size={20} />,
      label: t('host.title'),
      run: () => dispatch({ type: 'dialog', dialog: 'host' }),
    });
  }
  if (small.isSupported) {
    items.push({
      key: 'small',
      icon: <PictureInPicture2 size={20} />,
      label: t(small.isOpen ? 'control.smallClose' : 'control.small'),
      run: () => openSmall(small, actions),
    });
  }
  if (canFullScreenMeeting()) {
    items.push({
      key: 'full-screen',
      icon: <Maximize size={20} />,
      label: t(isFull ? 'control.fullScreenEnd' : 'control.fullScreen'),
      run: toggleMeetingFullScreen,
    });
  }
  if (keyboard) {
    items.push({
      key: 'help',
      icon: <Keyboard size={20} />,
      label: t('control.help'),
      run: () => dispatch({ type: 'dialog', dialog: 'help' }),
    });
  }
  if (canShare) {
    const icon = sharing ? <MonitorOff size={20} /> : <MonitorUp size={20} />;
    items.unshift({
      key: 'share',
      inBar: true,
      icon,
      label: t(sharing ? 'control.shareStop' : 'control.share'),
      run: actions.toggleShare,
    });
  }
  return (
    <Dialog title={t('control.more')} className="sheet" onClose={onClose}>
      <ul className="more">
        {items.map((item) => (
          <li key={item.key} className={item.inBar ? 'narrow-only' : ''}>
            <button
              type="button"
              data-testid={`more-${item.key}`}
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              {item.icon}
              {item.label}
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-row">
        <span className="field-label">{t('app.language')}</span>
        <LanguageSwitch />
      </div>
    </Dialog>
  );
}
