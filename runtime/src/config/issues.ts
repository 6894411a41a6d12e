// What is wrong with a configuration, in words for the operator: secrets are never part of them.
import { isSecretName, REDACTED } from '../redact.ts';

export interface ConfigIssue {
  key: string;
  value: unknown;
  allowed: string;
  /** Where the key stands: `FILE`, `FILE:LINE`, or the variable of the environment. */
  where?: string | undefined;
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

/** A value as it may be printed and kept: a secret in the wrong form must not end up there. */
export function shown(key: string, value: unknown): unknown {
  return isSecretName(key) && value !== undefined ? REDACTED : value;
}

function describeIssue({ key, value, allowed, where }: ConfigIssue): string {
  const is = value === undefined ? '' : ` = ${JSON.stringify(value)}`;
  const lines = [`  ${key}${is}: ${allowed}`];
  if (where !== undefined) lines.push(`    in ${where}`);
  return lines.join('\n');
}
