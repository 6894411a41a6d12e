// Report of a meeting for its hosts: its people, and the timeline of each session. Loaded on demand.
import { ArrowLeft } from 'lucide-react';
import type { AdminPorts } from '../../admin/ports.ts';
import { useTexts } from '../../admin/text.ts';
import { QueryProvider } from '../../admin/ui/queries.ts';
import { ConsoleApi } from '../../console/api.ts';
import { type Span, spanQuery } from '../../console/session/core/span.ts';
import { LoadedTimeline } from '../../console/session/load.tsx';
import type { SessionTimeline } from '../../console/types.ts';
import '../../styles/admin.css';
import '../../styles/console-pages.css';
import type { AccountApi } from '../api.ts';
import { backFrom, type MeetingRoute } from '../core/route.ts';
import { AccountHead } from '../ui/account-head.tsx';
import { useWindowTitle } from '../ui/card-page.tsx';
import { CONTENT_ID } from '../ui/navigation.tsx';
import { MeetingReportPage } from './meeting.tsx';
import { PastMeetingPage } from './past.tsx';
import { reportPageTexts } from './text.ts';

export interface ReportAppProps {
  route: MeetingRoute;
  ports: AdminPorts;
  account: AccountApi;
  onSignedOut(): void;
}

export function ReportApp({ route, ports, account, onSignedOut }: ReportAppProps) {
  const { say } = useTexts(reportPageTexts);
  useWindowTitle(say(route.name === 'held' ? 'pastTitle' : 'title'), ports.me.branding);
  const { meeting } = route;
  const back = backFrom(route);
  return (
    <div className="account admin">
      <AccountHead place="meetings" me={ports.me} timeZone={ports.timeZone} api={account} onSignedOut={onSignedOut} />
      <main id={CONTENT_ID} tabIndex={-1} className="account-main report-main admin-main content-start min-w-0 mx-auto">
        <QueryProvider>
          <a className="admin-back" data-testid="back" href={back.href}>
            <ArrowLeft size={16} aria-hidden="true" />
            {say(back.text)}
          </a>
          {route.name === 'held' ? (
            <PastMeetingPage meeting={meeting} originalStart={route.originalStart} ports={ports} />
          ) : route.name === 'report' ? (
            <MeetingReportPage report={route} ports={ports} />
          ) : (
            <Session meeting={meeting} session={route.session} ports={ports} />
          )}
        </QueryProvider>
      </main>
    </div>
  );
}

function Session({ meeting, session, ports }: { meeting: string; session: string; ports: AdminPorts }) {
  const load = (span?: Span) =>
    new ConsoleApi(ports).get<SessionTimeline>(`/meetings/${meeting}/sessions/${session}/timeline`, spanQuery(span));
  return <LoadedTimeline queryKey={[meeting, session]} load={load} timeZone={ports.timeZone} now={ports.now} />;
}
