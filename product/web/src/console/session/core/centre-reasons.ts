// Translates the centre's known English reasons of moves and unusual modes.
import type { DecisionStory } from '../../types.ts';
import type { SayWhy } from './why-text.ts';

/** Returns why a session was moved; undefined without a move. */
export function moveSentence(
  { moveFromNodeId: node = '', moveReason: reason = '' }: Pick<DecisionStory, 'moveFromNodeId' | 'moveReason'>,
  say: SayWhy,
): string | undefined {
  if (node === '') return undefined;
  if (reason === '') return say('moved', { node });
  if (/^\S+ is drained(:|$)/.test(reason)) return say('movedDrained', { node });
  if (reason.startsWith("the room's mode is ")) return say('movedMode', { node });
  if (reason === 'asked for by an administrator') return say('movedAsked', { node });
  const ms = /^at .* it is (\d+)(?:\.\d+)? ms nearer to each of the others/.exec(reason)?.[1];
  return ms === undefined ? say('movedOther', { node, reason }) : say('movedNearer', { node, ms });
}

/** Describes what was unusual in the fleet; empty in the normal mode. */
export function modeSentences(
  { mode, degraded = '' }: Pick<DecisionStory, 'mode' | 'degraded'>,
  say: SayWhy,
): readonly string[] {
  if (mode === 'normal' || mode === '') return [];
  if (mode === 'panic') return [say('panic')];
  if (mode === 'overloaded') return [say('overloaded')];
  if (mode !== 'degraded') return [say('modeOther', { mode })];
  const ms = /^hosts that are (\d+) ms nearer take no more sessions/.exec(degraded)?.[1];
  if (ms !== undefined) return [say('nearFull', { ms })];
  if (degraded.startsWith('the node of this room takes no more sessions')) return [say('split')];
  if (degraded.startsWith('no host is below its soft limits')) return [say('softLimits')];
  return [degraded === '' ? say('degraded') : say('degradedOther', { reason: degraded })];
}
