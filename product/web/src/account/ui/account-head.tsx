import {
  CalendarDays,
  CalendarPlus,
  CircleUserRound,
  Globe,
  KeyRound,
  LibraryBig,
  LifeBuoy,
  LogOut,
  Settings2,
} from 'lucide-react';
import { adminPath, sectionsFor } from '../../admin/core/route.ts';
import { CONSOLE_SCOPE } from '../../console/core/route.ts';
import { CompanyBrand } from '../../ui/branding.tsx';
import { LanguageSwitch } from '../../ui/parts.tsx';
import type { Me } from '../core/model.ts';
import { forgetDraft } from '../draft.ts';
import { useSay } from '../text.ts';

interface HeadProps {
  me: Me;
  signOut(): Promise<void>;
  /** Absent: this page offers no calendar, and links to the meetings. */
  onCalendar?: (() => void) | undefined;
  onSecurity?: (() => void) | undefined;
  onSignedOut(): void;
}

export function AccountHead({ me, signOut, onCalendar, onSecurity, onSignedOut }: HeadProps) {
  const { say } = useSay();
  const { supportUrl } = me.branding;
  const [section] = sectionsFor(me.scopes);
  const leave = (): void => {
    forgetDraft();
    signOut().then(onSignedOut, (error: unknown) => {
      console.info('The session ends by its time only:', error);
      onSignedOut();
    });
  };
  return (
    <header className="page-head">
      <CompanyBrand branding={me.branding} />
      <div className="in-row flex-none gap-2">
        <LanguageSwitch />
        <details
          className="account-menu relative"
          onBlur={({ currentTarget, relatedTarget }) => {
            if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
          }}
          onKeyDown={({ currentTarget, key }) => {
            if (key === 'Escape') currentTarget.open = false;
          }}
        >
          <summary className="icon-button bare" aria-label={say('account.menu')}>
            <CircleUserRound size={22} aria-hidden="true" />
          </summary>
          <div className="account-menu-body absolute grid gap-2px bordered rounded-m bg-surface shadow">
            <p className="small faint">{say('account.signedInAs', { name: me.name })}</p>
            <p className="small faint ellipsis">{me.email}</p>
            {onCalendar === undefined ? (
              <a href="/meetings">
                <CalendarDays size={18} aria-hidden="true" />
                {say('title.meetings')}
              </a>
            ) : (
              <button type="button" onClick={onCalendar}>
                <CalendarPlus size={18} aria-hidden="true" />
                {say('account.calendar')}
              </button>
            )}
            {me.scopes.includes('library:read') && location.pathname !== '/library' ? (
              <a href="/library">
                <LibraryBig size={18} aria-hidden="true" />
                {say('account.library')}
              </a>
            ) : null}
            {section === undefined || onCalendar === undefined ? null : (
              <a href={adminPath({ section })}>
                <Settings2 size={18} aria-hidden="true" />
                {say('account.admin')}
              </a>
            )}
            {me.scopes.includes(CONSOLE_SCOPE) && onCalendar !== undefined ? (
              <a href="/console">
                <Globe size={18} aria-hidden="true" />
                {say('account.console')}
              </a>
            ) : null}
            {onSecurity === undefined ? null : (
              <button type="button" onClick={onSecurity}>
                <KeyRound size={18} aria-hidden="true" />
                {say('account.security')}
              </button>
            )}
            {supportUrl === null ? null : (
              <a href={supportUrl} target="_blank" rel="noreferrer">
                <LifeBuoy size={18} aria-hidden="true" />
                {say('common.support')}
              </a>
            )}
            <button type="button" onClick={leave}>
              <LogOut size={18} aria-hidden="true" />
              {say('account.signOut')}
            </button>
          </div>
        </details>
      </div>
    </header>
  );
}
