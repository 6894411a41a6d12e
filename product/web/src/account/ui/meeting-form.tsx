import { TriangleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { instantOf, isDay } from '../../core/local-time.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { AccountApi } from '../api.ts';
import { addressesIn } from '../core/addresses.ts';
import { DURATION_MINUTES_MAX, type FormTarget, formProblems, type MeetingForm } from '../core/form.ts';
import type { MyOccurrence } from '../core/model.ts';
import { guestOf, withPeople } from '../core/people.ts';
import { movedTo } from '../core/repeat.ts';
import { durationText, timeRange } from '../core/words.ts';
import { useSay } from '../text.ts';
import { Check, Choose, Field, Trouble } from './fields.tsx';
import { PeopleField } from './people-field.tsx';
import { type FormPartProps, RepeatFields } from './repeat-fields.tsx';
import { ZoneField } from './zone-field.tsx';

export interface MeetingFormProps {
  target: FormTarget;
  form: MeetingForm;
  hasPassword: boolean;
  api: AccountApi;
  /** Id of the user, whom the form does not offer as an invitee. */
  ownId: string;
  timeZone: string;
  onTyped(form: MeetingForm): void;
  /** Rejects with MeridianApiError. */
  save(form: MeetingForm): Promise<void>;
  onClose(): void;
}

const titles = { one: 'form.editOne', following: 'form.editFollowing', all: 'form.editAll' } as const;

export function MeetingFormDialog(props: MeetingFormProps) {
  const { say } = useSay();
  const { target, save } = props;
  const [form, setForm] = useState(props.form);
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const all = formProblems(form);
  const problems = tried ? all : {};
  const isOne = target.kind === 'edit' && target.scope === 'one';
  const change = (fields: Partial<MeetingForm>): void => {
    const next = { ...form, ...fields };
    setForm(next);
    props.onTyped(next);
  };
  const close = (): void => {
    if (JSON.stringify(form) === JSON.stringify(props.form) && typed === '') props.onClose();
    else setIsLeaving(true);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const { addresses, rest } = addressesIn(typed);
    const complete = { ...form, invitees: withPeople(form.invitees, addresses.map(guestOf)) };
    setForm(complete);
    setTyped(rest);
    if (Object.keys(all).length > 0 || rest !== '' || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await save(complete);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={say(target.kind === 'new' ? 'form.new' : titles[target.scope])} onClose={close} className="wide">
      <form className="dialog-fields" noValidate onSubmit={(event) => void submit(event)} data-testid="meeting-form">
        <Field
          label={say('form.title')}
          placeholder={say('form.titlePlaceholder')}
          value={form.title}
          name="title"
          error={problems.title && say(problems.title)}
          onText={(title) => change({ title })}
        />
        <When {...{ form, change, problems, isOne }} isSeries={target.kind === 'edit' && target.scope === 'all'} />
        <OwnConflict form={form} api={props.api} timeZone={props.timeZone} target={target} />
        {isOne ? null : (
          <>
            <RepeatFields {...{ form, change, problems }} />
            <PeopleField
              {...{ api: props.api, ownId: props.ownId, typed }}
              people={form.invitees}
              isTried={tried}
              onType={setTyped}
              onPeople={(invitees) => change({ invitees })}
            />
            <Options {...{ form, change, problems }} hasPassword={props.hasPassword} />
          </>
        )}
        {problem === undefined ? null : <Trouble title={say('form.failed')} error={problem} />}
        {isLeaving ? (
          <div className="notice" role="alertdialog" aria-label={say('form.discardAsk')}>
            <TriangleAlert size={20} aria-hidden="true" />
            <strong>{say('form.discardAsk')}</strong>
            <div className="dialog-buttons">
              <button type="button" className="button small" onClick={() => setIsLeaving(false)}>
                {say('form.keep')}
              </button>
              <button type="button" className="button small danger" onClick={props.onClose}>
                {say('form.discard')}
              </button>
            </div>
          </div>
        ) : (
          <div className="dialog-buttons sticky">
            <button type="button" className="button quiet" onClick={close}>
              {say('common.cancel')}
            </button>
            <button type="submit" className="button primary" disabled={busy} data-testid="save">
              {say(target.kind === 'new' ? 'form.book' : 'form.save')}
            </button>
          </div>
        )}
      </form>
    </Dialog>
  );
}

const DURATIONS = [15, 30, 45, 60, 90, 120, 180, 240, 480];

function When({ form, change, problems, isOne, isSeries }: FormPartProps & { isOne: boolean; isSeries: boolean }) {
  const { say } = useSay();
  const { durationMinutes } = form;
  const durations = [...new Set([...DURATIONS, durationMinutes])]
    .filter((one) => one >= 1 && one <= DURATION_MINUTES_MAX)
    .sort((a, b) => a - b);
  const lastDay = useRef(form.day);
  const setDay = (day: string): void => {
    if (isDay(form.day)) lastDay.current = form.day;
    change({ day, repeat: movedTo(form.repeat, lastDay.current, day) });
  };
  return (
    <div className="when">
      <Field
        label={say(isSeries && form.repeat.kind !== 'none' ? 'form.firstDay' : 'form.day')}
        type="date"
        required
        value={form.day}
        error={problems.day && say(problems.day)}
        onText={setDay}
      />
      <Field
        label={say('form.time')}
        type="time"
        required
        value={form.time}
        error={problems.time && say(problems.time)}
        onText={(time) => change({ time })}
      />
      <Choose
        label={say('form.duration')}
        value={String(durationMinutes)}
        options={durations.map((one) => [String(one), durationText(one, say)])}
        error={problems.durationMinutes && say(problems.durationMinutes)}
        onChoose={(one) => change({ durationMinutes: Number(one) })}
      />
      {isOne ? null : <ZoneField value={form.timeZone} onChoose={(timeZone) => change({ timeZone })} />}
    </div>
  );
}

const PAUSE_MS = 400;

/** The user's other meetings at that time: shown, but they do not block. */
function OwnConflict({ form, api, timeZone, target }: Pick<MeetingFormProps, 'form' | 'api' | 'timeZone' | 'target'>) {
  const { say, locale } = useSay();
  const [conflict, setConflict] = useState<MyOccurrence>();
  const { day, time, durationMinutes, timeZone: zone } = form;
  const own = target.kind === 'edit' ? target.occurrence.meetingId : '';
  useEffect(() => {
    setConflict(undefined);
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time)) return undefined;
    let isCancelled = false;
    const timer = setTimeout(() => {
      const fromMs = instantOf(`${day}T${time}`, zone);
      api.list({ fromMs, toMs: fromMs + durationMinutes * 60_000 }).then(
        ({ data }) =>
          !isCancelled && setConflict(data.find(({ meetingId, answer }) => meetingId !== own && answer !== 'declined')),
        (error: unknown) => console.info('What else there is at that time is not known:', error),
      );
    }, PAUSE_MS);
    return () => {
      isCancelled = true;
      clearTimeout(timer);
    };
  }, [api, day, time, durationMinutes, zone, own]);
  if (conflict === undefined) return null;
  const range = timeRange(conflict.startsAt, conflict.endsAt, { locale, timeZone });
  return (
    <p className="conflict" role="status">
      <TriangleAlert size={15} aria-hidden="true" /> {say('form.conflict', { title: conflict.title, time: range })}
    </p>
  );
}

function Options({ form, change, hasPassword }: FormPartProps & { hasPassword: boolean }) {
  const { say } = useSay();
  const id = useId();
  return (
    <details className="options">
      <summary>{say('form.options')}</summary>
      <div className="stack">
        <div className="field">
          <label className="field-label" htmlFor={id}>
            {say('form.description')}
          </label>
          <textarea
            id={id}
            className="input area"
            rows={3}
            maxLength={5000}
            value={form.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        </div>
        <Check
          label={say('form.show')}
          hint={say('form.showHint')}
          on={form.isShow}
          onChange={(isShow) => change({ isShow })}
        />
        <Check
          label={say('form.waitingRoom')}
          hint={say('form.waitingRoomHint')}
          on={form.waitingRoom}
          onChange={(waitingRoom) => change({ waitingRoom })}
        />
        <Check
          label={say('form.joinBeforeHost')}
          hint={say('form.joinBeforeHostHint')}
          on={form.joinBeforeHost}
          onChange={(joinBeforeHost) => change({ joinBeforeHost })}
        />
        <Check
          label={say('form.hardEnd')}
          hint={say('form.hardEndHint')}
          on={form.hardEnd}
          onChange={(hardEnd) => change({ hardEnd })}
        />
        <Check
          label={say('form.autoRecord')}
          hint={say('form.autoRecordHint')}
          on={form.autoRecord}
          onChange={(autoRecord) => change({ autoRecord })}
        />
        <Field
          label={say('form.password')}
          placeholder={say(hasPassword ? 'form.passwordKept' : 'form.passwordNone')}
          value={form.password}
          maxLength={64}
          autoComplete="off"
          disabled={form.removePassword}
          onText={(password) => change({ password })}
        />
        {hasPassword ? (
          <Check
            label={say('form.passwordRemove')}
            on={form.removePassword}
            onChange={(removePassword) => change({ removePassword, password: '' })}
          />
        ) : null}
      </div>
    </details>
  );
}
