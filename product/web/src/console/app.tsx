// The operations console. The browser loads this code when one of its pages opens.
import { type ComponentType, Suspense } from 'react';
import type { AccountApi } from '../account/api.ts';
import { AccountHead } from '../account/ui/account-head.tsx';
import { useWindowTitle } from '../account/ui/card-page.tsx';
import { useTexts } from '../admin/text.ts';
import { QueryProvider } from '../admin/ui/queries.ts';
import '../styles/admin.css';
import '../styles/admin-traffic.css';
import '../styles/console.css';
import { LiveAlarmsProvider } from './alarms/live.tsx';
import { CONSOLE_SCOPE, type ConsoleRoute, menuFor, menuPageOf } from './core/route.ts';
import { pages } from './pages.ts';
import type { ConsolePorts } from './ports.ts';
import { frameTexts } from './text.ts';
import { ConsoleShell } from './ui/shell.tsx';

export interface ConsoleAppProps {
  /** Route of the URL; undefined when it matches no page. */
  route: ConsoleRoute | undefined;
  ports: ConsolePorts;
  account: AccountApi;
  onSignedOut(): void;
}

export function ConsoleApp({ route, ports, account, onSignedOut }: ConsoleAppProps) {
  const { say } = useTexts(frameTexts);
  const isAllowed = ports.me.scopes.includes(CONSOLE_SCOPE);
  const entry = route === undefined ? undefined : menuPageOf(route);
  useWindowTitle(isAllowed && entry !== undefined ? say(entry) : say('title'), ports.me.branding);
  const shell = (
    <ConsoleShell
      head={
        <AccountHead place="console" me={ports.me} timeZone={ports.timeZone} api={account} onSignedOut={onSignedOut} />
      }
      entries={menuFor(ports.me.scopes).filter((page) => pages[page] !== undefined)}
      entry={entry}
    >
      {isAllowed ? <Page route={route} ports={ports} /> : <NotAllowed email={ports.me.email} />}
    </ConsoleShell>
  );
  if (!isAllowed) return shell;
  return (
    <QueryProvider>
      <LiveAlarmsProvider ports={ports} isListOpen={entry === 'alarms'}>
        {shell}
      </LiveAlarmsProvider>
    </QueryProvider>
  );
}

function Page({ route, ports }: Pick<ConsoleAppProps, 'route' | 'ports'>) {
  const { say } = useTexts(frameTexts);
  // The cast is safe, since the registry pairs each page with its own route.
  const Found = route && (pages[route.page] as ComponentType<{ ports: ConsolePorts; route: ConsoleRoute }> | undefined);
  if (route === undefined || Found === undefined)
    return (
      <div className="admin-empty" data-testid="missing">
        <p>{say('missing')}</p>
        <a className="button" href="/console">
          {say('toMap')}
        </a>
      </div>
    );
  return (
    <Suspense fallback={<p className="list-note">{say('loading')}</p>}>
      <Found route={route} ports={ports} />
    </Suspense>
  );
}

function NotAllowed({ email }: { email: string }) {
  const { say } = useTexts(frameTexts);
  return (
    <div className="admin-empty" data-testid="not-allowed">
      <h1>{say('notAllowed')}</h1>
      <p>{say('notAllowedLead', { email })}</p>
      <a className="button" href="/meetings">
        {say('toMeetings')}
      </a>
    </div>
  );
}
