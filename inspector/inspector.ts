import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import {
  type Arrival,
  type Arrivals,
  arrivalEntry,
  chatEntry,
  type Entry,
  type EntryState,
  readEntries,
} from './forwarder/entries.ts';
import type { Forwarder } from './forwarder/forwarder.ts';
import { inspectorPath, stateLabels } from './views/elements.ts';
import { type EntryView, entryPage } from './views/entry.ts';
import { type Hooks, hookList, hookRow } from './views/hooks.ts';
import type { Page } from './views/layout.ts';
import { createTimes, type Html } from './views/text.ts';
import { answer, fromThisPage, type Notices, notAForm, problem, readForm } from './web/browser.ts';

type Asked = { readonly shown: EntryState | undefined; readonly notice: string | undefined };
type Rendered = { readonly status: 200 | 404; readonly body: Html };

/** Added to the inspector by the page that hosts it. */
export type Surroundings = {
  readonly layout: (page: Page<'inspector'>) => Html;
  /** @param current the entry that is open */
  readonly head: (current: string | undefined) => Hooks['head'];
  readonly words: Hooks['words'];
  /** Shown until an entry is chosen. */
  readonly intro: () => Html;
  readonly more: (entry: Entry) => EntryView['more'];
  readonly previewLine: (id: string) => string;
};

/** The inspector: hooks, and what became of each. */
export type InspectorPages = {
  readonly list: (asked: Asked) => Promise<Html>;
  readonly entry: (id: string, asked: Asked) => Promise<Rendered>;
  /** Another page next to the list. */
  readonly other: (title: string, detail: Html, asked: Asked) => Promise<Html>;
  /** One row of the list, as it is before anything is known of the arrival. */
  readonly row: (arrival: Arrival) => Html;
};

export function createInspectorPages(deps: {
  readonly forwarder: Forwarder;
  readonly arrivals: Arrivals;
  readonly surroundings: Surroundings;
  readonly timezone: string;
  readonly now: () => Date;
}): InspectorPages {
  const { forwarder, arrivals, surroundings } = deps;
  const times = createTimes(deps.timezone, deps.now);

  async function page(
    title: string,
    detail: Html,
    { shown, notice, current, shows }: Asked & { readonly current?: string; readonly shows: 'list' | 'detail' },
  ): Promise<Html> {
    const { head, words, layout } = surroundings;
    const entries = await readEntries(forwarder, arrivals);
    const list = hookList({ entries, shown, current, head: head(current), words }, times);
    return layout({ title, view: 'inspector', shows, list, detail, notice });
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
    list: (asked) => page('Hooks', surroundings.intro(), { ...asked, shows: 'list' }),
    other: (title, detail, asked) => page(title, detail, { ...asked, shows: 'detail' }),
    async entry(id, asked) {
      const entry = await find(id);
      const options = { ...asked, current: id, shows: 'detail' } as const;
      if (!entry) return { status: 404, body: await page('No such hook', notThere, options) };
      const previewLine = entry.kind === 'chat' ? surroundings.previewLine(id) : undefined;
      const body = await forwarder.bodyOf(id);
      const detail = entryPage({ entry, body, more: surroundings.more(entry), previewLine }, times);
      return { status: 200, body: await page(`Hook ${id}`, detail, options) };
    },
    row: (arrival) => hookRow(arrivalEntry(arrival), { shown: undefined, current: undefined }, times),
  };
}

const notThere: Html = html`<article>
  <p class="back"><a href="/inspector">All hooks</a></p>
  <h2 id="detail-heading">There is no such hook</h2>
  <p>It was never received, or it is gone. <a href="/inspector">See all hooks.</a></p>
</article>`;

/** Routes that browsers may read, and routes that only the page's own forms may post to. */
export const inspectorPaths = {
  readable: ['/inspector', '/inspector/:id', '/inspector/:id/body'],
  posted: ['/inspector/replay', '/inspector/dismiss', '/inspector/undo'],
} as const;

const maxFormBytes = 10_000;

/** The inspector's routes, on an app whose guards are set. */
export function addInspector(
  app: Hono,
  deps: {
    readonly pages: InspectorPages;
    readonly notices: Notices;
    readonly forwarder: Pick<Forwarder, 'bodyOf' | 'replay' | 'dismiss' | 'undoDismissal'>;
    readonly changed: () => void;
  },
): void {
  const { pages, notices, forwarder, changed } = deps;

  app.get('/inspector', async (context) => context.html(await pages.list(readAsked(context, notices))));

  app.get('/inspector/:id', async (context) => {
    const { status, body } = await pages.entry(context.req.param('id'), readAsked(context, notices));
    return context.html(body, status);
  });

  app.get('/inspector/:id/body', async (context) => {
    const body = await forwarder.bodyOf(context.req.param('id'));
    if (!body) return noBody(context);
    return context.body(Buffer.from(body), 200, { 'Content-Type': 'text/plain; charset=utf-8' });
  });

  app.post('/inspector/replay', ...fromThisPage(maxFormBytes), async (context) => {
    const id = (await readForm(context))?.['id'] ?? '';
    const { conversationId, words } = await forwarder.replay(id);
    changed();
    return answer(context, notices, { ok: true, words, path: inspectorPath(conversationId ?? id) });
  });

  app.post('/inspector/dismiss', ...fromThisPage(maxFormBytes), async (context) => {
    const { id, reason = '' } = (await readForm(context)) ?? {};
    if (id === undefined) return notAForm(context);
    if (reason.trim() === '') return problem(context, 400, 'No reason', 'Say why nothing needs to be done.');
    const words = await forwarder.dismiss(id, reason.trim());
    changed();
    return answer(context, notices, { ok: true, words, path: inspectorPath(id) });
  });

  app.post('/inspector/undo', ...fromThisPage(maxFormBytes), async (context) => {
    const id = (await readForm(context))?.['id'];
    if (id === undefined) return notAForm(context);
    const words = await forwarder.undoDismissal(id);
    changed();
    return answer(context, notices, { ok: true, words, path: inspectorPath(id) });
  });
}

/** The query's filter and notice. */
export const readAsked = ({ req }: Context, notices: Notices): Asked => ({
  shown: stateIn(req.query('show')),
  notice: notices.find(req.query('notice')),
});

export const noBody = (context: Context) =>
  problem(context, 404, 'No such body', 'It is not in the table, or not any more.');

const stateIn = (text: string | undefined): EntryState | undefined =>
  (Object.keys(stateLabels) as EntryState[]).find((state) => state === text);
