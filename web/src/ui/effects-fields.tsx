import { areBackgroundsSupported, isNoiseSuppressionSupported } from '@meridian/sdk-web';
import { ChevronDown, Sparkles } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { EffectsSwitches } from './actions.ts';
import { useTranslate } from './language.tsx';

/** What cannot be loaded is not offered; the page goes on. */
const Panel = lazy(() => import('./effects-panel.tsx').catch(() => ({ default: () => null })));

/** Background and noise suppression, behind a line that opens; nothing where the browser can do neither. */
export function EffectsFields({ effects }: { effects: EffectsSwitches }) {
  const t = useTranslate();
  const [opened, setOpened] = useState(false);
  const [can] = useState(() => ({ background: areBackgroundsSupported(), noise: isNoiseSuppressionSupported() }));
  if (!can.background && !can.noise) return null;
  return (
    <details
      className="effects"
      data-testid="effects"
      onToggle={(event) => event.currentTarget.open && setOpened(true)}
    >
      <summary>
        <Sparkles size={15} aria-hidden="true" />
        {t('effects.title')}
        <ChevronDown size={17} className="summary-chevron" aria-hidden="true" />
      </summary>
      {opened ? (
        <Suspense fallback={null}>
          <Panel effects={effects} can={can} />
        </Suspense>
      ) : null}
    </details>
  );
}
