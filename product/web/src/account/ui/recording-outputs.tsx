// Links from a recording to its items in the library.
import { CirclePlay } from 'lucide-react';
import { useTexts } from '../../admin/text.ts';
import { clockText } from '../../core/clock.ts';
import { recordingOutputTexts } from '../../core/messages/recording-states.ts';
import { itemPath } from '../../library/core/view.ts';
import type { RecordingOutput } from '../core/model.ts';

interface OutputsProps {
  outputs: readonly RecordingOutput[];
  /** Accessible name of the button, which says which recording it plays. */
  label: string;
  className?: string;
}

/** A button that opens the item, or a list of items where there are several. Renders nothing without items. */
export function RecordingOutputs({ outputs, label, className = '' }: OutputsProps) {
  const { say } = useTexts(recordingOutputTexts);
  const [first] = outputs;
  if (first === undefined) return null;
  const button = `button small ${className}`;
  if (outputs.length === 1)
    return (
      <a className={button} href={itemPath(first.item)} data-testid="play" aria-label={label}>
        <CirclePlay size={16} aria-hidden="true" />
        {say('play')}
      </a>
    );
  return (
    <details className="recording-outputs">
      <summary className={button} data-testid="play" aria-label={label}>
        <CirclePlay size={16} aria-hidden="true" />
        {say('playOne', { count: outputs.length })}
      </summary>
      <ul>
        {outputs.map(({ item, name, source, identity, participant, durationMs }) => (
          <li key={name}>
            <a href={itemPath(item)} data-testid="output">
              <span className="min-w-0 ellipsis">
                {[participant ?? identity, say(`source.${source}`)].filter((text) => text !== null).join(' · ')}
              </span>
              <span className="text-faint tabular">{clockText(durationMs)}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
