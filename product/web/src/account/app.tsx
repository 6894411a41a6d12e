import { MeridianApiError } from '@meridian/api-client';
import { LoaderCircle } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { adminPath } from '../admin/core/route.ts';
import { consolePath } from '../console/core/route.ts';
import type { ConsolePorts } from '../console/ports.ts';
import { browserTimeZone } from '../core/time-formats.ts';
import { clientOf } from '../room/api.ts';
import { fetchPageConfig, type PageConfig } from '../room/page-config.ts';
import { storeName, storeTenant } from '../room/page-memory.ts';
import { Dialog } from '../ui/dialog.tsx';
import { AccountApi, SignInApi } from './api.ts';
import type { Me } from './core/model.ts';
import { type AccountRoute, meetingPath, PAST_PATH, signInPath } from './core/route.ts';
import { forgetDraft } from './draft.ts';
import { Session } from './session.ts';
import { useSay } from './text.ts';
import { CardPage, useTitleAndAccent } from './ui/card-page.tsx';
import { Trouble } from './ui/fields.tsx';
import { HomePage } from './ui/home.tsx';
import { MailContext } from './ui/mail.ts';
import { MeetingsPage } from './ui/meetings-page.tsx';
import { SignInAgainForm, SignInPage } from './ui/sign-in.tsx';

const client = clientOf(location.origin);
const session = new Session();
const api = new AccountApi(client, session.run);
const signInApi = new SignInApi(client);
/** Loaded on demand, since most users never open it. */
const AdminApp = lazy(async () => ({ default: (await import('../admin/app.tsx')).AdminApp }));
const ConsoleApp = lazy(async () => ({ default: (await import('../console/app.tsx')).ConsoleApp }));
const ReportApp = lazy(async () => ({ default: (await import('./report/app.tsx')).ReportApp }));
const LibraryApp = lazy(async () => ({ default: (await import('../library/app.tsx')).LibraryApp }));
const ForgotPage = lazy(async () => ({ default: (await import('./ui/forgot.tsx')).ForgotPage }));
const SetupPage = lazy(async () => ({ default: (await import('./ui/setup.tsx')).SetupPage }));
const openStream = (path: string): EventSource => new EventSource(`/api/v1${path}`);
const go = (path: string): void => location.assign(path);
const now = (): number => Date.now();
const timeZone = browserTimeZone();

export function AccountApp({ route }: { route: AccountRoute }) {
  if (route.name === 'home') return <Home />;
  if (route.name === 'signIn')
    return <SignInPage api={signInApi} to={route.to} problem={route.problem} onSignedIn={() => go(route.to)} />;
  if (route.name === 'forgot' || route.name === 'setup')
    return (
      <Suspense fallback={null}>
        {route.name === 'forgot' ? (
          <ForgotPage api={signInApi} />
        ) : (
          <SetupPage api={signInApi} code={route.code} onSignedIn={() => location.replace('/meetings')} />
        )}
      </Suspense>
    );
  if (route.name === 'admin')
    return (
      <AccountSection to={adminPath(route.admin)} title="account.admin">
        {(rest) => <AdminApp route={route.admin} {...rest} />}
      </AccountSection>
    );
  if (route.name === 'console')
    return (
      <AccountSection
        to={route.console === undefined ? '/console' : consolePath(route.console)}
        title="account.console"
      >
        {(rest) => <ConsoleApp route={route.console} {...rest} />}
      </AccountSection>
    );
  if (route.name === 'library')
    return (
      <AccountSection to={`/library${location.hash}`} title="account.library">
        {(rest) => <LibraryApp {...rest} />}
      </AccountSection>
    );
  if (route.name !== 'meetings' && route.name !== 'past')
    return (
      <AccountSection to={meetingPath(route)} title="title.meetings">
        {(rest) => <ReportApp route={route} {...rest} />}
      </AccountSection>
    );
  return (
    <SignedIn to={route.name === 'past' ? PAST_PATH : '/meetings'} title="title.meetings">
      {(me) => (
        <MeetingsPage
          {...{ me, api, timeZone, now }}
          isPast={route.name === 'past'}
          onJoin={(id) => go(`/meetings/${id}/join`)}
          onSignedOut={() => go(signInPath('/meetings'))}
        />
      )}
    </SignedIn>
  );
}

/** The home page, for visitors too: it asks who is signed in only where the site has accounts. */
function Home() {
  const { say } = useSay();
  const [visit, setVisit] = useState<{ readonly config: PageConfig; readonly me: Me | undefined }>();
  const [problem, setProblem] = useState<unknown>();
  const load = useCallback((): void => {
    setProblem(undefined);
    openVisit().then(setVisit, setProblem);
  }, []);
  useEffect(load, [load]);
  useTitleAndAccent(say('title.home'), visit?.me?.branding);
  if (problem !== undefined) return <LoadFailed title={say('title.home')} problem={problem} onRetry={load} />;
  if (visit === undefined) return <Loading />;
  const { me, config } = visit;
  const page = <HomePage {...{ me, config, api, timeZone, now, go }} />;
  return me === undefined ? page : <ForUser {...{ me, to: '/' }}>{page}</ForUser>;
}

async function openVisit(): Promise<{ config: PageConfig; me: Me | undefined }> {
  const config = await fetchPageConfig().catch(unreachable);
  if (!config.api) return { config, me: undefined };
  try {
    return { config, me: await new AccountApi(client).me() };
  } catch (error) {
    if (error instanceof MeridianApiError && error.status === 401) return { config, me: undefined };
    throw error;
  }
}

function unreachable(cause: unknown): never {
  throw new MeridianApiError('API_UNREACHABLE', 'The server of the page does not answer.', { cause });
}

function LoadFailed({ title, problem, onRetry }: { title: string; problem: unknown; onRetry(): void }) {
  const { say } = useSay();
  return (
    <CardPage title={title} lead="">
      <Trouble title={say('page.failed')} error={problem}>
        <button type="button" className="button small" onClick={onRetry}>
          {say('list.retry')}
        </button>
      </Trouble>
    </CardPage>
  );
}

function Loading() {
  const { say } = useSay();
  return (
    <p className="list-note" role="status">
      <LoaderCircle size={26} className="spinner accent" aria-hidden="true" />
      {say('common.loading')}
    </p>
  );
}

interface AccountSectionProps extends Pick<SignedInProps, 'to' | 'title'> {
  children(rest: { ports: ConsolePorts; account: AccountApi; onSignedOut(): void }): ReactNode;
}

const AccountSection = ({ to, title, children }: AccountSectionProps) => (
  <SignedIn to={to} title={title}>
    {(me) => (
      <Suspense fallback={null}>
        {children({
          ports: { client, run: session.run, me, timeZone, now, openStream },
          account: api,
          onSignedOut: () => go(signInPath(to)),
        })}
      </Suspense>
    )}
  </SignedIn>
);

interface SignedInProps {
  to: string;
  title: 'title.meetings' | 'account.admin' | 'account.console' | 'account.library';
  children(me: Me): ReactNode;
}

/** A page for the signed-in user; redirects to sign-in without a session. */
function SignedIn({ to, title, children }: SignedInProps) {
  const { say } = useSay();
  const [me, setMe] = useState<Me>();
  const [problem, setProblem] = useState<unknown>();
  const load = useCallback((): void => {
    setProblem(undefined);
    new AccountApi(client).me().then(
      (found) => {
        storeName(found.name);
        storeTenant(found.tenant);
        setMe(found);
      },
      (error: unknown) => {
        if (error instanceof MeridianApiError && error.status === 401) location.replace(signInPath(to));
        else setProblem(error);
      },
    );
  }, [to]);
  useEffect(load, [load]);
  useTitleAndAccent(say(title), me?.branding);
  if (problem !== undefined) return <LoadFailed title={say(title)} problem={problem} onRetry={load} />;
  if (me === undefined) return <Loading />;
  return <ForUser {...{ me, to }}>{children(me)}</ForUser>;
}

/** Lets a page know whether mails are sent, and signs its user in again when the session has ended. */
function ForUser({ me, to, children }: { me: Me; to: string; children: ReactNode }) {
  const isEnded = useSyncExternalStore(session.ended.subscribe, session.ended.get);
  const mail = useSendsMail();
  const signedInAgain = (again: Me): void => {
    if (session.signedInAgain(me, again)) return;
    forgetDraft(); // belongs to another user
    location.reload();
  };
  return (
    <MailContext value={mail}>
      {children}
      {isEnded ? <SignInAgain to={to} email={me.email} onSignedIn={signedInAgain} /> : null}
    </MailContext>
  );
}

function useSendsMail(): boolean | undefined {
  const [mail, setMail] = useState<boolean>();
  useEffect(() => {
    signInApi.ways().then(
      (ways) => setMail(ways.mail),
      (error: unknown) => console.info('Whether mails are sent is not known:', error),
    );
  }, []);
  return mail;
}

/** The sign-in after the session has ended, shown over the page, so that typed text stays. */
function SignInAgain({ to, email, onSignedIn }: { to: string; email: string; onSignedIn(me: Me): void }) {
  const { say } = useSay();
  return (
    <Dialog title={say('signIn.again')} onClose={() => go(signInPath(to))}>
      <div className="dialog-fields">
        <p className="faint">{say('signIn.againLead')}</p>
        <SignInAgainForm api={signInApi} to={to} email={email} onSignedIn={onSignedIn} />
      </div>
    </Dialog>
  );
}
