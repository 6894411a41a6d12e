import { CalendarPlus, CircleUserRound, KeyRound, LifeBuoy, LogOut } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { CompanyBrand } from '../../ui/branding.tsx';
import { LanguageSwitch } from '../../ui/parts.tsx';
import type { AccountApi } from '../api.ts';
import type { Me } from '../core/model.ts';
import type { PlaceName } from '../core/places.ts';
import { forgetDraft } from '../draft.ts';
import { useSay } from '../text.ts';
import { MenuBox, Navigation, SkipLink } from './navigation.tsx';
import { CalendarDialog } from './small-dialogs.tsx';

/** Loaded on demand, since it is seldom opened. */
const SecurityDialog = lazy(async () => ({ default: (await import('./security-dialog.tsx')).SecurityDialog }));

interface HeadProps {
  me: Me;
  /** Place that the page belongs to. */
  place: PlaceName;
  api: AccountApi;
  timeZone: string;
  onSignedOut(): void;
}

/** The bar of places, with the account menu and its dialogs: the same on every page of a signed-in user. */
export function AccountHead({ me, place, api, timeZone, onSignedOut }: HeadProps) {
  const { say } = useSay();
  const { supportUrl } = me.branding;
  const [dialog, setDialog] = useState<'calendar' | 'security'>();
  const close = (): void => setDialog(undefined);
  const leave = (): void => {
    forgetDraft();
    api.signOut().then(onSignedOut, (error: unknown) => {
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
          <button type="button" onClick={() => setDialog('calendar')}>
            <CalendarPlus size={18} aria-hidden="true" />
            {say('account.calendar')}
          </button>
          <button type="button" onClick={() => setDialog('security')}>
            <KeyRound size={18} aria-hidden="true" />
            {say('account.security')}
          </button>
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
      {dialog === 'calendar' ? <CalendarDialog api={api} onClose={close} /> : null}
      <Suspense fallback={null}>
        {dialog === 'security' ? <SecurityDialog {...{ me, api, timeZone }} onClose={close} /> : null}
      </Suspense>
    </header>
  );
}
