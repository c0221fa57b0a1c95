import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Forwarder } from '../../../inspector/forwarder/forwarder.ts';
import { type InspectorPages, noBody, readAsked } from '../../../inspector/inspector.ts';
import { inspectorPath } from '../../../inspector/views/elements.ts';
import { type Html, safe } from '../../../inspector/views/text.ts';
import { answer, fromThisPage, type Notices, problem, readForm } from '../../../inspector/web/browser.ts';
import { accountVisitor } from '../../../lambda/conversation/match-keys.ts';
import { createIdentityOf, foundBy } from '../../../lambda/mapping/identity.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { type PersonQuery, readPersonQuery } from '../../lib/person/person.ts';
import { timezoneOf } from '../../lib/time.ts';
import { erasureText, findAndErase, findErasable, foundText } from '../erase/erase.ts';

export const erasurePaths = { readable: ['/inspector/:id/erase'], posted: ['/inspector/erase'] } as const;

export const eraseButton = (id: string): Html =>
  html`<a class="button" href="${inspectorPath(id)}/erase">Erase this person…</a>`;

type Dependencies = {
  readonly deployment: Deployment;
  readonly forwarder: Pick<Forwarder, 'bodyOf'>;
  readonly pages: Pick<InspectorPages, 'other'>;
  readonly notices: Notices;
  readonly changed: () => void;
};

/** Erases the person of a chat: first shows what would go, then has the button. */
export function addErasure(app: Hono, { deployment, forwarder, pages, notices, changed }: Dependencies): void {
  app.get('/inspector/:id/erase', async (context) => {
    const id = context.req.param('id');
    const query = await queryOf(id);
    // An open page is renewed while its chat is being erased.
    if (query === undefined) return context.redirect('/inspector', 303);
    const text = foundText(await findErasable(deployment, query), timezoneOf(deployment));
    return context.html(await pages.other('Erase a person', erasePage(id, text), readAsked(context, notices)));
  });

  app.post('/inspector/erase', ...fromThisPage(10_000), async (context) => {
    const form = await readForm(context);
    const query = await queryOf(form?.['id'] ?? '');
    if (query === undefined) return noBody(context);
    if (form?.['meant'] !== 'yes') return problem(context, 400, 'Not confirmed', 'Tick that you mean it.');
    const erased = await findAndErase(deployment, query, new AbortController().signal);
    changed();
    const ok = erased.erasure.failed.length === 0;
    return answer(context, notices, { ok, words: erasureText(erased), path: '/inspector' });
  });

  /** By the most reliable key that the chat has of its person. */
  async function queryOf(id: string): Promise<PersonQuery | undefined> {
    const body = await forwarder.bodyOf(id);
    const conversation = body && readConversation(Buffer.from(body).toString());
    if (!conversation) return undefined;
    const { email, phone } = foundBy(await createIdentityOf(deployment.config())(conversation));
    if (email !== null) return readPersonQuery({ email });
    if (phone !== null) return readPersonQuery({ phone });
    const visitor = accountVisitor(conversation)?.replace('#', ':');
    return visitor === undefined ? undefined : readPersonQuery({ visitor });
  }
}

const erasePage = (id: string, found: string): Html => html`<article class="entry" id="erase-${id}">
  <p class="back"><a href="${inspectorPath(id)}">Back to the chat</a></p>
  <h2 id="detail-heading">Erase this person</h2>
  <section class="card" aria-label="To be erased"><pre tabindex="0"><code>${safe(found)}</code></pre></section>
  <form class="composer" method="post" action="/inspector/erase">
    <input type="hidden" name="id" value="${id}">
    <label><input type="checkbox" name="meant" value="yes" required> Erase all that, and what is on the queues, for good</label>
    <div class="actions"><button type="submit" class="primary">Erase</button></div>
  </form>
</article>`;
