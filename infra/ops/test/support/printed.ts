import { portsProgram } from '../../src/ports/program.ts';

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function ports(words: readonly string[], env: Record<string, string> = {}): Promise<Printed> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await portsProgram(words, { io, env });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
