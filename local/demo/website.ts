import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { inspectorPath } from '../../inspector/views/elements.ts';
import {
  answer,
  createGuarded,
  fromThisPage,
  type Notices,
  notAForm,
  problem,
  readForm,
} from '../../inspector/web/browser.ts';
import type { Live } from '../../inspector/web/live.ts';
import type { CrmPages } from './crm-pages.ts';
import type { Sender, Way } from './smartsupp/sender.ts';
import { chatPath } from './views/person.ts';

const readable = ['/', '/chats/:id', '/contacts', '/contacts/:id', '/assets/:file'];

/** Routes of the demo CRM, the samples, and the stream of changes. */
export function createWebsite(deps: {
  readonly pages: CrmPages;
  readonly notices: Notices;
  readonly live: Live;
  readonly sender: Sender;
  readonly ownName: () => string;
}): Hono {
  const { pages, notices, live, sender } = deps;
  const app = createGuarded(readable, ['/events', '/samples'], deps.ownName);

  const asked = (query: (name: string) => string | undefined) => ({
    query: query('q')?.trim() ?? '',
    notice: notices.find(query('notice')),
  });

  app.get('/', async ({ req, html }) => html(await pages.conversations(asked((name) => req.query(name)))));

  app.get('/chats/:id', async ({ req, html }) => {
    const whole = req.query('whole') !== undefined;
    const { status, body } = await pages.conversation(req.param('id'), { ...asked((name) => req.query(name)), whole });
    return html(body, status);
  });

  app.get('/contacts', ({ req, html }) => html(pages.contacts(asked((name) => req.query(name)))));

  app.get('/contacts/:id{\\d{1,15}}', ({ req, html }) => {
    const { status, body } = pages.contact(
      Number(req.param('id')),
      asked((name) => req.query(name)),
    );
    return html(body, status);
  });

  app.get('/events', (context) => {
    const response = streamSSE(context, live.hold);
    // A kept-alive connection would delay the server's stop.
    response.headers.set('Connection', 'close');
    return response;
  });

  app.post('/samples', ...fromThisPage(10_000), async (context) => {
    const form = await readForm(context);
    if (!form) return notAForm(context);
    const sent = await sender.sample(form['sample'] ?? '', wayIn(form['way']));
    if (!sent) return problem(context, 400, 'No such sample', 'Choose one of the samples on the page.');
    const ok = sent.status === 200;
    const opens = form['opens'] === 'inspector' ? inspectorPath : chatPath;
    const start = form['opens'] === 'inspector' ? '/inspector' : '/';
    return answer(context, notices, { ok, words: sent.words, path: ok && sent.id ? opens(sent.id) : start });
  });
  return app;
}

const wayIn = (text: string | undefined): Way => (text === 'webhook' || text === 'lost' ? text : 'hook');
