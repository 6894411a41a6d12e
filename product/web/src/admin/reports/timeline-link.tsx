import { ChartSpline } from 'lucide-react';
import { adminPath } from '../core/route.ts';
import { useTexts } from '../text.ts';
import { reportTexts } from './text.ts';

export function TimelineLink({ sid, session, name }: { sid: string; session: string; name: string }) {
  const { say } = useTexts(reportTexts);
  return (
    <div className="admin-buttons">
      <a
        className="button small quiet"
        data-testid="timeline"
        href={adminPath({ section: 'reports', id: sid, session })}
        aria-label={say('timelineOf', { name })}
      >
        <ChartSpline size={16} aria-hidden="true" />
        {say('timeline')}
      </a>
    </div>
  );
}
