import { useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import type { ConsoleApi } from '../api.ts';
import type { Alarm, AlarmMatcher, NewAlarmSilence } from '../types.ts';
import { areComplete, hoursOf } from './core/forms.ts';
import { matchersOf, matches } from './core/order.ts';
import { useLiveAlarms } from './live.tsx';
import { MatchersField } from './matchers-field.tsx';
import { headlineOf } from './parts.tsx';
import { alarmTexts } from './text.ts';
import { useFocusFirstInvalid } from './use-focus-first-invalid.ts';
import { useAlarmWords } from './words.ts';

/** Length limit of a note and of a reason; the API (product/api/src/alarms) has the same. */
const NOTE_CHARACTERS_MAX = 256;

interface DialogProps {
  api: ConsoleApi;
  onDone(): void;
  onClose(): void;
}

export function AcknowledgeDialog({ alarm, api, onDone, onClose }: DialogProps & { alarm: Alarm }) {
  const { say } = useTexts(alarmTexts);
  const words = useAlarmWords();
  const [note, setNote] = useState('');
  const doIt = async (): Promise<void> => {
    const trimmedNote = note.trim();
    await api.post(
      `/alarms/${encodeURIComponent(alarm.id)}/acknowledge`,
      trimmedNote === '' ? {} : { note: trimmedNote },
    );
    onDone();
  };
  return (
    <AskDialog
      title={say('acknowledgeTitle')}
      button={say('acknowledge')}
      failed={say('acknowledgeFailed')}
      act={doIt}
      onClose={onClose}
    >
      <p>
        <strong>{headlineOf(alarm, words)}</strong>
      </p>
      <p className="admin-question">{say('acknowledgeLead')}</p>
      <Field
        label={say('note')}
        hint={say('noteHint')}
        maxLength={NOTE_CHARACTERS_MAX}
        data-testid="note"
        value={note}
        onText={setNote}
      />
    </AskDialog>
  );
}

type Duration = '1' | '4' | '24' | 'custom';
const HOUR_MS = 3_600_000;

interface SilenceProps extends DialogProps {
  /** Alarm to silence; without an alarm the form starts without labels. */
  alarm?: Alarm;
  now(): number;
}

/** With an `alarm`, the form starts with its rule and subject, and offers its other labels. */
export function SilenceDialog({ alarm, api, now, onDone, onClose }: SilenceProps) {
  const { say } = useTexts(alarmTexts);
  const offered = alarm === undefined ? [] : matchersOf(alarm);
  const [matchers, setMatchers] = useState<readonly AlarmMatcher[]>(() =>
    alarm === undefined
      ? [{ name: '', value: '' }]
      : offered.filter(({ name }) => name === 'rule' || name === 'subject'),
  );
  const [duration, setDuration] = useState<Duration>('1');
  const [custom, setCustom] = useState('48');
  const [reason, setReason] = useState('');
  const [tries, setTries] = useState(0);
  useFocusFirstInvalid(tries);
  const hours = hoursOf(duration === 'custom' ? custom : duration);
  const invalidFields = {
    matchers: matchers.length === 0 ? 'matcherNeeded' : areComplete(matchers) ? undefined : 'matcherWrong',
    hours: hours === undefined ? 'hoursWrong' : undefined,
    reason: reason.trim() === '' ? 'reasonNeeded' : undefined,
  } as const;
  const errorOf = (name: keyof typeof invalidFields): string | undefined => {
    const key = tries > 0 ? invalidFields[name] : undefined;
    return key && say(key);
  };
  const doIt = async (): Promise<void> => {
    const endsAt = new Date(now() + (hours ?? 0) * HOUR_MS).toISOString();
    const body: NewAlarmSilence = { matchers, endsAt, reason: reason.trim() };
    await api.post('/alarm-silences', body);
    onDone();
  };
  return (
    <AskDialog
      title={say('silenceTitle')}
      button={say('silence')}
      failed={say('silenceFailed')}
      className="wide"
      isReady={() => {
        const isReady = Object.values(invalidFields).every((one) => one === undefined);
        if (!isReady) setTries(tries + 1);
        return isReady;
      }}
      act={doIt}
      onClose={onClose}
    >
      <p className="admin-question">{say('silenceLead')}</p>
      <MatchersField {...{ matchers, offered }} error={errorOf('matchers')} onChange={setMatchers} />
      <MatchCount matchers={matchers} />
      <div className="alarm-duration grid gap-3">
        <Choose<Duration>
          label={say('duration')}
          value={duration}
          options={[
            ['1', say('hours1')],
            ['4', say('hours4')],
            ['24', say('hours24')],
            ['custom', say('custom')],
          ]}
          onChoose={setDuration}
        />
        {duration === 'custom' ? (
          <Field
            label={say('hours')}
            inputMode="decimal"
            value={custom}
            error={errorOf('hours')}
            maxLength={8}
            onText={setCustom}
          />
        ) : null}
      </div>
      <Field
        label={say('reason')}
        hint={say('reasonHint')}
        error={errorOf('reason')}
        maxLength={NOTE_CHARACTERS_MAX}
        data-testid="reason"
        required
        value={reason}
        onText={setReason}
      />
    </AskDialog>
  );
}

function MatchCount({ matchers }: { matchers: readonly AlarmMatcher[] }) {
  const { say } = useTexts(alarmTexts);
  const { value } = useLiveAlarms();
  if (value === undefined || matchers.length === 0 || !areComplete(matchers)) return null;
  const count = value.alarms.filter((alarm) => matches(alarm, matchers)).length;
  return (
    <p className="faint small" role="status">
      {say('silencesNow', { count })}
    </p>
  );
}
