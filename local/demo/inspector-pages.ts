import type { Calls } from './crm/calls.ts';
import type { Crm } from './crm/crm.ts';
import type { Faults } from './crm/faults.ts';
import type { Arrival, Arrivals } from './forwarder/arrivals.ts';
import { arrivalEntry, chatEntry, type Entry, type EntryState, readEntries } from './forwarder/entries.ts';
import type { Forwarder } from './forwarder/ports.ts';
import { bodyOf } from './forwarder/sender.ts';
import { samples } from './samples/samples.ts';
import { notThere } from './views/chat.ts';
import { composer } from './views/composer.ts';
import { entryPage, readable } from './views/entry.ts';
import { hookList, hookRow } from './views/hooks.ts';
import { layout } from './views/layout.ts';
import { createTimes, type Html } from './views/text.ts';

type Asked = { readonly shown: EntryState | undefined; readonly notice: string | undefined };
type Rendered = { readonly status: 200 | 404; readonly body: Html };

/** The inspector: hooks, and what became of each. */
export type InspectorPages = {
  readonly list: (asked: Asked) => Promise<Html>;
  /** @param edited edit this entry's body; if there is none, a sample */
  readonly composer: (edited: string | undefined, asked: Asked) => Promise<Html>;
  readonly entry: (id: string, asked: Asked) => Promise<Rendered>;
  /** One row of the list, as it is before anything is known of the arrival. */
  readonly row: (arrival: Arrival) => Html;
};

export function createInspectorPages(deps: {
  readonly forwarder: Forwarder;
  readonly arrivals: Arrivals;
  readonly calls: Calls;
  readonly crm: Crm;
  /** Undefined if no destination is the demo CRM. */
  readonly faults: Faults | undefined;
  readonly timezone: string;
  readonly now: () => Date;
}): InspectorPages {
  const { forwarder, arrivals, calls, crm, faults, now } = deps;
  const times = createTimes(deps.timezone, now);
  const [sample] = samples;
  // The same until the next start, so that sending it again makes no second chat.
  const ready = sample ? JSON.stringify(bodyOf(sample, now()), null, 2) : '';

  async function page(
    title: string,
    detail: Html,
    { shown, notice, current, shows }: Asked & { readonly current?: string; readonly shows: 'list' | 'detail' },
  ): Promise<Html> {
    const list = hookList({ entries: await readEntries(forwarder, arrivals), shown, current, faults }, times);
    return layout({ title, view: 'inspector', shows, list, detail, notice });
  }

  async function compose(edited: string | undefined): Promise<Html> {
    const body = edited === undefined ? undefined : await forwarder.bodyOf(edited);
    return composer(body ? readable(body) : ready);
  }

  async function find(id: string): Promise<Entry | undefined> {
    const chat = await forwarder.chat(id);
    if (chat) return chatEntry(chat, arrivals);
    const rejected = (await forwarder.rejected()).find((each) => each.id === id);
    if (rejected) return { kind: 'rejected', id, at: rejected.receivedAt, rejected };
    const spooled = (await forwarder.spooled()).find((each) => each.id === id);
    if (spooled) return { kind: 'spooled', id, at: spooled.receivedAt };
    const [arrival] = arrivals.of(id);
    return arrival && arrivalEntry(arrival);
  }

  return {
    list: async (asked) => page('Hooks', await compose(undefined), { ...asked, shows: 'list' }),
    composer: async (edited, asked) => page('Send your own', await compose(edited), { ...asked, shows: 'detail' }),
    async entry(id, asked) {
      const entry = await find(id);
      const options = { ...asked, current: id, shows: 'detail' } as const;
      if (!entry) return { status: 404, body: await page('No such hook', notThere('hook'), options) };
      const body = await forwarder.bodyOf(id);
      const detail = entryPage({ entry, body, calls: calls.of(id), isInCrm: crm.contactOf(id) !== undefined }, times);
      return { status: 200, body: await page(`Hook ${id}`, detail, options) };
    },
    row: (arrival) => hookRow(arrivalEntry(arrival), { shown: undefined, current: undefined }, times),
  };
}
