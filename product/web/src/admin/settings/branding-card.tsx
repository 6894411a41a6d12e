import { ImageUp } from 'lucide-react';
import { type CSSProperties, type FormEvent, useId, useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { Logo as MeridianLogo } from '../../ui/parts.tsx';
import type { OwnTenant, Versioned } from '../contract.ts';
import { useTexts } from '../text.ts';
import type { SettingsApi } from './api.ts';
import { type BrandingForm, brandingChange, brandingErrors, brandingForm } from './core/branding.ts';
import { grounds, illegibleSchemes, isColour, type Scheme, shownAccent, usualAccent } from './core/colour.ts';
import { logoOf } from './logo.ts';
import { SaveRow } from './save-row.tsx';
import { type SettingsKey, settingsTexts } from './text.ts';
import { useSaving } from './use-saving.ts';

interface BrandingCardProps {
  api: SettingsApi;
  tenant: Versioned<OwnTenant>;
  onSaved(tenant: Versioned<OwnTenant>): void;
}

export function BrandingCard({ api, tenant, onSaved }: BrandingCardProps) {
  const { say } = useTexts(settingsTexts);
  const [form, setForm] = useState<BrandingForm>(() => brandingForm(tenant.value));
  const errors = brandingErrors(form);
  const change = brandingChange(tenant.value, form);
  const hasChanges = Object.keys(change).length > 0;
  const saving = useSaving(async () => {
    const saved = await api.changeTenant(change, tenant.etag);
    onSaved(saved);
    setForm(brandingForm(saved.value)); // the API trims names
  });
  const edit = (parts: Partial<BrandingForm>): void => setForm({ ...form, ...parts });
  const error = (key: SettingsKey | undefined) => (key === undefined ? undefined : say(key));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (hasChanges && Object.keys(errors).length === 0) saving.save();
  };
  return (
    <form className="branding grid gap-5 items-start" onSubmit={submit} noValidate>
      <div className="stack">
        <Field label={say('name')} value={form.name} error={error(errors.name)} onText={(name) => edit({ name })} />
        <Field
          label={say('displayName')}
          value={form.displayName}
          hint={say('displayNameHint')}
          error={error(errors.displayName)}
          onText={(displayName) => edit({ displayName })}
        />
        <AccentField
          value={form.accentColor}
          error={error(errors.accentColor)}
          onValue={(accentColor) => edit({ accentColor })}
        />
        <LogoField logo={form.logo} onLogo={(logo) => edit({ logo })} />
        <Field
          label={say('support')}
          type="url"
          value={form.supportUrl}
          hint={say('supportHint')}
          error={error(errors.supportUrl)}
          onText={(supportUrl) => edit({ supportUrl })}
        />
        <SaveRow saving={saving} hasChanges={hasChanges} reasons={{ VERSION_CONFLICT: say('changedElsewhere') }} />
      </div>
      <Preview form={form} />
    </form>
  );
}

function AccentField(props: { value: string; error: string | undefined; onValue(value: string): void }) {
  const { say } = useTexts(settingsTexts);
  const { value, error, onValue } = props;
  const warnings = { light: 'hardLight', dark: 'hardDark' } as const;
  const hard = isColour(value) ? illegibleSchemes(value) : [];
  return (
    <div className="stack accent-field">
      <div className="accent-row grid gap-3">
        <input
          type="color"
          aria-label={say('accentPick')}
          value={isColour(value) ? value.toLowerCase() : usualAccent.light}
          onChange={(event) => onValue(event.target.value)}
        />
        <Field
          label={say('accent')}
          value={value}
          placeholder="#0b7264"
          maxLength={7}
          spellCheck={false}
          hint={say('accentHint')}
          error={error}
          onText={(text) => onValue(text.trim())}
        />
      </div>
      <p className="conflict" role="status" data-testid="hard-to-read">
        {hard.map((scheme) => say(warnings[scheme])).join(' ')}
      </p>
    </div>
  );
}

function LogoField({ logo, onLogo }: { logo: string; onLogo(logo: string): void }) {
  const { say } = useTexts(settingsTexts);
  const [problem, setProblem] = useState<SettingsKey>();
  const id = useId();
  const choose = async (file: File): Promise<void> => {
    const read = await logoOf(file);
    setProblem('problem' in read ? read.problem : undefined);
    if ('url' in read) onLogo(read.url);
  };
  return (
    <div className="field">
      <span className="field-label">{say('logo')}</span>
      <div className="logo-row in-row flex-wrap gap-3">
        {logo === '' ? <span className="faint">{say('logoNone')}</span> : <img src={logo} alt={say('logo')} />}
        <label className="button small quiet file-button justify-self-start pointer">
          <ImageUp size={16} aria-hidden="true" />
          {say('logoChoose')}
          <input
            type="file"
            className="visually-hidden"
            accept="image/png,image/jpeg,image/webp"
            aria-describedby={`${id}-help`}
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              target.value = ''; // so that the same file can be chosen again
              if (file !== undefined) void choose(file);
            }}
          />
        </label>
        {logo === '' ? null : (
          <button type="button" className="button small quiet" onClick={() => onLogo('')}>
            {say('logoRemove')}
          </button>
        )}
      </div>
      <span
        id={`${id}-help`}
        className={problem === undefined ? 'field-hint' : 'field-error'}
        role={problem === undefined ? undefined : 'alert'}
      >
        {say(problem ?? 'logoHint')}
      </span>
    </div>
  );
}

function Preview({ form }: { form: BrandingForm }) {
  const { say } = useTexts(settingsTexts);
  const titles = { light: 'previewLight', dark: 'previewDark' } as const;
  const name = form.displayName.trim() === '' ? 'Meridian' : form.displayName;
  const styleOf = (scheme: Scheme): CSSProperties => {
    const { accent, ink } = shownAccent(form.accentColor, scheme);
    const names = { '--shown-accent': accent, '--shown-ink': ink, '--shown-ground': grounds[scheme] };
    return names as CSSProperties;
  };
  return (
    <div className="stack brand-previews">
      <span className="field-label">{say('preview')}</span>
      {(['light', 'dark'] as const).map((scheme) => (
        <figure
          key={scheme}
          className="brand-preview grid gap-3 bordered rounded-m"
          data-scheme={scheme}
          style={styleOf(scheme)}
        >
          <div className="brand-preview-head in-row flex-wrap gap-2-3 min-w-0">
            {form.logo === '' ? <MeridianLogo size={28} /> : <img src={form.logo} alt="" />}
            <strong>{name}</strong>
          </div>
          <div className="in-row flex-wrap gap-2-3 min-w-0">
            <span className="brand-preview-button rounded-m weight-600">{say('previewButton')}</span>
            <span className="brand-preview-link">{say('previewLink')}</span>
          </div>
          <figcaption className="small">{say(titles[scheme])}</figcaption>
        </figure>
      ))}
    </div>
  );
}
