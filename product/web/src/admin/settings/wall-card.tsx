import { type FormEvent, useState } from 'react';
import { Check } from '../../account/ui/fields.tsx';
import type { OwnTenant, Versioned } from '../contract.ts';
import { useTexts } from '../text.ts';
import type { SettingsApi } from './api.ts';
import { SaveRow } from './save-row.tsx';
import { settingsTexts } from './text.ts';
import { useSaving } from './use-saving.ts';

interface WallCardProps {
  api: SettingsApi;
  tenant: Versioned<OwnTenant>;
  onSaved(tenant: Versioned<OwnTenant>): void;
}

export function WallCard({ api, tenant, onSaved }: WallCardProps) {
  const { say } = useTexts(settingsTexts);
  const [isAllowed, setAllowed] = useState(tenant.value.wallAllowed);
  const saving = useSaving(async () => onSaved(await api.changeTenant({ wallAllowed: isAllowed }, tenant.etag)));
  const hasChanges = isAllowed !== tenant.value.wallAllowed;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (hasChanges) saving.save();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Check label={say('wallAllowed')} on={isAllowed} onChange={setAllowed} />
      <SaveRow saving={saving} hasChanges={hasChanges} reasons={{ VERSION_CONFLICT: say('changedElsewhere') }} />
    </form>
  );
}
