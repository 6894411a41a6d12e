import { addressIn } from '../../../account/core/addresses.ts';
import type { OwnTenant, OwnTenantChange } from '../../contract.ts';
import type { SettingsKey } from '../text.ts';
import { isColour } from './colour.ts';

/** Fields of the form; '' means Meridian's default. */
export interface BrandingForm {
  readonly name: string;
  readonly displayName: string;
  readonly accentColor: string;
  readonly logo: string;
  readonly supportUrl: string;
}

// Limits of the API (product/api/src/tenant/core/branding.ts).
const NAME_CHARACTERS_MAX = 128;
const DISPLAY_NAME_CHARACTERS_MAX = 64;
const URL_CHARACTERS_MAX = 512;

export const brandingForm = ({ name, branding }: OwnTenant): BrandingForm => ({
  name,
  displayName: branding.displayName ?? '',
  accentColor: branding.accentColor ?? '',
  logo: branding.logo ?? '',
  supportUrl: branding.supportUrl ?? '',
});

export type BrandingErrors = Readonly<Partial<Record<keyof BrandingForm, SettingsKey>>>;

export function brandingErrors({ name, displayName, accentColor, supportUrl }: BrandingForm): BrandingErrors {
  return {
    ...(name.trim() === '' && { name: 'nameMissing' as const }),
    ...(name.length > NAME_CHARACTERS_MAX && { name: 'nameLong' as const }),
    ...(/[<>@]/.test(displayName) && { displayName: 'displayNameAddress' as const }),
    ...(displayName.length > DISPLAY_NAME_CHARACTERS_MAX && { displayName: 'displayNameLong' as const }),
    ...(accentColor !== '' && !isColour(accentColor) && { accentColor: 'colourWrong' as const }),
    ...(supportUrl.trim() !== '' && !isSupportUrl(supportUrl.trim()) && { supportUrl: 'urlWrong' as const }),
  };
}

function isSupportUrl(text: string): boolean {
  if (text.length > URL_CHARACTERS_MAX || /[\s<>"\\]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, pathname } = new URL(text);
  if (protocol === 'https:') return username === '' && password === '';
  return protocol === 'mailto:' && addressIn(pathname) !== undefined;
}

/** Returns the changed fields; empty for none. */
export function brandingChange(tenant: OwnTenant, form: BrandingForm): OwnTenantChange {
  const before = brandingForm(tenant);
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  const isOther = (part: keyof BrandingForm): boolean => form[part].trim() !== before[part];
  const branding = {
    ...(isOther('displayName') && { displayName: orNull(form.displayName) }),
    ...(isOther('accentColor') && { accentColor: orNull(form.accentColor.toLowerCase()) }),
    ...(isOther('logo') && { logo: orNull(form.logo) }),
    ...(isOther('supportUrl') && { supportUrl: orNull(form.supportUrl) }),
  };
  return {
    ...(isOther('name') && { name: form.name.trim() }),
    ...(Object.keys(branding).length > 0 && { branding }),
  };
}
