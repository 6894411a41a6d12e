import process from 'node:process';
import type { LabCase } from '../../../support/case.ts';

export async function missedOf(
  labCase: LabCase,
  options: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const { metrics, missed } = await labCase.run(options, (line) => void process.stderr.write(`${line}\n`), []);
  process.stderr.write(`${JSON.stringify(metrics)}\n`);
  return missed;
}
