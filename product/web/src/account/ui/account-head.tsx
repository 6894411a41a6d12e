import { CalendarPlus, CircleUserRound, KeyRound, LifeBuoy, LogOut } from 'lucide-react';
import { CompanyBrand } from '../../ui/branding.tsx';
import { LanguageSwitch } from '../../ui/parts.tsx';
import type { Me } from '../core/model.ts';
import type { PlaceName } from '../core/places.ts';
import { forgetDraft } from '../draft.ts';
import { useSay } from '../text.ts';
import { MenuBox, Navigation, SkipLink } from './navigation.tsx';

interface HeadProps {
  me: Me;
  /** Place that the page belongs to. */
  place: PlaceName;
  signOut(): Promise<void>;
  /** Opens the calendar's dialog; absent on pages without it. */
  onCalendar?: (() => void) | undefined;
  onSecurity?: (() => void) | undefined;
  onSignedOut(): void;
}

export function AccountHead({ me, place, signOut, onCalendar, onSecurity, onSignedOut }: HeadProps) {
  const { say } = useSay();
  const { supportUrl } = me.branding;
  const leave = (): void => {
    forgetDraft();
    signOut().then(onSignedOut, (error: unknown) => {
      console.info('The session ends by its time only:', error);
      onSignedOut();
    });
  };
  return (
    <header className="page-head account-head">
      <SkipLink />
      <CompanyBrand branding={me.branding} />
      <Navigation scopes={me.scopes} place={place} />
      <div className="in-row flex-none gap-2">
        <LanguageSwitch />
        <MenuBox label={say('account.menu')} icon={<CircleUserRound size={22} aria-hidden="true" />}>
          <p className="small faint">{say('account.signedInAs', { name: me.name })}</p>
          <p className="small faint ellipsis">{me.email}</p>
          {onCalendar === undefined ? null : (
            <button type="button" onClick={onCalendar}>
              <CalendarPlus size={18} aria-hidden="true" />
              {say('account.calendar')}
            </button>
          )}
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
        </MenuBox>
      </div>
    </header>
  );
}
