// List of the nodes that were searched, with their results. It starts open if a node failed.
import { useTexts } from '../../admin/text.ts';
import { exactTimeText } from '../../admin/traffic/when.ts';
import type { LogSearch } from '../types.ts';
import { type LogsKey, logsTexts } from './text.ts';

type SearchedNode = LogSearch['nodes'][number];

export function NodeStates({ nodes, timeZone }: { nodes: readonly SearchedNode[]; timeZone: string }) {
  const { say, locale } = useTexts(logsTexts);
  const lines = nodes.reduce((sum, one) => sum + one.lines, 0);
  const codeText = (code: string): string =>
    Object.hasOwn(logsTexts.en, `code.${code}`) ? say(`code.${code}` as LogsKey) : code;
  const stateText = ({ code, lines: found, searchedFrom }: SearchedNode): string => {
    if (code !== undefined) return codeText(code);
    const reachText = searchedFrom && say('searchedFrom', { time: exactTimeText(searchedFrom, { locale, timeZone }) });
    return [say(found === 1 ? 'answeredOne' : 'answered', { lines: found }), reachText]
      .filter((part) => part !== undefined)
      .join(', ');
  };
  return (
    <details className="logs-nodes text-soft" open={nodes.some(({ code }) => code !== undefined)}>
      <summary>{say(lines === 1 ? 'countOne' : 'count', { lines, nodes: nodes.length })}</summary>
      <ul aria-label={say('nodeState')}>
        {nodes.map((one) => (
          <li key={one.node} data-bad={one.code === undefined ? undefined : ''}>
            <strong>{one.node}</strong> {stateText(one)}
          </li>
        ))}
      </ul>
    </details>
  );
}
