import type { Progress } from '../../setup/progress.mjs';

export function recordedProgress(): Progress & { said: string[] } {
  const said: string[] = [];
  return {
    said,
    note: (text) => void said.push(text),
    quiet: () => undefined,
    step: async (title, work) => {
      said.push(title);
      return work(() => undefined);
    },
  };
}
