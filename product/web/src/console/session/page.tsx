import { useMemo } from 'react';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import { logsQuery, spanAround } from '../logs/core/search.ts';
import type { PageProps } from '../ports.ts';
import type { DecisionStory, SessionTimeline } from '../types.ts';
import { Back } from '../ui/back.tsx';
import { type Span, spanQuery } from './core/span.ts';
import { LoadedTimeline } from './load.tsx';

const linksAt =
  (now: () => number) =>
  ({ person: { sessionId, tenant, room, joinedAt, leftAt }, signalingId }: SessionTimeline) => {
    const endMs = leftAt === undefined ? now() : Date.parse(leftAt);
    const logs = consolePath({ page: 'logs' });
    return {
      room: consolePath({ page: 'room', tenant, room }),
      node: (node: string): string => consolePath({ page: 'node', node }),
      logs: logs + logsQuery({ session: sessionId, ...spanAround(Date.parse(joinedAt), endMs) }),
      decisionLogs: ({ decisionId, createdAt, chosen }: DecisionStory): string => {
        const nodes = ['centre', signalingId, chosen?.nodeId ?? ''].filter((node) => node !== '').join(',');
        const madeMs = Date.parse(createdAt);
        return logs + logsQuery({ decision: decisionId, nodes, ...spanAround(madeMs, madeMs) });
      },
    };
  };

export function SessionPage({ ports, route: { session } }: PageProps<'session'>) {
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const load = (span?: Span) =>
    api.get<SessionTimeline>(`/console/sessions/${encodeURIComponent(session)}`, spanQuery(span));
  const links = useMemo(() => linksAt(ports.now), [ports.now]);
  return (
    <>
      <Back route={{ page: 'rooms' }} />
      <LoadedTimeline
        queryKey={['session', session]}
        load={load}
        timeZone={ports.timeZone}
        links={links}
        now={ports.now}
      />
    </>
  );
}
