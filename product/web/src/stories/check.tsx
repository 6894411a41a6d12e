import { type ReactNode, useMemo } from 'react';
import type { CheckModel } from '../check/control.ts';
import { CheckView } from '../check/page.tsx';
import '../check/check.css';
import { limitedReport, runningReport } from './check-reports.ts';
import { alone } from './people.ts';
import { lobbyBase } from './stories.tsx';

const nothing = (): void => undefined;

function CheckStory({ model, back, hasPicture = true }: { model: CheckModel; back?: string; hasPicture?: boolean }) {
  const picture = useMemo(() => (hasPicture ? alone()[0]?.camera : undefined), [hasPicture]);
  return (
    <CheckView
      model={model}
      picture={picture}
      microphoneOn={hasPicture}
      level={lobbyBase.level}
      devices={lobbyBase.devices}
      back={back}
      onStart={nothing}
      onStop={nothing}
      onSelectDevice={nothing}
      onCopy={() => Promise.reject(new Error('a story copies nothing'))}
    />
  );
}

export const checkStories: Readonly<Record<string, () => ReactNode>> = {
  'check-ready': () => <CheckStory model={{ at: 'ready' }} hasPicture={false} back="/j/code" />,
  'check-running': () => <CheckStory model={{ at: 'running', report: runningReport }} />,
  'check-limited': () => <CheckStory model={{ at: 'done', report: limitedReport }} back="/j/code" />,
};
