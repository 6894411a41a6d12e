import { MeridianApiError } from '@meridian/api-client';
import { useId, useRef, useState } from 'react';
import { Check, Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import type { ConsoleApi } from '../api.ts';
import { type AlarmReceiver, type AlarmReceiverWithSecret, alarmSeverities } from '../types.ts';
import {
  emptyReceiver,
  fieldsOf,
  formOf,
  hasMoved,
  type ReceiverField,
  type ReceiverForm,
  receiverBody,
  receiverErrors,
  receiverKinds,
} from './core/forms.ts';
import { MatchersField } from './matchers-field.tsx';
import { settingsTexts } from './settings-text.ts';
import { alarmTexts } from './text.ts';
import { useFocusFirstInvalid } from './use-focus-first-invalid.ts';

interface DialogProps {
  api: ConsoleApi;
  receiver?: AlarmReceiver;
  onSaved(saved: AlarmReceiverWithSecret): void;
  onClose(): void;
}

type Errors = Readonly<Partial<Record<ReceiverField, string>>>;

export function ReceiverDialog({ api, receiver, onSaved, onClose }: DialogProps) {
  const { say } = useTexts(settingsTexts);
  const [form, setForm] = useState(() => (receiver === undefined ? emptyReceiver : formOf(receiver)));
  const [errors, setErrors] = useState<Errors>({});
  const [tries, setTries] = useState(0);
  useFocusFirstInvalid(tries);
  const isNew = receiver === undefined;
  const mark = (newErrors: Errors): void => {
    setErrors(newErrors);
    setTries((last) => last + 1);
  };
  const saved = useRef<AlarmReceiverWithSecret>(undefined);
  const save = async (): Promise<void> => {
    try {
      saved.current = isNew
        ? await api.post('/alarm-receivers', receiverBody(form, true))
        : await api.patch(`/alarm-receivers/${encodeURIComponent(receiver.id)}`, receiverBody(form, false));
    } catch (error) {
      mark(fieldErrors(error, say));
      throw isAllAtFields(error) ? new MeridianApiError(error.code, error.message, { status: error.status }) : error;
    }
  };
  const check = (): boolean => {
    const found = receiverErrors(form, receiver);
    mark(Object.fromEntries(found.map((field) => [field, say(`wrong.${field}`)])));
    return found.length === 0;
  };
  return (
    <AskDialog
      title={isNew ? say('newReceiver') : say('changeReceiver', { name: receiver.name })}
      button={say('save')}
      failed={say('notSaved')}
      className="wide"
      isReady={check}
      act={save}
      // The dialog also calls onClose after saving.
      onClose={() => (saved.current === undefined ? onClose() : onSaved(saved.current))}
    >
      <Fields
        {...{ form, errors }}
        before={receiver}
        onChange={(change) => setForm((last) => ({ ...last, ...change }))}
      />
    </AskDialog>
  );
}

const pointed = ({ pointer }: { readonly pointer: string }): ReceiverField | undefined => {
  const name = pointer.split('/')[1] ?? '';
  return Object.hasOwn(emptyReceiver, name) ? (name as ReceiverField) : undefined;
};

/** Maps the API's errors to fields. The API's details are English, so the page has its own texts. */
function fieldErrors(error: unknown, say: (key: `wrong.${ReceiverField | 'target'}`) => string): Errors {
  if (!(error instanceof MeridianApiError)) return {};
  return Object.fromEntries(
    error.errors.flatMap((one) => {
      const field = pointed(one);
      if (field === undefined) return [];
      return [[field, error.code === 'TARGET_REFUSED' ? say('wrong.target') : say(`wrong.${field}`)]];
    }),
  );
}

/** Returns whether every error is shown at a field, so that the form does not repeat them. */
const isAllAtFields = (error: unknown): error is MeridianApiError =>
  error instanceof MeridianApiError &&
  error.errors.length > 0 &&
  error.errors.every((one) => pointed(one) !== undefined);

interface FieldsProps {
  form: ReceiverForm;
  errors: Errors;
  before: AlarmReceiver | undefined;
  onChange(change: Partial<ReceiverForm>): void;
}

function Fields({ form, errors, before, onChange }: FieldsProps) {
  const { say } = useTexts(settingsTexts);
  const alarm = useTexts(alarmTexts);
  const has = (field: ReceiverField): boolean => fieldsOf[form.kind].includes(field);
  return (
    <>
      {before === undefined ? (
        <Choose
          label={say('kind')}
          value={form.kind}
          error={errors.kind}
          options={receiverKinds.map((kind) => [kind, say(`kind.${kind}`)])}
          onChoose={(kind) => onChange({ kind })}
        />
      ) : null}
      <p className="field-hint">{say(`lead.${form.kind}`)}</p>
      <Field
        label={say('name')}
        maxLength={128}
        data-testid="receiver-name"
        value={form.name}
        error={errors.name}
        onText={(name) => onChange({ name })}
      />
      {has('url') ? (
        <Field
          label={say('url')}
          type="url"
          inputMode="url"
          spellCheck={false}
          autoComplete="off"
          maxLength={2048}
          hint={say('urlHint')}
          value={form.url}
          error={errors.url}
          onText={(url) => onChange({ url })}
        />
      ) : null}
      <SecretFields {...{ form, errors, before, onChange }} />
      <Choose
        label={say('severityFrom')}
        value={form.severity}
        options={alarmSeverities.map((one) => [one, alarm.say(one)])}
        onChoose={(severity) => onChange({ severity })}
      />
      <MatchersField
        matchers={form.matchers}
        hint={form.matchers.length === 0 ? alarm.say('matcherAll') : undefined}
        error={errors.matchers}
        onChange={(matchers) => onChange({ matchers })}
      />
      <Minutes {...{ form, errors, onChange }} />
      <Check label={say('enabled')} on={form.enabled} onChange={(enabled) => onChange({ enabled })} />
    </>
  );
}

function Minutes({ form, errors, onChange }: Omit<FieldsProps, 'before'>) {
  const { say } = useTexts(settingsTexts);
  return (
    <div className="alarm-minutes grid gap-3">
      <Field
        label={say('after')}
        inputMode="numeric"
        maxLength={5}
        hint={say('afterHint')}
        value={form.afterMinutes}
        error={errors.afterMinutes}
        onText={(afterMinutes) => onChange({ afterMinutes })}
      />
      {fieldsOf[form.kind].includes('repeatMinutes') ? (
        <Field
          label={say('repeat')}
          inputMode="numeric"
          maxLength={5}
          hint={say('repeatHint')}
          value={form.repeatMinutes}
          error={errors.repeatMinutes}
          onText={(repeatMinutes) => onChange({ repeatMinutes })}
        />
      ) : null}
    </div>
  );
}

/** Fields for recipients and, for text messages, for the request to the provider. */
function SecretFields({ form, errors, before, onChange }: FieldsProps) {
  const { say } = useTexts(settingsTexts);
  const hint = (field: 'headers' | 'body'): string => {
    if (before === undefined) return say(`${field}Hint`);
    return say(hasMoved(form, before) ? `${field}Anew` : `${field}Kept`);
  };
  return (
    <>
      {form.kind === 'mail' ? (
        <Area label={say('toMail')} rows={3} value={form.to} error={errors.to} onText={(to) => onChange({ to })} />
      ) : null}
      {form.kind === 'sms' ? (
        <>
          <Field
            label={say('toSms')}
            inputMode="tel"
            maxLength={254}
            value={form.to}
            error={errors.to}
            onText={(to) => onChange({ to })}
          />
          <Area
            label={say('headers')}
            rows={3}
            hint={hint('headers')}
            value={form.headers}
            error={errors.headers}
            onText={(headers) => onChange({ headers })}
          />
          <Area
            label={say('body')}
            rows={3}
            hint={hint('body')}
            value={form.body}
            error={errors.body}
            onText={(body) => onChange({ body })}
          />
        </>
      ) : null}
    </>
  );
}

interface AreaProps {
  label: string;
  rows: number;
  hint?: string;
  error: string | undefined;
  value: string;
  onText(text: string): void;
}

/** Length limit of addresses, headers and a body, as in product/api/src/alarms/schemas.ts. */
const AREA_CHARACTERS_MAX = 6000;

function Area({ label, hint, error, onText, ...input }: AreaProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        {...input}
        id={id}
        className="input area"
        spellCheck={false}
        maxLength={AREA_CHARACTERS_MAX}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-help`}
        onChange={({ target }) => onText(target.value)}
      />
      <span id={`${id}-help`} className={error === undefined ? 'field-hint' : 'field-error'}>
        {error ?? hint}
      </span>
    </div>
  );
}
