import { Check, X } from 'lucide-react';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { Part } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText } from '../traffic/when.ts';
import type { RoomActs } from './acts.ts';
import type { RoomNow, Waiter } from './api.ts';
import { nameOf } from './core/people.ts';
import { roomTexts } from './text.ts';

/** Participants in the waiting room, longest wait first; empty when there are none. */
export function Waiting({ now, acts, ports }: { now: RoomNow; acts: RoomActs; ports: AdminPorts }) {
  const { say } = useTexts(roomTexts);
  const { waiters, moreWaiters } = now;
  const count = waiters.length + moreWaiters;
  if (count === 0) return null;
  return (
    <Part
      title={say('waitingTitle', { count })}
      tools={
        <button
          type="button"
          className="button small primary"
          data-testid="admit-all"
          onClick={() => void acts.letIn('admit', 'all')}
        >
          <Check size={16} aria-hidden="true" />
          {say('admitAll')}
        </button>
      }
    >
      <ul className="admin-lines bordered rounded-l bg-surface">
        {waiters.map((one) => (
          <Line key={one.waitId} waiter={one} acts={acts} nowMs={ports.now()} />
        ))}
      </ul>
      {moreWaiters === 0 ? null : <p className="faint small">{say('moreWaiting', { count: moreWaiters })}</p>}
    </Part>
  );
}

function Line({ waiter, acts, nowMs }: { waiter: Waiter; acts: RoomActs; nowMs: number }) {
  const { say } = useTexts(roomTexts);
  const traffic = useTexts(trafficTexts);
  const name = nameOf(waiter);
  return (
    <li>
      <div className="admin-two">
        <span>{name}</span>
        <span className="faint small">
          {[
            ...[waiter.identity, spanText(Date.parse(waiter.since), nowMs, traffic.say)],
            ...(waiter.removed ? [say('wasRemoved')] : []),
          ].join(' · ')}
        </span>
      </div>
      <div className="admin-buttons">
        <button
          type="button"
          className="button small quiet"
          aria-label={say('refuseOf', { name })}
          onClick={() => void acts.letIn('refuse', [waiter.waitId])}
        >
          <X size={16} aria-hidden="true" />
          {say('refuse')}
        </button>
        <button
          type="button"
          className="button small"
          aria-label={say('admitOf', { name })}
          data-testid="admit"
          onClick={() => void acts.letIn('admit', [waiter.waitId])}
        >
          <Check size={16} aria-hidden="true" />
          {say('admit')}
        </button>
      </div>
    </li>
  );
}
