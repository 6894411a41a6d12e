import { MeridianApiError } from '@meridian/api-client';
import { useEffect, useId, useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import type { ConsoleApi } from '../api.ts';
import type { InspectionMailed, InspectionSettings } from '../types.ts';
import { type InspectionKey, inspectionTexts } from './text.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));
/** Enough for the API's limit of 20 addresses (product/api/src/inspection/operations.ts). */
const AREA_CHARACTERS_MAX = 6000;
const TIME_ZONE_CHARACTERS_MAX = 64;

interface Form extends Omit<InspectionSettings, 'recipients'> {
  /** Mail addresses, one per line. */
  readonly recipients: string;
}
const linesOf = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter((line) => line !== ''))];

export function SettingsDialog({ api, onClose }: { api: ConsoleApi; onClose(): void }) {
  const { say } = useTexts(inspectionTexts);
  const [form, setForm] = useState<Form>();
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isOpen = true;
    api.get<InspectionSettings>('/inspection/settings').then(
      (read) => isOpen && setForm({ ...read, recipients: read.recipients.join('\n') }),
      () => isOpen && setFailed(true),
    );
    return () => {
      isOpen = false;
    };
  }, [api]);
  const save = async (): Promise<void> => {
    if (form === undefined) return;
    setErrors({});
    try {
      await api.put('/inspection/settings', { ...form, recipients: linesOf(form.recipients) });
    } catch (error) {
      if (error instanceof MeridianApiError)
        setErrors(Object.fromEntries(error.errors.map(({ pointer }) => [pointer.split('/')[1] ?? '', pointer])));
      throw error;
    }
  };
  return (
    <AskDialog
      title={say('settingsTitle')}
      button={say('save')}
      failed={say('notSaved')}
      isReady={() => form !== undefined}
      act={save}
      onClose={onClose}
    >
      {form === undefined ? (
        failed ? (
          <p role="alert">{say('sent.failed')}</p>
        ) : (
          <Loading />
        )
      ) : (
        <Fields
          {...{ form, wrong: errors, api }}
          onChange={(change) => setForm((last) => last && { ...last, ...change })}
        />
      )}
    </AskDialog>
  );
}

interface FieldsProps {
  form: Form;
  wrong: Readonly<Record<string, string>>;
  api: ConsoleApi;
  onChange(change: Partial<Form>): void;
}

function Fields({ form, wrong: errors, api, onChange }: FieldsProps) {
  const { say } = useTexts(inspectionTexts);
  const id = useId();
  const isWrong = errors['recipients'] !== undefined;
  return (
    <>
      <Choose
        label={say('hour')}
        value={String(form.hour)}
        options={HOURS.map((hour) => [hour, `${hour.padStart(2, '0')}:00`])}
        onChoose={(hour) => onChange({ hour: Number(hour) })}
      />
      <Field
        label={say('timeZone')}
        hint={say('timeZoneHint')}
        maxLength={TIME_ZONE_CHARACTERS_MAX}
        spellCheck={false}
        value={form.timeZone}
        error={errors['timeZone'] === undefined ? undefined : say('wrongZone')}
        onText={(timeZone) => onChange({ timeZone })}
      />
      <Choose
        label={say('language')}
        value={form.language}
        options={[
          ['en', 'English'],
          ['zh', '中文'],
        ]}
        onChoose={(language) => onChange({ language })}
      />
      <div className="field">
        <label className="field-label" htmlFor={id}>
          {say('recipients')}
        </label>
        <textarea
          id={id}
          className="input area"
          rows={3}
          spellCheck={false}
          maxLength={AREA_CHARACTERS_MAX}
          value={form.recipients}
          aria-invalid={isWrong}
          aria-describedby={`${id}-help`}
          onChange={({ target }) => onChange({ recipients: target.value })}
        />
        <span id={`${id}-help`} className={isWrong ? 'field-error' : 'field-hint'}>
          {say(isWrong ? 'wrongRecipients' : 'recipientsHint')}
        </span>
      </div>
      <TestMail api={api} />
    </>
  );
}

function TestMail({ api }: { api: ConsoleApi }) {
  const { say } = useTexts(inspectionTexts);
  const [sent, setSent] = useState<{ readonly key: InspectionKey; readonly count: number } | 'busy'>();
  const send = async (): Promise<void> => {
    setSent('busy');
    try {
      const { recipients: count, error = '' } = await api.post<InspectionMailed>('/inspection/mail', {});
      const key = `sent.${error}`;
      setSent({ key: Object.hasOwn(inspectionTexts.en, key) ? (key as InspectionKey) : 'sent.failed', count });
    } catch (error) {
      if (!(error instanceof MeridianApiError)) throw error;
      setSent({ key: 'sent.failed', count: 0 });
    }
  };
  return (
    <div className="field">
      <button type="button" className="button" disabled={sent === 'busy'} onClick={() => void send()}>
        {say('test')}
      </button>
      <span className="field-hint" role="status">
        {sent === undefined || sent === 'busy' ? say('testHint') : say(sent.key, { count: sent.count })}
      </span>
    </div>
  );
}
