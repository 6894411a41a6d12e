import { BellOff, BellRing } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Part } from '../../admin/traffic/parts.tsx';
import { timeText } from '../../admin/traffic/when.ts';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import type { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { AlarmSilence } from '../types.ts';
import { SilenceDialog } from './dialogs.tsx';
import { useLiveAlarms } from './live.tsx';
import { Matchers, matchersText } from './receivers.tsx';
import { settingsTexts } from './settings-text.ts';

export function Silences({ api, ports }: { api: ConsoleApi; ports: ConsolePorts }) {
  const { say } = useTexts(settingsTexts);
  const live = useLiveAlarms();
  const { value, problem, reload } = useApiQuery(['silences'], () =>
    api.get<{ silences: readonly AlarmSilence[] }>('/alarm-silences'),
  );
  const [isNew, setNew] = useState(false);
  const [ending, setEnding] = useState<AlarmSilence>();
  const columns = useColumns(ports, setEnding);
  const done = (): void => {
    reload();
    live.reload();
  };
  const add = (
    <button type="button" className="button small" data-testid="add-silence" onClick={() => setNew(true)}>
      <BellOff size={16} aria-hidden="true" />
      {say('addSilence')}
    </button>
  );
  return (
    <Part title={say('silences')} tools={add}>
      <p className="faint">{say('silencesLead')}</p>
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : value.silences.length === 0 ? (
        <p className="admin-empty alarm-none">{say('silencesNone')}</p>
      ) : (
        <RowsTable label={say('silences')} rows={value.silences} columns={columns} keyOf={({ id }) => id} />
      )}
      {isNew ? <SilenceDialog api={api} now={ports.now} onDone={done} onClose={() => setNew(false)} /> : null}
      {ending === undefined ? null : (
        <AskDialog
          title={say('endTitle')}
          button={say('end')}
          failed={say('notEnded')}
          act={async () => {
            await api.delete(`/alarm-silences/${encodeURIComponent(ending.id)}`);
            done();
          }}
          onClose={() => setEnding(undefined)}
        >
          <p>
            <Matchers matchers={ending.matchers} />
          </p>
          <p className="admin-question">{say('endText')}</p>
        </AskDialog>
      )}
    </Part>
  );
}

function useColumns(
  { timeZone, now }: ConsolePorts,
  onEnd: (silence: AlarmSilence) => void,
): readonly Column<AlarmSilence>[] {
  const { say, locale } = useTexts(settingsTexts);
  const time = (at: string): string => timeText(at, { locale, timeZone });
  return [
    { key: 'alarms', title: say('alarms'), cell: ({ matchers }) => <Matchers matchers={matchers} /> },
    { key: 'reason', title: say('reason'), cell: ({ reason }) => reason },
    { key: 'by', title: say('by'), cell: ({ by }) => by },
    {
      key: 'ends',
      title: say('ends'),
      cell: ({ startsAt, endsAt }) => (
        <div className="admin-two">
          <span className="nowrap">{time(endsAt)}</span>
          {Date.parse(startsAt) > now() ? (
            <span className="faint small">{say('begins', { time: time(startsAt) })}</span>
          ) : null}
        </div>
      ),
    },
    {
      key: 'actions',
      title: '',
      cell: (silence) => (
        <div className="admin-buttons">
          <button
            type="button"
            className="button small quiet"
            aria-label={say('endOf', { alarms: matchersText(silence.matchers) })}
            onClick={() => onEnd(silence)}
          >
            <BellRing size={16} aria-hidden="true" />
            {say('end')}
          </button>
        </div>
      ),
    },
  ];
}
