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
import { type MeetingRoute, meetingPath, PAST_PATH } from '../core/route.ts';
import { AccountHead } from '../ui/account-head.tsx';
import { useWindowTitle } from '../ui/card-page.tsx';
import { CONTENT_ID } from '../ui/navigation.tsx';
import { MeetingReportPage } from './meeting.tsx';
import { PastMeetingPage } from './past.tsx';
import { reportPageTexts } from './text.ts';

export interface ReportAppProps {
  route: MeetingRoute;
  ports: AdminPorts;
  onSignOut(): Promise<void>;
  onSignedOut(): void;
}

export function ReportApp({ route, ports, onSignOut, onSignedOut }: ReportAppProps) {
  const { say } = useTexts(reportPageTexts);
  useWindowTitle(say(route.name === 'held' ? 'pastTitle' : 'title'), ports.me.branding);
  const { meeting } = route;
  return (
    <div className="account admin">
      <AccountHead place="meetings" me={ports.me} signOut={onSignOut} onSignedOut={onSignedOut} />
      <main id={CONTENT_ID} tabIndex={-1} className="account-main report-main admin-main content-start min-w-0 mx-auto">
        <QueryProvider>
          {route.name === 'held' ? (
            <>
              <Back href={PAST_PATH} text={say('backToPast')} />
              <PastMeetingPage meeting={meeting} originalStart={route.originalStart} ports={ports} />
            </>
          ) : route.name === 'report' ? (
            <>
              <Back href="/meetings" text={say('back')} />
              <MeetingReportPage meeting={meeting} ports={ports} />
            </>
          ) : (
            <>
              <Back href={meetingPath({ name: 'report', meeting })} text={say('backToReport')} />
              <Session meeting={meeting} session={route.session} ports={ports} />
            </>
          )}
        </QueryProvider>
      </main>
    </div>
  );
}

function Back({ href, text }: { href: string; text: string }) {
  return (
    <a className="admin-back" data-testid="back" href={href}>
      <ArrowLeft size={16} aria-hidden="true" />
      {text}
    </a>
  );
}

function Session({ meeting, session, ports }: { meeting: string; session: string; ports: AdminPorts }) {
  const load = (span?: Span) =>
    new ConsoleApi(ports).get<SessionTimeline>(`/meetings/${meeting}/sessions/${session}/timeline`, spanQuery(span));
  return <LoadedTimeline queryKey={[meeting, session]} load={load} timeZone={ports.timeZone} now={ports.now} />;
}
