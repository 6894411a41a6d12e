// A company's branding: its name, logo and colour in place of Meridian's.
import { useEffect } from 'react';
import { type Accent, accentsOf } from '../core/accent.ts';
import type { Branding } from '../core/branding.ts';
import { useTranslate } from './language.tsx';
import { Brand, HOME_PATH } from './parts.tsx';

/** Link to the home page: logo and name of the company; Meridian's own without branding. */
export function CompanyBrand({ branding }: { branding: Branding | undefined }) {
  const t = useTranslate();
  const { displayName = null, logo = null } = branding ?? {};
  if (displayName === null && logo === null) return <Brand />;
  return (
    <a className="brand company inline-flex items-center text-plain" href={HOME_PATH}>
      {logo === null ? null : <img src={logo} alt={displayName === null ? t('app.name') : ''} />}
      {displayName === null ? null : <span className="ellipsis">{displayName}</span>}
    </a>
  );
}

/** Applies the company's colour to the page while the component is mounted. */
export function useAccent(color: string | null): void {
  useEffect(() => {
    const accents = color === null ? undefined : accentsOf(color);
    // Browsers without light-dark() keep Meridian's colour.
    if (accents === undefined || !CSS.supports('color', 'light-dark(#fff, #000)')) return undefined;
    const { style } = document.documentElement;
    const names = Object.keys(accents.dark) as (keyof Accent)[];
    for (const name of names)
      style.setProperty(`--${name}`, `light-dark(${accents.light[name]}, ${accents.dark[name]})`);
    return () => {
      for (const name of names) style.removeProperty(`--${name}`);
    };
  }, [color]);
}
