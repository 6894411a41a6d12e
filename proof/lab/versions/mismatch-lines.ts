// Finds log lines that show that two versions do not understand each other.

/** Codes and words of unknown or malformed messages, of schema differences, and of a service's own failures. */
const patterns = [
  /FRAME_(UNKNOWN|MALFORMED)/,
  /REQUEST_INVALID/,
  /LINK_(NO_HANDLER|HANDLER_FAILED)/,
  /unknown (message|type|frame|kind|field|request)/i,
  /handler failed|malformed frame/i,
  /(column|relation|table) .* does not exist|no such (column|table)|violates (not-null|check|foreign key)/i,
  /invalid wire type|index out of range/i,
  /PROTOCOL_UNSUPPORTED|ROUTER_VERSION|"INTERNAL"/,
  /TypeError|AssertionError|is not a function|Cannot read propert/,
  /"status(Code)?":5\d\d/,
];

/** Returns the strange warnings and errors of a log of JSON lines; lines without JSON count as well. */
export function mismatchLines(lines: readonly string[]): string[] {
  return lines.filter((line) => levelOf(line) >= 40 && patterns.some((pattern) => pattern.test(line)));
}

/** Returns the level of a log line; 60 (fatal) for a line without JSON, which may come from a crash. */
function levelOf(line: string): number {
  if (line.trim() === '') return 0;
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    if (typeof level === 'number') return level;
    return { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }[String(level)] ?? 60;
  } catch (error) {
    if (error instanceof SyntaxError) return 60;
    throw error;
  }
}
