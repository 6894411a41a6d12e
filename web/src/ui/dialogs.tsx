import { type ShortcutName, shortcutKeys } from '../core/keys.ts';
import type { MeetingState } from '../core/meeting.ts';
import type { MeetingActions } from './actions.ts';
import { DeviceFields } from './device-fields.tsx';
import { Dialog } from './dialog.tsx';
import { EffectsFields } from './effects-fields.tsx';
import { EndDialog, HostDialog } from './host-dialog.tsx';
import { useTranslate } from './language.tsx';
import { MoreSheet } from './more-sheet.tsx';
import { LanguageSwitch } from './parts.tsx';
import type { SmallWindow } from './picture-in-picture.tsx';
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
        <EffectsFields effects={props.actions.effects} />
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
