import { Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import type { AccountApi } from '../api.ts';
import type { Scope } from '../core/form.ts';
import type { MyOccurrence } from '../core/model.ts';
import { useSay } from '../text.ts';
import { Trouble } from './fields.tsx';
import { useMail } from './mail.ts';

export function ScopeDialog(props: { act: 'edit' | 'cancel'; onClose(): void; onChoose(scope: Scope): void }) {
  const { say } = useSay();
  const [scope, setScope] = useState<Scope>('one');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onChoose(scope);
  };
  return (
    <Dialog title={say(`scope.${props.act}`)} onClose={props.onClose}>
      <form className="dialog-fields" onSubmit={submit}>
        <fieldset className="grid gap-2px m-0 p-0 border-0" aria-label={say(`scope.${props.act}`)}>
          {(['one', 'following', 'all'] as const).map((one) => (
            <label key={one} className="radio">
              <input type="radio" name="scope" checked={scope === one} onChange={() => setScope(one)} />
              {say(`scope.${one}`)}
            </label>
          ))}
        </fieldset>
        <div className="dialog-buttons">
          <button type="button" className="button quiet" onClick={props.onClose}>
            {say('common.cancel')}
          </button>
          <button type="submit" className="button primary">
            {say('scope.next')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface CancelDialogProps {
  occurrence: MyOccurrence;
  /** Cancels the occurrence or series. Rejects with MeridianApiError. */
  cancel(): Promise<void>;
  onClose(): void;
}

export function CancelDialog({ occurrence, cancel, onClose }: CancelDialogProps) {
  const { say } = useSay();
  const mail = useMail();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const doIt = async (): Promise<void> => {
    setBusy(true);
    try {
      await cancel();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={say('cancel.title')} onClose={onClose}>
      <div className="dialog-fields">
        <p>
          {say('cancel.text', { title: occurrence.title })}{' '}
          {mail === undefined ? null : say(mail ? 'cancel.mailed' : 'cancel.noMail')}
        </p>
        {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
        <div className="dialog-buttons">
          <button type="button" className="button quiet" onClick={onClose}>
            {say('cancel.no')}
          </button>
          <button
            type="button"
            className="button danger"
            disabled={busy}
            data-testid="cancel-yes"
            onClick={() => void doIt()}
          >
            {say('cancel.yes')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** A URL for calendar programs, created on demand and shown only once. */
export function CalendarDialog({ api, onClose }: { api: AccountApi; onClose(): void }) {
  const { say } = useSay();
  const [url, setUrl] = useState('');
  const [problem, setProblem] = useState<unknown>();
  const createUrl = async (): Promise<void> => {
    try {
      setUrl(await api.newCalendar());
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Dialog title={say('account.calendar')} onClose={onClose}>
      <div className="dialog-fields">
        <p className="faint">{say('calendar.lead')}</p>
        {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
        {url === '' ? (
          <button type="button" className="button primary" onClick={() => void createUrl()}>
            {say('calendar.make')}
          </button>
        ) : (
          <>
            <input
              className="input"
              readOnly
              value={url}
              aria-label={say('calendar.address')}
              onFocus={(event) => event.target.select()}
            />
            <p className="field-hint">{say('calendar.once')}</p>
            <CopyButton text={url} label={say('details.copyLink')} />
          </>
        )}
      </div>
    </Dialog>
  );
}

export function CopyButton({ text, label, primary }: { text: string; label: string; primary?: boolean }) {
  const { say } = useSay();
  const [state, setState] = useState<'' | 'copied' | 'failed'>('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch (error) {
      console.info('The browser did not copy:', error);
      setState('failed');
    }
  };
  const buttonText = state === '' ? label : say(state === 'copied' ? 'details.copied' : 'details.copyFailed');
  return (
    <button
      type="button"
      className={`button small ${primary ? '' : 'quiet'}`}
      onClick={() => void copy()}
      onBlur={() => setState('')}
    >
      <Copy size={16} aria-hidden="true" />
      <span aria-live="polite">{buttonText}</span>
    </button>
  );
}
