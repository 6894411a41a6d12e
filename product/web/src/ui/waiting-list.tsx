import { Check, X } from 'lucide-react';
import type { Hosting } from '../core/hosting.ts';
import type { MeetingActions } from './actions.ts';
import { useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';
import { Avatar } from './tile.tsx';

export function WaitingList({ hosting, actions }: { hosting: Hosting; actions: MeetingActions }) {
  const t = useTranslate();
  const { waiters, waiting } = hosting;
  if (waiting === 0) return null;
  return (
    <section className="waiting" data-testid="waiting-list">
      <div className="waiting-head in-row justify-between">
        <h3>{t('host.waiting', { count: waiting })}</h3>
        <button
          type="button"
          className="button small primary"
          data-testid="admit-all"
          onClick={() => actions.host({ do: 'admit', waitIds: 'all' })}
        >
          {t('host.admitAll')}
        </button>
      </div>
      <ul>
        {waiters.map(({ waitId, identity, name, removed }) => (
          <li key={waitId} className="person" data-identity={identity}>
            <Avatar identity={identity} name={name || identity} className="small" />
            <div className="person-name flex-1 min-w-0">
              <p className="ellipsis" title={name || identity}>
                {name || identity}
              </p>
              {removed ? <p className="faint small">{t('host.wasRemoved')}</p> : null}
            </div>
            <IconButton
              className="bare small"
              label={t('host.refuse', { name: name || identity })}
              data-testid="refuse"
              onClick={() => actions.host({ do: 'refuse', waitIds: [waitId] })}
            >
              <X size={18} />
            </IconButton>
            <IconButton
              className="bare small accent"
              label={t('host.admit', { name: name || identity })}
              tipEnd
              data-testid="admit"
              onClick={() => actions.host({ do: 'admit', waitIds: [waitId] })}
            >
              <Check size={18} />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
