import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { useTexts } from '../text.ts';
import type { Reasons } from './reasons.ts';
import { sharedTexts } from './texts.ts';
import { AdminTrouble } from './trouble.tsx';

interface AskDialogProps {
  title: string;
  button: string;
  isDangerous?: boolean;
  /** Title of the message when `act` rejects. */
  failed: string;
  /** Texts of codes with a special meaning in this dialog. */
  reasons?: Reasons;
  className?: string;
  children: ReactNode;
  /** Returns false while the input is invalid and marked so. */
  isReady?(): boolean;
  act(): Promise<void>;
  onClose(): void;
}

/** A question or form with a single button, which runs once at a time. Closes on success. */
export function AskDialog({ title, button, isDangerous, failed, reasons, children, ...rest }: AskDialogProps) {
  const { say } = useTexts(sharedTexts);
  const { act, onClose, className, isReady } = rest;
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
    if (!busy && isReady?.() !== false) void doIt();
  };
  return (
    <Dialog title={title} onClose={onClose} {...(className !== undefined && { className })}>
      <form className="dialog-fields" onSubmit={submit} noValidate>
        {children}
        {problem === undefined ? null : <AdminTrouble title={failed} error={problem} reasons={reasons} />}
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
