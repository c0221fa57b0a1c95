import type { Context, Hono } from 'hono';
import type { EntryState } from './forwarder/entries.ts';
import type { Forwarder } from './forwarder/forwarder.ts';
import type { InspectorPages } from './pages.ts';
import { inspectorPath, stateLabels } from './views/elements.ts';
import { answer, fromThisPage, type Notices, notAForm, problem, readForm } from './web/browser.ts';

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

  app.get('/inspector', async (context) => context.html(await pages.list(asked(context, notices))));

  app.get('/inspector/:id', async (context) => {
    const { status, body } = await pages.entry(context.req.param('id'), asked(context, notices));
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
export const asked = ({ req }: Context, notices: Notices) => ({
  shown: stateIn(req.query('show')),
  notice: notices.find(req.query('notice')),
});

export const noBody = (context: Context) =>
  problem(context, 404, 'No such body', 'It is not in the table, or not any more.');

const stateIn = (text: string | undefined): EntryState | undefined =>
  (Object.keys(stateLabels) as EntryState[]).find((state) => state === text);
