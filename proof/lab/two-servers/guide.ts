// Parses the code blocks of a deployment guide, to run them as a reader would.
//
// - ```sh on=MACHINE[,MACHINE] [phase=PHASE[,PHASE]]: runs by a bash of its own, on one machine after the other
// - ```yaml file=/PATH on=MACHINE (any language): is the content of that file
//
// A word that ends in … stands for output of an earlier block: `'meridian-join:…'` is replaced by the last printed word
// that begins with `meridian-join:`. Shell blocks must name their machine, so that none is left out unnoticed.

export const machineNames = ['server-1', 'server-2', 'laptop'] as const;
export type MachineName = (typeof machineNames)[number];
/** Phases of blocks. `guide` is the guide from top to bottom; the lab runs the other phases when it needs them. */
export const blockPhases = [
  'guide',
  'install',
  'join',
  'restart',
  'rolling',
  'forget',
  'backup',
  'restore',
  'both-centres',
  'moved',
  'centre',
] as const;
export type BlockPhase = (typeof blockPhases)[number];

export interface GuideBlock {
  readonly kind: 'script' | 'file';
  readonly machines: readonly MachineName[];
  readonly phases: readonly BlockPhase[];
  readonly text: string;
  readonly path: string;
  /** Line of the page at which the block begins, from 1. */
  readonly line: number;
}

const shells = ['sh', 'bash', 'shell', 'console'];

/** Words of a script that a reader replaces. Shorter beginnings would match too much. */
const placeholder = /[\w:/.@-]{3,}…/g;

/** Returns the blocks of a guide. Throws with the line of the first block that cannot be run. */
export function blocksOf(markdown: string): GuideBlock[] {
  const blocks: GuideBlock[] = [];
  let open: { fence: string; info: string; line: number; body: string[] } | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^(`{3,})(.*)$/.exec(text);
    if (open === undefined) {
      if (fence !== null) open = { fence: fence[1] ?? '', info: fence[2] ?? '', line: index + 1, body: [] };
    } else if (text === open.fence) {
      const block = blockOf(open.info, open.body, open.line);
      if (block !== undefined) blocks.push(block);
      open = undefined;
    } else open.body.push(text);
  }
  if (open !== undefined) throw new Error(`line ${open.line}: the block does not end`);
  return blocks;
}

/** Parses a block; returns undefined for a block that is not to be run. */
function blockOf(info: string, body: readonly string[], line: number): GuideBlock | undefined {
  const [language = '', ...words] = info.trim().split(/\s+/);
  const isScript = shells.includes(language);
  const values = new Map(words.map((word): [string, string] => split(word, line)));
  const on = values.get('on');
  if (on === undefined) {
    if (isScript) throw new Error(`line ${line}: a block of ${language} without on=MACHINE`);
    return undefined;
  }
  const unknown = [...values.keys()].find((key) => !['on', 'file', 'phase'].includes(key));
  if (unknown !== undefined) throw new Error(`line ${line}: there is no attribute ${unknown}`);
  const path = values.get('file') ?? '';
  if (isScript && path !== '') throw new Error(`line ${line}: a block is a script or a file`);
  if (!isScript && !path.startsWith('/')) throw new Error(`line ${line}: a file needs file=/PATH`);
  return {
    kind: isScript ? 'script' : 'file',
    machines: on.split(',').map((name) => oneOf(machineNames, name, line)),
    phases: (values.get('phase') ?? 'guide').split(',').map((name) => oneOf(blockPhases, name, line)),
    text: `${body.join('\n')}\n`,
    path,
    line,
  };
}

function split(word: string, line: number): [string, string] {
  const at = word.indexOf('=');
  if (at < 1 || at === word.length - 1) throw new Error(`line ${line}: ${word} is not KEY=VALUE`);
  return [word.slice(0, at), word.slice(at + 1)];
}

function oneOf<T extends string>(names: readonly T[], value: string, line: number): T {
  const name = names.find((each) => each === value);
  if (name === undefined) throw new Error(`line ${line}: ${value} is none of ${names.join(', ')}`);
  return name;
}

/**
 * Returns the text that a reader types: in place of each word that ends in …, the last printed word with that
 * beginning. Throws if there is none.
 */
export function filledIn({ text, line }: Pick<GuideBlock, 'text' | 'line'>, printed: string): string {
  return text.replaceAll(placeholder, (word) => {
    const found = wordsFrom(printed, word.slice(0, -1)).at(-1);
    if (found === undefined) throw new Error(`line ${line}: no earlier block printed a word for ${word}`);
    return found;
  });
}

/** Returns the words with this beginning in order; blanks, quotes, brackets and control characters end a word. */
export function wordsFrom(text: string, beginning: string): string[] {
  const escaped = beginning.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return [...text.matchAll(new RegExp(String.raw`(?<![\w])${escaped}[^\s'"<>(){}\\\u0000-\u001f…]+`, 'g'))].map(
    ([word]) => word,
  );
}

/** Returns the packages that the blocks install by apt-get, as a list for each call. */
export function aptPackages(blocks: readonly GuideBlock[]): string[][] {
  const commands = blocks.filter(({ kind }) => kind === 'script').map(({ text }) => text.replaceAll('\\\n', ' '));
  return commands
    .flatMap((text) => [...text.matchAll(/\bapt-get((?:\s+-\S+)*)\s+install\s+([^\n&|;#]*)/g)])
    .map(([, , words = '']) => words.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-')))
    .filter((names) => names.length > 0);
}
