import { useTexts } from '../text.ts';
import type { Reasons } from '../ui/reasons.ts';
import { AdminTrouble } from '../ui/trouble.tsx';
import { settingsTexts } from './text.ts';
import type { Saving } from './use-saving.ts';

export function SaveRow({ saving, hasChanges, reasons }: { saving: Saving; hasChanges: boolean; reasons?: Reasons }) {
  const { say } = useTexts(settingsTexts);
  const { state, problem } = saving;
  return (
    <>
      {problem === undefined ? null : <AdminTrouble title={say('saveFailed')} error={problem} reasons={reasons} />}
      <div className="in-row gap-3">
        <button type="submit" className="button primary" disabled={!hasChanges || state === 'busy'}>
          {say('save')}
        </button>
        <span className="faint" role="status">
          {state === 'saved' && !hasChanges ? say('saved') : ''}
        </span>
      </div>
    </>
  );
}
