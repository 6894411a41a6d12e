import {
  GalleryThumbnails,
  Keyboard,
  LayoutGrid,
  MapPin,
  MonitorOff,
  MonitorUp,
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
import { useKeyboard } from './hooks.ts';
import { EndDialog, HostDialog } from './host-dialog.tsx';
import { useTranslate } from './language.tsx';
import { LanguageSwitch } from './parts.tsx';
import { ReactionsDialog } from './reactions.tsx';

interface DialogsProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
}

/** The dialog that is open, if one is. */
export function Dialogs({ state, actions, canShare }: DialogsProps) {
  const close = (): void => actions.dispatch({ type: 'closed' });
  if (state.dialog === 'devices') return <DevicesDialog state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'help') return <HelpDialog onClose={close} />;
  if (state.dialog === 'host') return <HostDialog state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'end') return <EndDialog actions={actions} onClose={close} />;
  if (state.dialog === 'reactions') {
    const isRaised = state.participants.some((one) => one.local && one.handRaisedAtMs > 0);
    return <ReactionsDialog isRaised={isRaised} actions={actions} onClose={close} />;
  }
  if (state.dialog === 'more') return <MoreSheet state={state} actions={actions} canShare={canShare} onClose={close} />;
  return null;
}

function DevicesDialog(props: Omit<DialogsProps, 'canShare'> & { onClose(): void }) {
  const t = useTranslate();
  return (
    <Dialog title={t('device.titleMeeting')} onClose={props.onClose}>
      <div className="dialog-fields">
        <DeviceFields
          devices={props.state.devices}
          kinds={['audioinput', 'videoinput', 'audiooutput']}
          onSelect={props.actions.selectDevice}
        />
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

/** What does not fit into a phone's bar. */
function MoreSheet({ state, actions, canShare, onClose }: DialogsProps & { onClose(): void }) {
  const t = useTranslate();
  const keyboard = useKeyboard();
  const { dispatch } = actions;
  const grid = state.view === 'grid';
  const sharing = state.own.screen === 'on';
  const items: { key: string; icon: ReactNode; label: string; run(): void }[] = [
    {
      key: 'view',
      icon: grid ? <GalleryThumbnails size={20} /> : <LayoutGrid size={20} />,
      label: t(grid ? 'control.viewSpeaker' : 'control.viewGrid'),
      run: () => dispatch({ type: 'view', view: grid ? 'speaker' : 'grid' }),
    },
    {
      key: 'where',
      icon: <MapPin size={20} />,
      label: t('control.where'),
      run: () => dispatch({ type: 'panel', panel: 'where' }),
    },
    {
      key: 'devices',
      icon: <Settings2 size={20} />,
      label: t('control.devices'),
      run: () => dispatch({ type: 'dialog', dialog: 'devices' }),
    },
  ];
  if (rankOf(state.participants.find(({ local }) => local)) !== 'none') {
    items.push({
      key: 'host',
      icon: <Shield size={20} />,
      label: t('host.title'),
      run: () => dispatch({ type: 'dialog', dialog: 'host' }),
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
      icon,
      label: t(sharing ? 'control.shareStop' : 'control.share'),
      run: actions.toggleShare,
    });
  }
  return (
    <Dialog title={t('control.more')} className="sheet" onClose={onClose}>
      <ul className="more">
        {items.map((item) => (
          <li key={item.key}>
            <button
              type="button"
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
