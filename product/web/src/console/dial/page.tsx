import { CircleCheck, CircleX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Stale } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { DialState } from '../types.ts';
import { choiceOf, type DialChoice, queryOf } from './core/state.ts';
import { Detail } from './detail.tsx';
import { Matrix } from './matrix.tsx';
import { Testers } from './testers.tsx';
import { type DialWords, useDialWords } from './words.ts';
import '../../styles/console-pages.css';
import '../../styles/console-dial.css';

/** Polling interval: a quarter of a round of tests. */
const EVERY_MS = 5000;

export function DialPage({ ports }: PageProps<'dial'>) {
  const frame = useTexts(frameTexts);
  const words = useDialWords(ports.timeZone);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const { value, problem, reload } = useApiQuery(['dial'], () => api.get<DialState>('/console/dial'), EVERY_MS);
  const [choice, setChoice] = useState(() => choiceOf(location.search));
  const choose = useCallback((next: DialChoice | undefined): void => {
    // Reload and the back button show the same choice. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/console'))
      history.replaceState(null, '', consolePath({ page: 'dial' }) + queryOf(next));
    setChoice(next);
  }, []);
  return (
    <>
      <PageTitle title={frame.say('dial')} lead={words.say('lead')} />
      {problem === undefined ? null : value === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : value.regions.length === 0 ? (
        <div className="admin-empty" data-testid="dial-empty">
          <p>{words.say('empty')}</p>
          <p>{words.say('emptyHow')}</p>
        </div>
      ) : (
        <>
          <Faults {...{ words }} state={value} />
          <Matrix {...{ words, choice }} state={value} onChoose={choose} />
          {choice === undefined ? null : (
            <Detail {...{ api, ports, words, choice }} onClose={() => choose(undefined)} />
          )}
          <Testers {...{ words }} state={value} onChoose={choose} />
        </>
      )}
    </>
  );
}

/** Lists current failures. The element always exists, so that screen readers announce changes. */
function Faults({ words, state: { at, faults, regions } }: { words: DialWords; state: DialState }) {
  const nowMs = Date.parse(at);
  return (
    <div className="dial-faults grid gap-2" role="status" data-testid="dial-faults">
      {faults.length === 0 ? (
        <p className="dial-fault flex gap-2 m-0 rounded-m anywhere" data-good="">
          <CircleCheck size={20} aria-hidden="true" />
          <span>{words.say('allGood', { regions: words.count(regions.length) })}</span>
        </p>
      ) : (
        faults.map((fault) => (
          <p
            className="dial-fault flex gap-2 m-0 rounded-m anywhere"
            key={`${fault.what} ${fault.region} ${fault.others.join(' ')}`}
          >
            <CircleX size={20} aria-hidden="true" />
            <span>
              <strong>{words.fault(fault, nowMs)}</strong>{' '}
              {fault.code === '' ? null : (
                <span className="text-soft text-s">
                  <code>{fault.code}</code> {fault.text}
                </span>
              )}
            </span>
          </p>
        ))
      )}
    </div>
  );
}
