import { type ButtonHTMLAttributes, type ReactNode, useState } from 'react';
import { languageNames } from '../core/messages/translate.ts';
import { languages } from '../core/query.ts';
import { useLanguage, useTranslate } from './language.tsx';

export function Logo(props: { size?: number }) {
  const size = props.size ?? 26;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 26 26"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <circle cx="13" cy="13" r="10.500" />
      <path d="M13 2.500c5 6 5 15 0 21M13 2.500c-5 6-5 15 0 21M2.500 13h21" />
    </svg>
  );
}

/** Link to the home page: Meridian's logo and name. */
export function Brand() {
  return (
    <a className={BRAND_CLASS} href={HOME_PATH}>
      <LogoAndName />
    </a>
  );
}

/** Meridian's logo and name where a link would end the call. */
export const BrandText = () => (
  <span className={BRAND_CLASS}>
    <LogoAndName />
  </span>
);

const BRAND_CLASS = 'brand inline-flex items-center text-plain';
export const HOME_PATH = '/';

function LogoAndName() {
  const t = useTranslate();
  return (
    <>
      <Logo />
      {t('app.name')}
    </>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  /** Key that the tooltip shows after the label. */
  shortcut?: string;
  /** Short text under the icon, where the style sheet has room for it. */
  caption?: string;
  tipEnd?: boolean;
  tipBelow?: boolean;
  children: ReactNode;
}

/**
 * A button with an icon, named by aria-label and tooltip. After a press the tooltip stays hidden until the pointer
 * leaves.
 */
export function IconButton(props: IconButtonProps) {
  const { label, shortcut, caption, tipEnd, tipBelow, className, children, ...rest } = props;
  const t = useTranslate();
  const [pressed, setPressed] = useState(false);
  const tip = shortcut === undefined ? label : t('control.shortcut', { label, key: shortcut.toUpperCase() });
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${className ?? ''}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      data-tip={pressed ? undefined : tip}
      onPointerDown={() => setPressed(true)}
      onPointerLeave={() => setPressed(false)}
      data-tip-end={tipEnd ? '' : undefined}
      data-tip-below={tipBelow ? '' : undefined}
    >
      {children}
      {caption === undefined ? null : (
        <span className="caption" aria-hidden="true">
          {caption}
        </span>
      )}
    </button>
  );
}

export function LanguageSwitch() {
  const { language, setLanguage, t } = useLanguage();
  return (
    <fieldset
      className="language-switch inline-flex flex-none rounded-full bg-surface"
      aria-label={t('app.language')}
      style={{ border: 0, margin: 0 }}
    >
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          lang={languageNames[one].tag}
          aria-pressed={one === language}
          onClick={() => setLanguage(one)}
        >
          {languageNames[one].name}
        </button>
      ))}
    </fieldset>
  );
}

/** DB-IP's licence (CC-BY-4.0) requires this link wherever a location from its database is shown. */
export function Attribution() {
  const t = useTranslate();
  return (
    <a className="attribution text-faint text-xs" href="https://db-ip.com" target="_blank" rel="noreferrer">
      {t('where.attribution')}
    </a>
  );
}
