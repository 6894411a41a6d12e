import { MeridianApiError } from '@meridian/api-client';
import { type FormEvent, useState } from 'react';
import { Choose, Field, Trouble } from '../../account/ui/fields.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useTexts } from '../text.ts';
import { useApiQuery } from '../ui/queries.ts';
import { sharedTexts } from '../ui/texts.ts';
import type { NewWebhook, WebhooksApi } from './api.ts';
import { bodyOf, errorsOf, type FormErrors, type WebhookForm } from './core/form.ts';
import { EventsField } from './events-field.tsx';
import { webhookTexts } from './text.ts';

interface FormDialogProps {
  api: WebhooksApi;
  title: string;
  button: string;
  form: WebhookForm;
  mayListKeys: boolean;
  /** Rejects with MeridianApiError. */
  save(body: NewWebhook): Promise<void>;
  onClose(): void;
}

/** Form of a new or changed webhook. Closes once saved. */
export function WebhookFormDialog({ api, title, button, form: initial, mayListKeys, save, onClose }: FormDialogProps) {
  const { say } = useTexts(webhookTexts);
  const shared = useTexts(sharedTexts);
  const [form, setForm] = useState(initial);
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const doIt = async (): Promise<void> => {
    const found = errorsOf(form);
    setErrors(found);
    setProblem(undefined);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await save(bodyOf(form));
      onClose();
    } catch (error) {
      setProblem(withoutDetails(error));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) void doIt();
  };
  const set = (change: Partial<WebhookForm>): void => setForm((last) => ({ ...last, ...change }));
  const errorOf = (name: keyof FormErrors): string | undefined => errors[name] && say(errors[name]);
  return (
    <Dialog title={title} className="wide" onClose={onClose}>
      <form className="dialog-fields" onSubmit={submit} noValidate>
        <Field
          label={say('address')}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={2048}
          value={form.url}
          hint={say('urlHint')}
          error={errorOf('url')}
          onText={(url) => set({ url })}
        />
        <Field
          label={say('description')}
          autoComplete="off"
          maxLength={256}
          value={form.description}
          hint={say('descriptionHint')}
          onText={(description) => set({ description })}
        />
        <FormatFields {...{ api, form, mayListKeys, set }} error={errorOf('signer')} />
        <EventsField form={form} error={errorOf('events')} onChange={setForm} />
        {problem === undefined ? null : <Trouble title={say('notSaved')} error={problem} />}
        <div className="dialog-buttons sticky">
          <button type="button" className="button quiet" onClick={onClose}>
            {shared.say('cancel')}
          </button>
          <button type="submit" className="button primary" data-testid="save" disabled={busy}>
            {button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Removes the API's details of a refused target: they are English, and the code's text is enough. */
function withoutDetails(error: unknown): unknown {
  if (!(error instanceof MeridianApiError) || error.code !== 'TARGET_REFUSED') return error;
  return new MeridianApiError(error.code, error.message, { status: error.status });
}

interface FormatProps {
  api: WebhooksApi;
  form: WebhookForm;
  mayListKeys: boolean;
  error: string | undefined;
  set(change: Partial<WebhookForm>): void;
}

function FormatFields({ api, form, mayListKeys, error, set }: FormatProps) {
  const { say } = useTexts(webhookTexts);
  return (
    <>
      <Choose
        label={say('format')}
        value={form.format}
        options={(['standard', 'livekit'] as const).map((one) => [one, say(`format.${one}`)])}
        onChoose={(format) => set({ format })}
      />
      {form.format === 'livekit' ? <p className="field-hint">{say('formatHint')}</p> : null}
      {form.format !== 'livekit' ? null : mayListKeys ? (
        <SignerChoice api={api} signer={form.signer} error={error} onChoose={(signer) => set({ signer })} />
      ) : (
        <Field
          label={say('signer')}
          autoComplete="off"
          maxLength={128}
          value={form.signer}
          hint={say('signerHint')}
          error={error}
          onText={(signer) => set({ signer })}
        />
      )}
    </>
  );
}

interface SignerProps {
  api: WebhooksApi;
  signer: string;
  error: string | undefined;
  onChoose(signer: string): void;
}

function SignerChoice({ api, signer, error, onChoose }: SignerProps) {
  const { say } = useTexts(webhookTexts);
  const shared = useTexts(sharedTexts);
  const { value: keys, problem } = useApiQuery(['signers'], () => api.keys());
  if (problem !== undefined) return <Trouble title={shared.say('failed')} error={problem} />;
  if (keys === undefined) return <p className="field-hint">{shared.say('loading')}</p>;
  if (keys.length === 0) return <p className="field-error">{say('signerNone')}</p>;
  const known = keys.map(({ id, name }) => [id, name === '' ? id : `${name} (${id})`] as const);
  // A key revoked meanwhile must be replaced.
  const value = known.some(([id]) => id === signer) ? signer : '';
  return (
    <Choose
      label={say('signer')}
      value={value}
      options={[['', say('choose')], ...known]}
      error={error}
      onChoose={onChoose}
    />
  );
}
