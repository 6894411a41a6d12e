import { ArrowLeft } from 'lucide-react';
import { LoadedTimeline } from '../../console/session/load.tsx';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { trafficTexts } from '../traffic/text.ts';
import type { ReportsApi } from './api.ts';

interface StayTimelineProps {
  ports: AdminPorts;
  api: ReportsApi;
  sid: string;
  session: string;
}

export function StayTimeline({ ports, api, sid, session }: StayTimelineProps) {
  const { say } = useTexts(trafficTexts);
  return (
    <>
      <a className="admin-back" data-testid="back" href={adminPath({ section: 'reports', id: sid })}>
        <ArrowLeft size={16} aria-hidden="true" />
        {say('back')}
      </a>
      <LoadedTimeline
        queryKey={['session', sid, session]}
        load={(span) => api.timeline(sid, session, span)}
        timeZone={ports.timeZone}
        now={ports.now}
      />
    </>
  );
}
