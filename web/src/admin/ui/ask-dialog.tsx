import { type FormEvent, type ReactNode, useState } from 'react';
import { Trouble } from '../../account/ui/fields.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useTexts } from '../text.ts';
import { sharedTexts } from './texts.ts';

interface AskDialogProps {
  title: string;
  /** Of the button that does it. */
  button: string;
  isDangerous?: boolean;
  /** Title of the message when `act` rejects. */
  failed: string;
  children: ReactNode;
  /** Does it. After a rejection the dialog stays, with the reason. */
  act(): Promise<void>;
  onClose(): void;
}

/** A question or a form: one button does it, once at a time. It closes when that is done. */
export function AskDialog({ title, button, isDangerous, failed, children, act, onClose }: AskDialogProps) {
  const { say } = useTexts(sharedTexts);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const doIt = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) void doIt();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="dialog-fields" onSubmit={submit} noValidate>
        {children}
        {problem === undefined ? null : <Trouble title={failed} error={problem} />}
        <div className="dialog-buttons">
          <button type="button" className="button quiet" onClick={onClose}>
            {say('cancel')}
          </button>
          <button type="submit" className={`button ${isDangerous ? 'danger' : 'primary'}`} disabled={busy}>
            {button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
