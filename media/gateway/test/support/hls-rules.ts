// Checks a live playlist with parts against RFC 8216 and its second edition; findings are texts.

export interface ReadPart {
  readonly uri: string;
  readonly duration: number;
  readonly isIndependent: boolean;
}
export interface ReadSegment {
  readonly number: number;
  /** Undefined for a segment that has not ended. */
  readonly uri: string | undefined;
  readonly duration: number;
  readonly parts: readonly ReadPart[];
  readonly map: string;
  readonly isDiscontinuous: boolean;
  /** Number of discontinuities up to this segment since the start. */
  readonly discontinuity: number;
  readonly wallMs: number;
}
export interface ReadPlaylist {
  readonly targetS: number;
  readonly partTarget: number;
  readonly partHoldBack: number;
  readonly holdBack: number;
  readonly sequence: number;
  readonly segments: readonly ReadSegment[];
  readonly hint: string;
}

const one = (text: string, pattern: RegExp): string => {
  const found = [...text.matchAll(new RegExp(pattern, 'gm'))];
  if (found.length !== 1) throw new Error(`${pattern} is there ${found.length} times in\n${text}`);
  return found[0]?.[1] ?? '';
};

export function readPlaylist(text: string): ReadPlaylist {
  if (!text.startsWith('#EXTM3U\n')) throw new Error(`no playlist: ${text}`);
  const sequence = Number(one(text, /^#EXT-X-MEDIA-SEQUENCE:(\d+)$/));
  let discontinuity = Number(one(text, /^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)$/));
  const segments: ReadSegment[] = [];
  let [map, wallMs, duration, isDiscontinuous] = ['', Number.NaN, 0, false];
  let parts: ReadPart[] = [];
  const push = (uri: string | undefined): void => {
    const number = sequence + segments.length;
    segments.push({ number, uri, duration, parts, map, isDiscontinuous, discontinuity, wallMs });
    [wallMs, duration, isDiscontinuous, parts] = [Number.NaN, 0, false, []];
  };
  for (const line of text.split('\n')) {
    const value = line.slice(line.indexOf(':') + 1);
    if (line.startsWith('#EXT-X-MAP:')) map = one(value, /URI="([^"]+)"/);
    else if (line === '#EXT-X-DISCONTINUITY') [isDiscontinuous, discontinuity] = [true, discontinuity + 1];
    else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) wallMs = Date.parse(value);
    else if (line.startsWith('#EXTINF:')) duration = Number(value.replace(',', ''));
    else if (line.startsWith('#EXT-X-PART:')) {
      const isIndependent = value.includes('INDEPENDENT=YES');
      parts.push({
        uri: one(value, /URI="([^"]+)"/),
        duration: Number(one(value, /DURATION=([\d.]+)/)),
        isIndependent,
      });
    } else if (line !== '' && !line.startsWith('#')) push(line);
  }
  if (parts.length > 0) push(undefined);
  return {
    targetS: Number(one(text, /^#EXT-X-TARGETDURATION:(\d+)$/)),
    partTarget: Number(one(text, /^#EXT-X-PART-INF:PART-TARGET=([\d.]+)$/)),
    partHoldBack: Number(one(text, /^#EXT-X-SERVER-CONTROL:.*PART-HOLD-BACK=([\d.]+)/)),
    holdBack: Number(one(text, /^#EXT-X-SERVER-CONTROL:.*[:,]HOLD-BACK=([\d.]+)/)),
    sequence,
    segments,
    hint: one(text, /^#EXT-X-PRELOAD-HINT:TYPE=PART,URI="([^"]+)"$/),
  };
}

/** Returns the rules that a playlist breaks, by itself and as the successor of `before`; empty for a good one. */
export function brokenRules(text: string, before?: string): string[] {
  const list = readPlaylist(text);
  const { targetS, partTarget, segments } = list;
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(rule));
  must(text.includes('CAN-BLOCK-RELOAD=YES'), 'blocking reload is offered');
  must(list.partHoldBack >= 3 * partTarget - 1e-9, 'PART-HOLD-BACK is at least three part targets');
  must(!/(HOLD-BACK|PART-TARGET)=\d+\.\d{4}/.test(text), 'what a server promises has at most three decimals');
  must(list.holdBack >= 3 * targetS, 'HOLD-BACK is at least three target durations');
  for (const [at, { uri, duration, parts, map, wallMs, number, isDiscontinuous }] of segments.entries()) {
    const name = uri ?? `segment ${number}`;
    must(map !== '', `${name} has a MAP`);
    must(Number.isFinite(wallMs), `${name} has a date`);
    must(uri === undefined || uri === `seg-${number}.m4s`, `${name} is named by its number`);
    must(uri !== undefined || at === segments.length - 1, 'only the last segment grows');
    must(Math.round(duration) <= targetS, `${name}: ${duration} s are within the target duration`);
    must(at === 0 || isDiscontinuous || map === segments[at - 1]?.map, `${name}: another MAP is a discontinuity`);
    for (const [index, part] of parts.entries()) {
      const isLast = uri !== undefined && index === parts.length - 1;
      must(part.duration > 0 && part.duration <= partTarget, `${part.uri}: ${part.duration} s are within the target`);
      must(isLast || part.duration >= 0.85 * partTarget, `${part.uri}: ${part.duration} s are 85 % of the target`);
    }
    const sum = parts.reduce((all, part) => all + part.duration, 0);
    if (uri !== undefined && parts.length > 0)
      must(Math.abs(sum - duration) < 1e-4 * parts.length, `${name}: parts last as long as their segment`);
    const next = segments[at + 1];
    if (next !== undefined && !next.isDiscontinuous)
      must(Math.abs(next.wallMs - wallMs - duration * 1000) <= 1.5, `${name}: dates go on with durations`);
  }
  const ended = segments.filter(({ uri }) => uri !== undefined);
  for (const { uri, parts } of ended.slice(0, -3)) must(parts.length === 0, `${uri}: old parts are not named`);
  for (const { uri, parts } of ended.slice(-3)) must(parts.length > 0, `${uri}: new parts are named`);
  const last = segments.at(-1);
  const growing = last?.uri === undefined ? last : undefined;
  const nextNumber = growing?.number ?? list.sequence + segments.length;
  must(list.hint === `part-${nextNumber}.${growing?.parts.length ?? 0}.m4s`, `${list.hint} is the next part`);
  if (before !== undefined) broken.push(...brokenSuccession(readPlaylist(before), list));
  return broken;
}

function brokenSuccession(before: ReadPlaylist, list: ReadPlaylist): string[] {
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(rule));
  must(list.targetS === before.targetS, 'the target duration stays');
  must(list.partTarget === before.partTarget, 'the part target stays');
  must(list.sequence >= before.sequence, 'numbers rise');
  for (const old of before.segments) {
    const now = list.segments.find(({ number }) => number === old.number);
    if (now === undefined) {
      must(old.number < list.sequence, `segment ${old.number} leaves in its turn`);
      continue;
    }
    must(now.map === old.map && now.wallMs === old.wallMs, `segment ${old.number} stays what it was`);
    must(now.discontinuity === old.discontinuity, `segment ${old.number}: its discontinuities are counted alike`);
    if (old.uri !== undefined) must(now.duration === old.duration, `segment ${old.number} stays as long as it was`);
    for (const [at, part] of now.parts.entries()) {
      const then = old.parts[at];
      if (then !== undefined) must(JSON.stringify(then) === JSON.stringify(part), `${part.uri} stays what it was`);
    }
  }
  const removed = before.segments.filter(({ number }) => number < list.sequence);
  const removedS = removed.reduce((sum, { duration }) => sum + duration, 0);
  const leftS = list.segments.reduce((sum, { duration }) => sum + duration, 0);
  must(removedS === 0 || leftS >= 3 * list.targetS, 'three target durations stay');
  return broken;
}

/** Returns the rules that two variants of a stream break (8216, 6.2.4), in the segments that both have. */
export function brokenAlignment(stream: string, rung: string): string[] {
  const [one, other] = [readPlaylist(stream), readPlaylist(rung)];
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(rule));
  must(one.targetS === other.targetS, 'variants have one target duration');
  must(one.partTarget === other.partTarget, 'variants have one part target');
  for (const segment of other.segments) {
    const same = one.segments.find(({ number }) => number === segment.number);
    if (same === undefined) {
      must(segment.number < one.sequence, `segment ${segment.number} is in no other variant`);
      continue;
    }
    const [a, b] = [same, segment].map(({ wallMs, discontinuity, isDiscontinuous }) =>
      JSON.stringify([wallMs, discontinuity, isDiscontinuous]),
    );
    must(a === b, `segment ${segment.number}: begins and continues alike: ${a} and ${b}`);
    if (same.uri !== undefined && segment.uri !== undefined)
      must(same.duration === segment.duration, `segment ${segment.number} lasts alike`);
    for (const [at, part] of segment.parts.entries())
      must((same.parts[at] ?? part).duration === part.duration, `${part.uri} lasts alike`);
  }
  return broken;
}

export interface ReadVariant {
  readonly uri: string;
  readonly bandwidth: number;
  readonly codecs: string;
  readonly resolution: string;
  readonly frameRate: number;
}

export function readVariants(text: string): ReadVariant[] {
  if (!text.startsWith('#EXTM3U\n')) throw new Error(`no playlist: ${text}`);
  return [...text.matchAll(/^#EXT-X-STREAM-INF:(.*)\n(\S+)$/gm)].map(([, attributes = '', uri = '']) => {
    const of = (name: string): string =>
      new RegExp(`(?:^|,)${name}=(?:"([^"]*)"|([^,]*))`).exec(attributes)?.slice(1).find(Boolean) ?? '';
    return {
      uri,
      bandwidth: Number(of('BANDWIDTH')),
      codecs: of('CODECS'),
      resolution: of('RESOLUTION'),
      frameRate: Number(of('FRAME-RATE')),
    };
  });
}

/** Returns the broken rules of a multivariant playlist (8216, 4.3.4.2; Apple's authoring rules 9.x). */
export function brokenLadder(text: string): string[] {
  const list = readVariants(text);
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(rule));
  must(list.length > 0, 'there is a variant');
  must(new Set(list.map(({ uri }) => uri)).size === list.length, 'each variant has a URI of its own');
  for (const [at, { uri, bandwidth, codecs, resolution, frameRate }] of list.entries()) {
    must(Number.isInteger(bandwidth) && bandwidth > 0, `${uri} has a BANDWIDTH`);
    must(/^(avc1\.[0-9a-f]{6}(,|$))?(mp4a\.40\.\d+)?$/.test(codecs) && codecs !== '', `${uri} has CODECS`);
    if (codecs.includes('avc1')) must(frameRate > 0, `${uri} has a FRAME-RATE`);
    must(resolution === '' || /^[1-9]\d*x[1-9]\d*$/.test(resolution), `${uri} has a RESOLUTION`);
    must(bandwidth < (list[at - 1]?.bandwidth ?? Number.POSITIVE_INFINITY), `${uri} needs less than the one before`);
  }
  return broken;
}
