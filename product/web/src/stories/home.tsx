// Home page of a visitor and of a user, and the pages of those who sign in.
import type { ReactNode } from 'react';
import { AccountApi, SignInApi } from '../account/api.ts';
import type { Me } from '../account/core/model.ts';
import { ForgotPage } from '../account/ui/forgot.tsx';
import { HomePage } from '../account/ui/home.tsx';
import { SetupPage } from '../account/ui/setup.tsx';
import { SignInPage } from '../account/ui/sign-in.tsx';
import { usualWays } from '../account/ui/use-ways.ts';
import { upcoming } from './account.tsx';
import { type Answers, storyMe, storyPorts } from './scripted-api.tsx';
import { ScriptedUser } from './scripted-user.tsx';

const nothing = (): void => undefined;
const answers: Answers = (_method, path) => {
  if (path.startsWith('/me/meetings?')) return { data: upcoming };
  if (path.startsWith('/sign-in')) return { ...usualWays, providers: [{ id: 'corp', name: 'Example single sign-on' }] };
  if (path === '/setup/look')
    return {
      kind: 'password',
      tenantName: 'Example',
      name: storyMe.name,
      email: storyMe.email,
      branding: storyMe.branding,
    };
  return undefined;
};
const { client, timeZone, now } = storyPorts(answers);
const signIn = new SignInApi(client);
const home = (me: Me | undefined, devToken = true): ReactNode => (
  <HomePage {...{ me, timeZone, now, go: nothing }} api={new AccountApi(client)} config={{ api: true, devToken }} />
);
const libraryUser = { ...storyMe, scopes: [...storyMe.scopes, 'library:read' as const] };
const openMenu = [{ press: '.place-menu summary' }];
const nameShow = [{ press: '[data-testid=home-show]' }];

export const homeStories: Readonly<Record<string, () => ReactNode>> = {
  'home-visitor': () => home(undefined),
  'home-closed': () => home(undefined, false),
  'home-user': () => home(libraryUser),
  'home-menu': () => <ScriptedUser steps={openMenu}>{home(libraryUser)}</ScriptedUser>,
  'home-show': () => <ScriptedUser steps={nameShow}>{home(libraryUser)}</ScriptedUser>,
  'sign-in': () => <SignInPage api={signIn} to="/meetings" problem={undefined} onSignedIn={nothing} />,
  'sign-in-forgot': () => <ForgotPage api={signIn} />,
  'sign-in-setup': () => <SetupPage api={signIn} code="code" onSignedIn={nothing} />,
};
