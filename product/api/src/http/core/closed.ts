// Refuses misspelt properties instead of ignoring them.

/** Copies the schema; every object gets `additionalProperties: false`, unless it sets the keyword itself. */
export function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isOpen = copy['type'] === 'object' && copy['properties'] !== undefined && !('additionalProperties' in copy);
  return (isOpen ? { ...copy, additionalProperties: false } : copy) as T;
}
