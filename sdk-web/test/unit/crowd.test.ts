import { describe, expect, it } from 'vitest';
import { CrowdMembership } from '../../src/crowd.ts';

function setUp(o: { isWanted?: boolean; isSignalingOnly?: boolean; isAskedFirst?: boolean } = {}) {
  const events: unknown[][] = [];
  const membership = new CrowdMembership({
    events: { emit: (...event: unknown[]) => void events.push(event) } as never,
    isWanted: o.isWanted ?? true,
    isSignalingOnly: o.isSignalingOnly ?? false,
    isAskedFirst: o.isAskedFirst ?? false,
    joinAgain: () => void events.push(['join again']),
  });
  const joined = (isCrowd: boolean, first = false) => membership.onJoined({ isCrowd } as never, first);
  return { part: membership, said: events, joined };
}

describe('a viewer in the crowd of a show', () => {
  it('goes onto the stage when a host calls, by a join outside the crowd with all endpoints', () => {
    const { part, said, joined } = setUp({ isSignalingOnly: true });
    joined(true, true);
    expect([part.isWanted, part.isSignalingOnly, part.isIn, said]).toEqual([true, true, true, []]);
    part.onStageAsked({ on: true, byIdentity: 'hanna' });
    expect([part.isWanted, part.isSignalingOnly, part.isIn]).toEqual([false, false, true]);
    joined(false);
    expect(part.isIn).toBe(false);
    expect(said).toEqual([['stageAsked', true, 'hanna'], ['join again'], ['crowdChanged', false]]);
  });

  it('waits for the application if the application decides, and stays in the crowd if no host has called it', () => {
    const { part, said, joined } = setUp({ isAskedFirst: true });
    joined(true, true);
    part.onStageAsked({ on: true, byIdentity: 'hanna' });
    expect([part.isWanted, said]).toEqual([true, [['stageAsked', true, 'hanna']]]);
    part.goOnStage();
    expect([part.isWanted, said.at(-1)]).toEqual([false, ['join again']]);
    joined(true);
    expect([part.isWanted, part.isIn, said.length]).toEqual([true, true, 2]);
  });

  it('returns from the stage when the service ends that session', () => {
    const { part, said, joined } = setUp({ isWanted: false });
    joined(false, true);
    part.onStageAsked({ on: false, byIdentity: 'hanna' });
    expect([part.isWanted, part.isIn]).toEqual([true, false]);
    joined(true);
    expect(said).toEqual([
      ['stageAsked', false, 'hanna'],
      ['crowdChanged', true],
    ]);
  });

  it('reports that a host has lowered our hand', () => {
    const { part, said } = setUp();
    part.handLowered();
    expect(said).toEqual([['handLowered']]);
  });

  it('has the hands for hosts as long as the service lists any', () => {
    const { part, said, joined } = setUp();
    const hands = [{ identity: 'vera', name: 'Vera', sinceWallMs: 1 }];
    part.setHands({ hands, more: 0 });
    expect(part.hands).toEqual({ hands, more: 0 });
    joined(true);
    part.setHands({ hands: [], more: 0 });
    expect(said.filter(([event]) => event === 'crowdHandsChanged')).toEqual([
      ['crowdHandsChanged', hands],
      ['crowdHandsChanged', []],
    ]);
  });
});
