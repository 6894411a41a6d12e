/**
 * Returns the row with camelCase names and parsed JSON, without `secrets` (`column`, or `column.member` of a JSON
 * column).
 */
export function exportedRow(
  row: Readonly<Record<string, unknown>>,
  { secrets = [], json = [] }: { readonly secrets?: readonly string[]; readonly json?: readonly string[] },
): Record<string, unknown> {
  const exportedColumns = Object.entries(row).flatMap(([column, value]) => {
    if (secrets.includes(column)) return [];
    const isJson = json.includes(column) && typeof value === 'string';
    return [[camelCase(column), isJson ? withoutSecrets(JSON.parse(value) as object, column, secrets) : value]];
  });
  return Object.fromEntries(exportedColumns) as Record<string, unknown>;
}

const withoutSecrets = (value: object, column: string, secrets: readonly string[]): object =>
  Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).filter(([member]) => !secrets.includes(`${column}.${member}`)));

const camelCase = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
