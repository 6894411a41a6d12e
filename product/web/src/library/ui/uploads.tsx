// Running uploads, and earlier uploads that wait for their file.
import { Check, CircleAlert, Pause, Play, RotateCw, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import { IconButton } from '../../ui/parts.tsx';
import { QUEUED_MAX } from '../core/file-rejection.ts';
import { type FileState, isOver, mayPause, mayResume } from '../core/file-state.ts';
import type { OpenUpload } from '../core/model.ts';
import { bytesPerSOf, leftMsOf } from '../core/pace.ts';
import { bytesText, leftText, rateText } from '../core/words.ts';
import type { QueueRow, UploadQueue } from '../upload/queue.ts';
import { Trouble } from './trouble.tsx';
import { useWords, type Words } from './use-words.ts';

/** Limit of the protocol; used only in the text. */
const FILE_BYTES_MAX = 128 * 2 ** 30;

interface UploadsProps {
  queue: UploadQueue;
  left: readonly OpenUpload[];
  timeZone: string;
  onChoose(): void;
  onGiveUp(upload: OpenUpload): void;
}

export function Uploads({ queue, left, ...rest }: UploadsProps) {
  const { say } = useWords();
  const rows = useSyncExternalStore(queue.rows.subscribe, queue.rows.get);
  const refusals = useSyncExternalStore(queue.refusals.subscribe, queue.refusals.get);
  const problem = useSyncExternalStore(queue.problem.subscribe, queue.problem.get);
  const known = new Set(rows.map(({ state }) => state.upload));
  const waiting = left.filter(({ id }) => !known.has(id));
  if (rows.length + refusals.length + waiting.length === 0 && problem === undefined) return null;
  return (
    <section
      className="library-uploads grid gap-3 bordered rounded-m bg-surface"
      aria-label={say('uploads')}
      data-testid="uploads"
    >
      {rows.length === 0 ? null : <Head {...{ queue, rows }} />}
      {problem === undefined ? null : <Trouble title={say('giveUpFailed')} error={problem} />}
      <Refusals queue={queue} />
      <ul>
        {rows.map((row) => (
          <UploadRow key={row.id} row={row} queue={queue} />
        ))}
      </ul>
      {waiting.length === 0 ? null : <UnfinishedUploads uploads={waiting} {...rest} />}
    </section>
  );
}

function Head({ queue, rows }: { queue: UploadQueue; rows: readonly QueueRow[] }) {
  const { say } = useWords();
  return (
    <div className="library-uploads-head in-row flex-wrap">
      <h2>{say('uploads')}</h2>
      {rows.some(({ state }) => isOver(state)) ? (
        <button type="button" className="button small quiet" onClick={() => queue.clear()}>
          {say('uploads.clear')}
        </button>
      ) : null}
    </div>
  );
}

function Refusals({ queue }: { queue: UploadQueue }) {
  const { say, locale } = useWords();
  const refusals = useSyncExternalStore(queue.refusals.subscribe, queue.refusals.get);
  if (refusals.length === 0) return null;
  const max = (why: string): string | number => (why === 'tooLarge' ? bytesText(FILE_BYTES_MAX, locale) : QUEUED_MAX);
  return (
    <div className="notice" role="alert" data-testid="not-taken">
      <CircleAlert size={20} aria-hidden="true" />
      <strong>{say('notTaken')}</strong>
      {refusals.map(({ name, why: reason }) => (
        <p key={`${name} ${reason}`}>{say(`taken.${reason}`, { name, max: max(reason) })}</p>
      ))}
    </div>
  );
}

function UploadRow({ row, queue }: { row: QueueRow; queue: UploadQueue }) {
  const words = useWords();
  const { name, state } = row;
  const share = state.bytesTotal === 0 ? 0 : state.bytes / state.bytesTotal;
  const hasBar = state.phase === 'reading' || state.phase === 'sending' || state.phase === 'paused';
  return (
    <li className="upload-row grid items-center" data-testid="upload" data-phase={state.phase}>
      <span className="weight-600 ellipsis" title={name}>
        {name}
      </span>
      <UploadButtons {...{ row, queue }} />
      {hasBar ? (
        <progress
          className="upload-bar col-all w-full overflow-hidden border-0 rounded-full bg-raised"
          max={1}
          value={share}
          aria-label={name}
        />
      ) : null}
      <p
        className="upload-facts flex flex-wrap gap-2px-3 text-faint text-s tabular"
        aria-live={state.phase === 'sending' ? 'off' : 'polite'}
      >
        <PhaseMark state={state} />
        {factsOf(state, words).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
    </li>
  );
}

function PhaseMark({ state: { phase } }: { state: FileState }) {
  const { say } = useWords();
  return (
    <strong className="upload-phase inline-flex items-center gap-4px text-soft weight-600" data-phase={phase}>
      {phase === 'ready' ? <Check size={15} aria-hidden="true" /> : null}
      {phase === 'refused' || phase === 'failed' ? <CircleAlert size={15} aria-hidden="true" /> : null}
      {say(`phase.${phase}`)}
    </strong>
  );
}

function factsOf(state: FileState, { say, locale, reasonOf }: Words): string[] {
  const { phase, bytes, bytesTotal, knownBytes, pace, code } = state;
  if (phase === 'refused' || phase === 'failed') return [reasonOf(code)];
  const total = bytesText(bytesTotal, locale);
  if (phase === 'waiting' || phase === 'checking') return [total];
  const known = knownBytes > 0 ? [say('known', { bytes: bytesText(knownBytes, locale) })] : [];
  if (phase === 'ready') return [total, ...known];
  const facts = [say('bytesOf', { done: bytesText(bytes, locale), total })];
  const bytesPerS = bytesPerSOf(pace);
  if (bytesPerS !== undefined) facts.push(rateText(bytesPerS, locale));
  const leftMs = leftMsOf(pace, bytesTotal - bytes);
  if (leftMs !== undefined) facts.push(say('left', { time: leftText(leftMs, locale) }));
  return [...facts, ...known];
}

function UploadButtons({ row: { id, name, state }, queue }: { row: QueueRow; queue: UploadQueue }) {
  const { say } = useWords();
  const resume = state.phase === 'failed' ? 'act.retry' : 'act.resume';
  return (
    <span className="upload-buttons in-row gap-2px">
      {state.phase === 'ready' && state.item !== '' ? (
        <a className="button small quiet" href={`#${state.item}`}>
          {say('act.open')}
        </a>
      ) : null}
      {mayPause(state) ? (
        <IconButton className="bare" label={say('act.pause', { name })} tipEnd onClick={() => queue.pause(id)}>
          <Pause size={18} />
        </IconButton>
      ) : null}
      {mayResume(state) ? (
        <IconButton className="bare" label={say(resume, { name })} tipEnd onClick={() => queue.resume(id)}>
          {state.phase === 'failed' ? <RotateCw size={18} /> : <Play size={18} />}
        </IconButton>
      ) : null}
      <IconButton
        className="bare"
        label={say(isOver(state) ? 'act.remove' : 'act.cancel', { name })}
        tipEnd
        onClick={() => queue.remove(id)}
      >
        <X size={18} />
      </IconButton>
    </span>
  );
}

type LeftProps = Pick<UploadsProps, 'timeZone' | 'onChoose' | 'onGiveUp'> & { uploads: readonly OpenUpload[] };

function UnfinishedUploads({ uploads, timeZone, onChoose, onGiveUp }: LeftProps) {
  const { say, locale } = useWords();
  const until = timeFormat('dateTime', { locale, timeZone });
  return (
    <div className="library-left" data-testid="left">
      <h2>{say('left.title')}</h2>
      <p className="faint small">{say('left.lead')}</p>
      <ul>
        {uploads.map((upload) => (
          <li key={upload.id} className="upload-row grid items-center">
            <span className="weight-600 ellipsis" title={upload.name}>
              {upload.name}
            </span>
            <span className="upload-buttons in-row gap-2px">
              <button
                type="button"
                className="button small"
                aria-label={say('left.chooseOf', { name: upload.name })}
                onClick={onChoose}
              >
                {say('left.choose')}
              </button>
              <button
                type="button"
                className="button small quiet"
                aria-label={say('left.giveUpOf', { name: upload.name })}
                onClick={() => onGiveUp(upload)}
              >
                {say('left.giveUp')}
              </button>
            </span>
            <p className="upload-facts flex flex-wrap gap-2px-3 text-faint text-s tabular">
              {say('left.until', {
                bytes: bytesText(upload.bytes, locale),
                time: until(Date.parse(upload.expiresAt)),
              })}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
