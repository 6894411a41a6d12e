import { type ShortcutName, shortcutKeys } from '../core/keys.ts';
import type { MeetingState } from '../core/meeting.ts';
import { AboutPopover } from './about.tsx';
import type { MeetingActions } from './actions.ts';
import { DeviceFields } from './device-fields.tsx';
import { EffectsFields } from './effects-fields.tsx';
import { EndDialog, HostPopover } from './host-dialog.tsx';
import { useTranslate } from './language.tsx';
import { MorePopover } from './more-popover.tsx';
import { LanguageSwitch } from './parts.tsx';
import type { SmallWindow } from './picture-in-picture.tsx';
import { Popover } from './popover.tsx';
import { ReactionsPopover } from './reactions.tsx';
import { RecordPopover } from './record-popover.tsx';
import { RenameDialog } from './rename-dialog.tsx';

interface DialogsProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
  small: SmallWindow;
  onRecord(): void;
}

/** The open dialog, if any: modal if it needs an answer, else a popover, which leaves the call usable. */
export function Dialogs(props: DialogsProps) {
  const { state, actions } = props;
  const close = (): void => actions.dispatch({ type: 'closed' });
  if (state.dialog === 'devices') return <DevicesPopover state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'help') return <HelpPopover onClose={close} />;
  if (state.dialog === 'about') return <AboutPopover onClose={close} />;
  if (state.dialog === 'host') return <HostPopover state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'record')
    return <RecordPopover recording={state.hosting.recording} host={actions.host} onClose={close} />;
  if (state.dialog === 'end') return <EndDialog actions={actions} onClose={close} />;
  if (state.dialog === 'rename') return <RenameDialog state={state} actions={actions} onClose={close} />;
  if (state.dialog === 'reactions') {
    const isRaised = state.participants.some((one) => one.local && one.handRaisedAtMs > 0);
    return <ReactionsPopover isRaised={isRaised} actions={actions} onClose={close} />;
  }
  if (state.dialog === 'more') return <MorePopover {...props} onClose={close} />;
  return null;
}

function DevicesPopover(props: Pick<DialogsProps, 'state' | 'actions'> & { onClose(): void }) {
  const t = useTranslate();
  return (
    <Popover name="devices" title={t('device.titleMeeting')} onClose={props.onClose}>
      <div className="dialog-fields">
        <DeviceFields
          devices={props.state.devices}
          kinds={['audioinput', 'videoinput', 'audiooutput']}
          tests={props.actions.soundTests}
          onSelect={props.actions.selectDevice}
        />
        {props.state.own.microphone === 'on' ? <p className="field-hint">{t('device.testHeard')}</p> : null}
        <EffectsFields effects={props.actions.effects} />
        <div className="dialog-row in-row justify-between gap-3">
          <span className="field-label">{t('app.language')}</span>
          <LanguageSwitch />
        </div>
      </div>
    </Popover>
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

function HelpPopover({ onClose }: { onClose(): void }) {
  const t = useTranslate();
  return (
    <Popover name="help" title={t('help.title')} onClose={onClose}>
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
    </Popover>
  );
}
