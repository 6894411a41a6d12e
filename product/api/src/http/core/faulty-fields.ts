// Describes the faults of a request for its sender: the value or property, and the reason.

export interface FaultyField {
  /** JSON pointer into the body (`/name`), or the name of a parameter (`?limit`, `{room}`). */
  readonly pointer: string;
  readonly detail: string;
}

/** Fields of an Ajv error. */
export interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
}

const FIELDS_MAX = 20;
/** More places would not help. */
const PLACES_MAX = 3;

/** Returns faults in `body`, `querystring` or `params`. For a misplaced property, names the right places. */
export function faultyFields(faults: readonly Fault[], part: string, schema: unknown): FaultyField[] {
  return withWords(ofMeantBranches(faults))
    .slice(0, FIELDS_MAX)
    .map((fault) => {
      const inside = fault.params['missingProperty'] ?? fault.params['additionalProperty'];
      const path =
        inside === undefined ? fault.instancePath : `${fault.instancePath}/${escapedPointer(String(inside))}`;
      const isUnknown = fault.keyword === 'additionalProperties';
      const detail = isUnknown ? unknownText(path, String(inside), schema) : plainText(fault);
      return { pointer: pointerOf(path, part), detail };
    });
}

function pointerOf(path: string, part: string): string {
  if (part === 'querystring') return `?${path.slice(1)}`;
  if (part === 'params') return `{${path.slice(1)}}`;
  return path === '' ? '/' : path;
}

/** Returns the reason in words about the value; a keyword without words of its own keeps the text of Ajv. */
function plainText({ keyword, params, message }: Fault): string {
  const limit = Number(params['limit']);
  const atLeast = (noun: string): string => `must have at least ${limit} ${noun}${limit === 1 ? '' : 's'}`;
  const atMost = (noun: string): string => `must have at most ${limit} ${noun}${limit === 1 ? '' : 's'}`;
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'type':
      return `must be ${[params['type']].flat().map(typeText).join(' or ')}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : atLeast('character');
    case 'maxLength':
      return atMost('character');
    case 'minItems':
      return limit === 1 ? 'must not be empty' : atLeast('item');
    case 'maxItems':
      return atMost('item');
    case 'minProperties':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} properties`;
    case 'uniqueItems':
      return 'must not have the same item twice';
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'pattern':
      return `must match the pattern ${String(params['pattern'])}`;
    case 'format':
      return `must be a valid ${String(params['format'])}`;
    case 'anyOf':
      return 'has none of the allowed forms';
    default:
      return message ?? keyword;
  }
}

const typeText = (type: unknown): string => {
  if (type === 'null') return 'null';
  return type === 'integer'
    ? 'a whole number'
    : type === 'object' || type === 'array'
      ? `an ${type}`
      : `a ${String(type)}`;
};

function unknownText(path: string, name: string, schema: unknown): string {
  const places = placesOf(schema, name).filter((otherPlace) => otherPlace !== path);
  const known = places.slice(0, PLACES_MAX).join(' or ');
  return known === '' ? 'is unknown' : `is unknown here; it exists at ${known}`;
}

/** Returns JSON pointers to all properties of this name, the shallowest first; `-` stands for any item of a list. */
function placesOf(schema: unknown, name: string): string[] {
  const found = new Set<string>();
  const collectPlaces = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return;
    const { properties, items, anyOf, oneOf, allOf } = part as Readonly<Record<string, unknown>>;
    for (const [key, value] of Object.entries(properties ?? {})) {
      const place = `${path}/${escapedPointer(key)}`;
      if (key === name) found.add(place);
      collectPlaces(value, place);
    }
    collectPlaces(items, `${path}/-`);
    for (const branch of [anyOf, oneOf, allOf].flat()) collectPlaces(branch, path);
  };
  collectPlaces(schema, '');
  const depth = (place: string): number => place.split('/').length;
  return [...found].sort((a, b) => depth(a) - depth(b));
}

/** RFC 6901. */
const escapedPointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const WORD_KEYWORDS: readonly string[] = ['const', 'enum'];

/** Keeps, in a union of objects, only faults of the object that the discriminating property (`act`) names. */
function ofMeantBranches(faults: readonly Fault[]): Fault[] {
  return faults
    .filter(({ keyword }) => keyword === 'anyOf')
    .reduce<readonly Fault[]>((remaining, choice) => {
      const branchOf = ({ schemaPath }: Fault): string | undefined =>
        schemaPath.startsWith(`${choice.schemaPath}/`)
          ? schemaPath.slice(choice.schemaPath.length + 1).split('/', 1)[0]
          : undefined;
      const branches = new Set(remaining.map(branchOf).filter((branch) => branch !== undefined));
      const otherBranches = new Set(
        remaining
          .filter((one) => WORD_KEYWORDS.includes(one.keyword) && one.instancePath !== choice.instancePath)
          .map(branchOf),
      );
      const isNamed =
        [...branches].some((branch) => !otherBranches.has(branch)) &&
        [...branches].some((one) => otherBranches.has(one));
      return isNamed ? remaining.filter((one) => one !== choice && !isOf(otherBranches, branchOf(one))) : remaining;
    }, faults)
    .slice();
}

const isOf = (branches: ReadonlySet<string | undefined>, branch: string | undefined): boolean =>
  branch !== undefined && branches.has(branch);

/** Combines the faults of an unmet choice, one per word, into one fault that lists the words. */
function withWords(faults: readonly Fault[]): Fault[] {
  const groups = Map.groupBy(faults, ({ instancePath }) => instancePath);
  return [...groups.values()].flatMap((group) => {
    const words = group.flatMap(({ params }) => params['allowedValue'] ?? params['allowedValues'] ?? []);
    const isOfWords = ({ keyword }: Fault): boolean => [...WORD_KEYWORDS, 'anyOf'].includes(keyword);
    const found = group.find(isOfWords);
    if (words.length === 0 || found === undefined) return group;
    const fault = { ...found, keyword: 'enum', params: {}, message: `must be one of ${words.join(', ')}` };
    return [fault, ...group.filter((one) => !isOfWords(one))];
  });
}
