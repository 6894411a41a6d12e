import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { MeetingState } from '../core/meeting.ts';
import { fieldErrorOf, textOf } from '../core/query.ts';
import type { MeetingActions } from './actions.ts';
import { Dialog } from './dialog.tsx';
import { useTranslate } from './language.tsx';

interface RenameDialogProps {
  state: MeetingState;
  actions: MeetingActions;
  onClose(): void;
}

/** Renames oneself or another participant. It stays open until the service has accepted the name. */
export function RenameDialog({ state, actions, onClose }: RenameDialogProps) {
  const t = useTranslate();
  const person = state.participants.find(({ identity }) => identity === state.about);
  const [name, setName] = useState(person?.name ?? '');
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const error = fieldErrorOf(name, 'lobby.nameMissing', tried);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const legal = textOf(name);
    if (legal === '' || saving || state.about === undefined) return;
    setSaving(true);
    const isDone = legal === person?.name || (await actions.rename(state.about, legal));
    setSaving(false);
    if (isDone) onClose();
  };
  const title = person === undefined || person.local ? t('rename.own') : t('rename.title', { name: person.name });
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="dialog-fields" noValidate onSubmit={(event) => void save(event)}>
        <label className="field">
          <span className="field-label">{t(person?.local ? 'lobby.name' : 'rename.name')}</span>
          <input
            ref={field}
            className="input"
            value={name}
            autoComplete="off"
            aria-invalid={error !== undefined}
            data-testid="rename-input"
            onChange={(event) => setName(event.target.value)}
          />
          <span className={error === undefined ? 'field-hint' : 'field-error'}>{t(error ?? 'rename.hint')}</span>
        </label>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={saving} data-testid="rename-save">
            {t('rename.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
