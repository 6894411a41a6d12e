// The page of one session.
import { useCallback, useMemo } from 'react';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import type { SessionTimeline } from '../types.ts';
import { Back } from '../ui/back.tsx';
import { LoadedTimeline } from './load.tsx';

const links = ({ person: { tenant, room } }: SessionTimeline) => ({
  room: consolePath({ page: 'room', tenant, room }),
  node: (node: string): string => consolePath({ page: 'node', node }),
});

export function SessionPage({ ports, route: { session } }: PageProps<'session'>) {
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const load = useCallback(
    () => api.get<SessionTimeline>(`/console/sessions/${encodeURIComponent(session)}`),
    [api, session],
  );
  return (
    <>
      <Back route={{ page: 'rooms' }} />
      <LoadedTimeline load={load} timeZone={ports.timeZone} links={links} now={ports.now} />
    </>
  );
}
