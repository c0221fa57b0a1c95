import type { Context, Hono } from 'hono';
import { answer, createGuarded, fromThisPage, type Notices, notAForm, readForm } from './answers.ts';
import type { Faults } from './crm/faults.ts';
import type { EntryState } from './forwarder/entries.ts';
import type { Forwarder } from './forwarder/ports.ts';
import type { Sender, Sent } from './forwarder/sender.ts';
import { problem } from './guards.ts';
import type { InspectorPages } from './inspector-pages.ts';
import { inspectorPath } from './views/chat.ts';
import { manyCopies } from './views/entry.ts';
import { faults as allFaults, faultWords } from './views/hooks.ts';
import { stateLabels } from './views/states.ts';

const posted = ['/inspector/send', '/inspector/copies', '/inspector/replay', '/inspector/faults'];

/** A body of 6 MB, Lambda's limit, is up to three times as long in a form. */
const maxFormBytes = 20 * 1024 * 1024;

/** Routes of the inspector, with buttons to try the promises. */
export function createInspector(deps: {
  readonly pages: InspectorPages;
  readonly notices: Notices;
  readonly forwarder: Pick<Forwarder, 'bodyOf' | 'replay'>;
  readonly sender: Sender;
  readonly faults: Faults;
  readonly changed: () => void;
  readonly ownName: () => string;
}): Hono {
  const { pages, notices, forwarder, sender, faults } = deps;
  const app = createGuarded(['/inspector', '/inspector/:id', '/inspector/:id/body'], posted, deps.ownName);

  const asked = ({ req }: Context) => ({
    shown: stateIn(req.query('show')),
    notice: notices.find(req.query('notice')),
  });

  app.get('/inspector', async (context) => context.html(await pages.list(asked(context))));

  app.get('/inspector/new', async (context) =>
    context.html(await pages.composer(context.req.query('edit'), asked(context))),
  );

  app.get('/inspector/:id', async (context) => {
    const { status, body } = await pages.entry(context.req.param('id'), asked(context));
    return context.html(body, status);
  });

  app.get('/inspector/:id/body', async (context) => {
    const body = await forwarder.bodyOf(context.req.param('id'));
    if (!body) return noBody(context);
    return context.body(Buffer.from(body), 200, { 'Content-Type': 'text/plain; charset=utf-8' });
  });

  const sent = (context: Context, { status, id, words }: Sent) => {
    const path = id === undefined ? '/inspector' : inspectorPath(id);
    // A body that was refused and kept is what the person wanted to see.
    return answer(context, notices, { ok: status === 200 || id !== undefined, words, path });
  };

  app.post('/inspector/send', ...fromThisPage(maxFormBytes), async (context) => {
    const form = await readForm(context);
    if (!form) return notAForm(context);
    // Browsers write each end of a line as CR LF.
    const body = Buffer.from((form['body'] ?? '').replaceAll('\r\n', '\n'));
    const copies = form['copies'] === `${manyCopies}` ? manyCopies : 1;
    return sent(context, copies === 1 ? await sender.body(body) : await sender.copies(body, copies));
  });

  app.post('/inspector/copies', ...fromThisPage(10_000), async (context) => {
    const body = await forwarder.bodyOf((await readForm(context))?.['id'] ?? '');
    return body ? sent(context, await sender.copies(body, manyCopies)) : noBody(context);
  });

  app.post('/inspector/replay', ...fromThisPage(10_000), async (context) => {
    const id = (await readForm(context))?.['id'] ?? '';
    const { conversationId, words } = await forwarder.replay(id);
    deps.changed();
    return answer(context, notices, { ok: true, words, path: inspectorPath(conversationId ?? id) });
  });

  app.post('/inspector/faults', ...fromThisPage(10_000), async (context) => {
    const form = await readForm(context);
    const fault = allFaults.find((each) => each === form?.['fault']);
    if (!fault) return problem(context, 400, 'No such fault', 'Choose one of those on the page.');
    const isOn = form?.['on'] === '1';
    faults.set(fault, isOn);
    deps.changed();
    const entry = form?.['entry'] ?? '';
    const path = entry === '' ? '/inspector' : inspectorPath(entry);
    return answer(context, notices, { ok: true, words: faultWords[fault][isOn ? 0 : 1], path });
  });
  return app;
}

const noBody = (context: Context) => problem(context, 404, 'No such body', 'It is not in the table, or not any more.');

const stateIn = (text: string | undefined): EntryState | undefined =>
  (Object.keys(stateLabels) as EntryState[]).find((state) => state === text);
