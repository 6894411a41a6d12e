import { Clock, DoorOpen, Hand, Lock, LogOut, MicOff, RadioTower, UserRoundCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { EXTEND_MIN, extendedEnd, handsOf, rankOf } from '../core/hosting.ts';
import type { MeetingState } from '../core/meeting.ts';
import { languageNames } from '../core/messages/translate.ts';
import { browserTimeZone, timeFormat } from '../core/time-formats.ts';
import type { MeetingActions } from './actions.ts';
import { Dialog } from './dialog.tsx';
import { useLanguage, useTranslate } from './language.tsx';
import { Popover } from './popover.tsx';

interface HostDialogProps {
  state: MeetingState;
  actions: MeetingActions;
  onClose(): void;
}

export function HostPopover({ state, actions, onClose }: HostDialogProps) {
  const { t, language } = useLanguage();
  const clock = timeFormat('time', { locale: languageNames[language].tag, timeZone: browserTimeZone() });
  const { hosting, participants } = state;
  const { host, dispatch } = actions;
  const hands = handsOf(participants).length;
  const isHost = rankOf(participants.find(({ local }) => local)) === 'host';
  return (
    <Popover name="host" title={t('host.title')} onClose={onClose}>
      <div className="dialog-fields host-fields">
        <Switch
          icon={<Lock size={18} />}
          label={t('host.lock')}
          hint={t('host.lockHint')}
          on={hosting.locked}
          testId="host-lock"
          onChange={(on) => host({ do: 'lock', on })}
        />
        <Switch
          icon={<UserRoundCheck size={18} />}
          label={t('host.lobby')}
          hint={t('host.lobbyHint')}
          on={hosting.lobby}
          testId="host-lobby"
          onChange={(on) => host({ do: 'lobby', on })}
        />
        {state.inside === undefined ? (
          <Switch
            icon={<RadioTower size={18} />}
            label={t('host.show')}
            hint={t('host.showHint')}
            on={state.show !== undefined}
            testId="host-show"
            onChange={(on) => host({ do: 'show', on })}
          />
        ) : null}
        {hosting.endsAtMs === 0 ? null : (
          <div className="dialog-row in-row justify-between gap-3">
            <span className="host-end in-row gap-3">
              <Clock size={18} aria-hidden="true" />
              {t('end.at', { time: clock(hosting.endsAtMs) })}
            </span>
            <button
              type="button"
              className="button small"
              onClick={() => host({ do: 'extend', endsAtMs: extendedEnd(hosting.endsAtMs, Date.now()) })}
            >
              {t('end.extend', { minutes: EXTEND_MIN })}
            </button>
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          {state.show === undefined ? (
            <button
              type="button"
              className="button"
              data-testid="break-outs"
              onClick={() => dispatch({ type: 'panel', panel: 'breakOuts' })}
            >
              <DoorOpen size={18} />
              {t('breakOut.title')}
            </button>
          ) : null}
          <button type="button" className="button" data-testid="mute-all" onClick={() => host({ do: 'muteEverybody' })}>
            <MicOff size={18} />
            {t('host.muteAll')}
          </button>
          {hands === 0 ? null : (
            <button type="button" className="button" onClick={() => host({ do: 'lowerHands' })}>
              <Hand size={18} />
              {t('host.lowerHands', { count: hands })}
            </button>
          )}
          {isHost ? (
            <button
              type="button"
              className="button danger"
              data-testid="end-all"
              onClick={() => dispatch({ type: 'dialog', dialog: 'end' })}
            >
              <LogOut size={18} />
              {t('host.end')}
            </button>
          ) : null}
        </div>
      </div>
    </Popover>
  );
}

export function EndDialog({ actions, onClose }: Omit<HostDialogProps, 'state'>) {
  const t = useTranslate();
  return (
    <Dialog title={t('host.end')} onClose={onClose}>
      <div className="dialog-fields host-fields">
        <p>{t('host.endText')}</p>
        <div className="flex flex-wrap gap-2">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              onClose();
              actions.leave();
            }}
          >
            {t('host.leaveOnly')}
          </button>
          <button
            type="button"
            className="button danger"
            data-testid="end-confirm"
            onClick={() => {
              onClose();
              actions.host({ do: 'end' });
            }}
          >
            {t('host.endConfirm')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

interface SwitchProps {
  icon: ReactNode;
  label: string;
  hint: string;
  on: boolean;
  testId: string;
  onChange(on: boolean): void;
}

function Switch({ icon, label, hint, on, testId, onChange }: SwitchProps) {
  return (
    <label className="host-switch in-row gap-3 pointer">
      {icon}
      <span className="grid flex-1">
        {label}
        <small>{hint}</small>
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  );
}
