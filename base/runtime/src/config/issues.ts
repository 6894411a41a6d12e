// What is wrong with a configuration, in words for the operator: secrets are never part of them.
import { isSecretName, isUrlName, REDACTED, redact, redactUrl } from '../redact.ts';

export interface ConfigIssue {
  key: string;
  value: unknown;
  allowed: string;
  /** A value of the key that would be taken. */
  example?: unknown;
  /** Where the key stands: `FILE`, `FILE:LINE`, or the variable of the environment. */
  where?: string | undefined;
  /** The service starts all the same. */
  isWarning?: boolean;
}

/** A configuration that cannot be used: every wrong key with its value and what would be allowed. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly issues: ConfigIssue[];

  constructor(issues: ConfigIssue[]) {
    super(`configuration is not valid:\n${issues.map(describeIssue).join('\n')}`);
    this.name = 'ConfigError';
    this.issues = issues;
  }
}

/** Throws ConfigError when one of them is no warning. */
export function refuseErrors(issues: readonly ConfigIssue[]): void {
  const errors = issues.filter(({ isWarning }) => isWarning !== true);
  if (errors.length > 0) throw new ConfigError(errors);
}

/** The issues that a part of a service says by throwing ConfigError when it is opened. */
export function issuesOf(open: () => unknown): readonly ConfigIssue[] {
  try {
    open();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

/** A value as it may be printed and kept: a secret in the wrong form must not end up there. */
export function shown(key: string, value: unknown): unknown {
  // Of what stands in a list, the list's name tells.
  const name = key.replace(/(?:\[\d+\])+$/, '').replace(/^.*\./, '');
  if (isSecretName(name) && value !== undefined) return REDACTED;
  return isUrlName(name) && typeof value === 'string' ? redactUrl(value) : redact(value);
}

/** Two to four lines: the key, its value and what is allowed; where it stands; an example. */
export function describeIssue({ key, value, allowed, where, example }: ConfigIssue): string {
  const is = value === undefined ? '' : ` = ${JSON.stringify(shown(key, value))}`;
  const lines = [`  ${key}${is}: ${allowed}`];
  if (where !== undefined) lines.push(`    in ${where}`);
  if (example !== undefined) lines.push(`    example: ${exampleLine(key, example)}`);
  return lines.join('\n');
}

/** As a line of YAML; JSON's notation of lists and objects is YAML too. */
function exampleLine(key: string, example: unknown): string {
  const isPlain =
    typeof example === 'string' &&
    /^(?:(?!(?:true|false|null)$)[A-Za-z/][\w./:@+,-]*|\d+(?:\.\d+){3}(?:\/\d+)?)$/.test(example);
  const text = isPlain ? example : JSON.stringify(example);
  return key.endsWith(']') ? `- ${text}` : `${key.slice(key.lastIndexOf('.') + 1)}: ${text}`;
}
