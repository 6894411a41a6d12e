import { createLogger, type Logger } from '@meridian/runtime';

export function collectingLog(level = 'trace'): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { log: createLogger({ name: 'test', level, destination }), lines };
}
