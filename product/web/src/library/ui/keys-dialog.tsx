// The keys of the player.
import { Dialog } from '../../ui/dialog.tsx';
import { usePlayerWords } from './use-player-words.ts';

const rows = [
  ['toggle', ['Space', 'K']],
  ['skip', ['J', 'L']],
  ['step', ['←', '→']],
  ['louder', ['↑', '↓']],
  ['share', ['0', '…', '9']],
  ['chapter', ['P', 'N']],
  ['speed', ['<', '>']],
  ['mute', ['M']],
  ['captions', ['C']],
  ['danmaku', ['D']],
  ['small', ['I']],
  ['fullScreen', ['F']],
  ['keys', ['?']],
] as const;

export function KeysDialog({ onClose }: { onClose(): void }) {
  const { say } = usePlayerWords();
  return (
    <Dialog title={say('keys')} onClose={onClose}>
      <dl className="player-keys text-s" data-testid="player-keys">
        {rows.map(([name, keys]) => (
          <div key={name}>
            <dt>{say(`keys.${name}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key === 'Space' ? say('keys.space') : key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
