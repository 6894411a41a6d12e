// The office system's page (examples/oa) shows only applicable facts, in words for people.
// proof/test/e2e/oa.whole.test.ts tests it in a browser.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** Stub of a browser's element: other children become text, even `false` and `undefined`. */
class StubElement {
  readonly name: string;
  readonly attributes = new Map<string, string>();
  children: (StubElement | string)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  append(...children: unknown[]): void {
    for (const child of children) this.children.push(child instanceof StubElement ? child : String(child));
  }

  replaceChildren(...children: unknown[]): void {
    this.children = [];
    this.append(...children);
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  addEventListener(): void {
    // The test presses nothing.
  }

  get text(): string {
    return this.children.map((child) => (child instanceof StubElement ? `${child.text}|` : child)).join('');
  }
}

const booking = {
  id: 'mt_1',
  title: 'Quarter review',
  number: '123 456',
  status: 'scheduled',
  recurrence: '',
  invitees: [
    { name: 'Hana', userId: 'hana', answer: 'needsAction', isHost: true, url: 'http://127.0.0.1/j/1' },
    { name: 'Bo', userId: 'bo', answer: 'tentative', isHost: false },
  ],
  occurrences: [{ startsAt: '2027-01-04T08:00:00Z' }],
  conflicts: [],
  isRunning: false,
  isLocked: false,
  people: [],
  events: [],
};

const pageModule = (file: string) => import(new URL(`../../../examples/oa/page/${file}`, import.meta.url).href);

async function drawn(shown: object): Promise<string> {
  const { fill } = (await pageModule('dom.js')) as { fill(element: StubElement, ...children: unknown[]): void };
  const { partsOfMeeting } = (await pageModule('meeting.js')) as {
    partsOfMeeting(booking: object, act: () => void): unknown[];
  };
  const detail = new StubElement('section');
  fill(detail, ...partsOfMeeting(shown, () => undefined));
  return detail.text;
}

describe("the office system's page", () => {
  beforeEach(() => {
    vi.stubGlobal('document', { createElement: (name: string) => new StubElement(name) });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('leaves out what does not apply', async () => {
    const text = await drawn(booking);
    expect(text).toContain('Quarter review');
    expect(text).not.toMatch(/false|undefined|null/);
  });

  it('shows answers in words', async () => {
    const text = await drawn(booking);
    expect(text).toContain('has not answered');
    expect(text).toContain('may come');
    expect(text).not.toMatch(/needsAction|tentative/);
  });

  it('shows conflicts, events and the report when they exist', async () => {
    const text = await drawn({
      ...booking,
      conflicts: [{}, {}],
      events: [{ sequence: 1, createdAt: '2027-01-04T08:00:00Z', event: 'room_started' }],
      report: {
        occurrences: [{ persons: [{ name: 'Hana', attendance: 'present', totalS: 90, joins: 1 }] }],
      },
    });
    expect(text).toContain('2 other meetings');
    expect(text).toContain('room_started');
    expect(text).toContain('1.5 min');
    expect(text).not.toMatch(/false|undefined|null/);
  });
});
