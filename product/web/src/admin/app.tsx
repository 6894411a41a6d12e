// Pages of an organisation's administrators. Loaded when one opens.
import { type ComponentType, lazy, Suspense } from 'react';
import type { AccountApi } from '../account/api.ts';
import { AccountHead } from '../account/ui/account-head.tsx';
import { useWindowTitle } from '../account/ui/card-page.tsx';
import { QueryProvider } from './ui/queries.ts';
import '../styles/admin.css';
import { type AdminRoute, type Section, sectionsFor } from './core/route.ts';
import { KeysPage } from './keys/page.tsx';
import type { AdminPorts } from './ports.ts';
import { RecordingsPage } from './recordings/page.tsx';
import { ReportsPage } from './reports/page.tsx';
import { RoomsPage } from './rooms/page.tsx';
import { SettingsPage } from './settings/page.tsx';
import { useTexts } from './text.ts';
import { AdminShell } from './ui/shell.tsx';
import { Loading } from './ui/table.tsx';
import { sharedTexts } from './ui/texts.ts';
import { UsersPage } from './users/page.tsx';
import { WebhooksPage } from './webhooks/page.tsx';

/** Loaded separately, since it shares code with the console. */
const ServiceLevelPage = lazy(async () => ({ default: (await import('./sla/page.tsx')).ServiceLevelPage }));

const pages: Readonly<Record<Section, ComponentType<PageProps>>> = {
  users: UsersPage,
  rooms: RoomsPage,
  reports: ReportsPage,
  recordings: RecordingsPage,
  sla: ServiceLevelPage,
  keys: KeysPage,
  webhooks: WebhooksPage,
  settings: SettingsPage,
};

interface PageProps {
  ports: AdminPorts;
  id?: string | undefined;
  session?: string | undefined;
}

export interface AdminAppProps {
  route: AdminRoute;
  ports: AdminPorts;
  account: AccountApi;
  onSignedOut(): void;
}

export function AdminApp({ route, ports, account, onSignedOut }: AdminAppProps) {
  const { say } = useTexts(sharedTexts);
  useWindowTitle(say(route.section), ports.me.branding);
  const Page = pages[route.section];
  return (
    <AdminShell
      head={
        <AccountHead place="admin" me={ports.me} timeZone={ports.timeZone} api={account} onSignedOut={onSignedOut} />
      }
      sections={sectionsFor(ports.me.scopes)}
      section={route.section}
    >
      <QueryProvider>
        <Suspense fallback={<Loading />}>
          <Page ports={ports} id={route.id} session={route.session} />
        </Suspense>
      </QueryProvider>
    </AdminShell>
  );
}
