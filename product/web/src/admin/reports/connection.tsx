import { useTexts } from '../text.ts';
import { State } from '../traffic/parts.tsx';
import { type ConnectionQuality, gradeOf, gradeTone, qualityTexts } from './core/quality.ts';
import { reportTexts } from './text.ts';

export function Connection({ felt }: { felt: ConnectionQuality | undefined }) {
  const { say, locale } = useTexts(reportTexts);
  const grade = gradeOf(felt);
  if (felt === undefined || grade === undefined) return <span className="faint">{say('unknown')}</span>;
  return (
    <div className="admin-two">
      <State tone={gradeTone(grade)}>{say(`grade.${grade}`)}</State>
      <span className="faint small">{qualityTexts(felt, { say, locale }).join(' · ')}</span>
    </div>
  );
}
