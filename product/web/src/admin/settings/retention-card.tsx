import { type FormEvent, useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import type { SettingsApi } from './api.ts';
import {
  DAYS_MAX,
  isWrong,
  kindNames,
  kinds,
  type Retention,
  type RetentionForm,
  retentionChange,
  retentionForm,
  shortened,
} from './core/retention.ts';
import { SaveRow } from './save-row.tsx';
import { settingsTexts } from './text.ts';
import { useSaving } from './use-saving.ts';

interface RetentionCardProps {
  api: SettingsApi;
  saved: Retention;
  onSaved(kept: Retention): void;
}

/** Asks for confirmation before a shorter retention, which deletes older records. */
export function RetentionCard({ api, saved, onSaved }: RetentionCardProps) {
  const { say, locale } = useTexts(settingsTexts);
  const [form, setForm] = useState<RetentionForm>(() => retentionForm(saved));
  const [isAsking, setAsking] = useState(false);
  const change = retentionChange(saved, form);
  const hasChanges = Object.keys(change).length > 0;
  const isGood = !kindNames.some((kind) => isWrong(kind, form[kind]));
  const store = async (): Promise<void> => {
    const now = await api.changeRetention(change);
    onSaved(now);
    setForm(retentionForm(now));
  };
  const saving = useSaving(store);
  const shorter = isGood ? shortened(saved, form) : [];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!hasChanges || !isGood) return;
    if (shorter.length > 0) setAsking(true);
    else saving.save();
  };
  const names = new Intl.ListFormat(locale).format(shorter.map((kind) => say(kinds[kind].label)));
  return (
    <>
      <form className="stack" onSubmit={submit} noValidate>
        <div className="retention">
          {kindNames.map((kind) => {
            const { label, hint, min, usual } = kinds[kind];
            return (
              <Field
                key={kind}
                label={say(label)}
                inputMode="numeric"
                value={form[kind]}
                placeholder={String(usual)}
                hint={`${say(hint)} ${say('daysUsual', { usual })}`}
                error={isWrong(kind, form[kind]) ? say('daysWrong', { min, max: DAYS_MAX }) : undefined}
                onText={(text) => setForm({ ...form, [kind]: text })}
              />
            );
          })}
        </div>
        <SaveRow saving={saving} hasChanges={hasChanges} />
      </form>
      {isAsking ? (
        <AskDialog
          title={say('shortenTitle')}
          button={say('shortenButton')}
          isDangerous
          failed={say('saveFailed')}
          act={store}
          onClose={() => setAsking(false)}
        >
          <p>{say('shortenText', { kinds: names })}</p>
        </AskDialog>
      ) : null}
    </>
  );
}
