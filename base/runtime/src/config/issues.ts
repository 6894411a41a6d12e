// Issues of a configuration in words for the operator, which never contain a secret.
import { isSecretName, isUrlName, REDACTED, redact, redactUrl } from '../redact.ts';

export interface ConfigIssue {
  key: string;
  value: unknown;
  allowed: string;
  example?: unknown;
  /** Place of the key: `FILE`, `FILE:LINE`, or an environment variable. */
  where?: string | undefined;
  /** True when the service starts all the same. */
  isWarning?: boolean;
}

/** Error of an unusable configuration. Lists every wrong key with its value and the allowed values. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly issues: ConfigIssue[];

  constructor(issues: ConfigIssue[]) {
    super(`configuration is not valid:\n${issues.map(describeIssue).join('\n')}`);
    this.name = 'ConfigError';
    this.issues = issues;
  }
}

/** Throws ConfigError unless all issues are warnings. */
export function refuseErrors(issues: readonly ConfigIssue[]): void {
  const errors = issues.filter(({ isWarning }) => isWarning !== true);
  if (errors.length > 0) throw new ConfigError(errors);
}

export function issuesOf(open: () => unknown): readonly ConfigIssue[] {
  try {
    open();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

export function maskSecret(key: string, value: unknown): unknown {
  // An item of a list is judged by the name of the list.
  const name = key.replace(/(?:\[\d+\])+$/, '').replace(/^.*\./, '');
  if (isSecretName(name) && value !== undefined) return REDACTED;
  return isUrlName(name) && typeof value === 'string' ? redactUrl(value) : redact(value);
}

/** Formats an issue: the key with its value and the allowed values, its place, an example. */
export function describeIssue({ key, value, allowed, where, example }: ConfigIssue): string {
  const is = value === undefined ? '' : ` = ${JSON.stringify(maskSecret(key, value))}`;
  const lines = [`  ${key}${is}: ${allowed}`];
  if (where !== undefined) lines.push(`    in ${where}`);
  if (example !== undefined) lines.push(`    example: ${exampleLine(key, example)}`);
  return lines.join('\n');
}

/** Formats an example as YAML, of which JSON lists and objects are a part. */
function exampleLine(key: string, example: unknown): string {
  const isPlain =
    typeof example === 'string' &&
    /^(?:(?!(?:true|false|null)$)[A-Za-z/][\w./:@+,-]*|\d+(?:\.\d+){3}(?:\/\d+)?)$/.test(example);
  const text = isPlain ? example : JSON.stringify(example);
  return key.endsWith(']') ? `- ${text}` : `${key.slice(key.lastIndexOf('.') + 1)}: ${text}`;
}
