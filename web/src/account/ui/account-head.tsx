import { CalendarPlus, CircleUserRound, KeyRound, LifeBuoy, LogOut } from 'lucide-react';
import { CompanyBrand } from '../../ui/branding.tsx';
import { LanguageSwitch } from '../../ui/parts.tsx';
import type { AccountApi } from '../api.ts';
import type { Me } from '../core/model.ts';
import { forgetDraft } from '../draft.ts';
import { useSay } from '../text.ts';

interface HeadProps {
  me: Me;
  api: AccountApi;
  onCalendar(): void;
  onSecurity(): void;
  onSignedOut(): void;
}

export function AccountHead({ me, api, onCalendar, onSecurity, onSignedOut }: HeadProps) {
  const { say } = useSay();
  const { supportUrl } = me.branding;
  const signOut = (): void => {
    forgetDraft();
    api.signOut().then(onSignedOut, (error: unknown) => {
      console.info('The session ends by its time only:', error);
      onSignedOut();
    });
  };
  return (
    <header className="page-head">
      <CompanyBrand branding={me.branding} />
      <div className="account-tools">
        <LanguageSwitch />
        <details
          className="account-menu"
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
          <div className="account-menu-body">
            <p className="small faint">{say('account.signedInAs', { name: me.name })}</p>
            <p className="small faint ellipsis">{me.email}</p>
            <button type="button" onClick={onCalendar}>
              <CalendarPlus size={18} aria-hidden="true" />
              {say('account.calendar')}
            </button>
            <button type="button" onClick={onSecurity}>
              <KeyRound size={18} aria-hidden="true" />
              {say('account.security')}
            </button>
            {supportUrl === null ? null : (
              <a href={supportUrl} target="_blank" rel="noreferrer">
                <LifeBuoy size={18} aria-hidden="true" />
                {say('common.support')}
              </a>
            )}
            <button type="button" onClick={signOut}>
              <LogOut size={18} aria-hidden="true" />
              {say('account.signOut')}
            </button>
          </div>
        </details>
      </div>
    </header>
  );
}
