import { html } from 'hono/html';
import { copyable, stateLegend } from '../../../inspector/views/elements.ts';
import { type Html, safe } from '../../../inspector/views/text.ts';
import { manyCopies } from '../forwarder/sender.ts';

/** A form to paste or edit a body, and send it. */
export const composer = (body: string): Html => html`<article class="entry" id="composer">
  <p class="back"><a href="/inspector">All hooks</a></p>
  <h2 id="detail-heading">What the forwarder does</h2>
  <p class="lead">Every POST to the hook appears in the list the moment it is answered. Open one to see what came, and each attempt to
    bring it to your CRM.</p>
  <section class="card" aria-labelledby="composer-heading">
    <h3 id="composer-heading">Send a body of your own</h3>
    <form class="composer" method="post" action="/inspector/send">
      <label for="body">A body as Smartsupp posts it, or anything else</label>
      <textarea id="body" name="body" rows="16" spellcheck="false" required>${safe(body)}</textarea>
      <div class="actions">
        <button type="submit" class="primary" name="copies" value="1">Send</button>
        <button type="submit" name="copies" value="${manyCopies}">Send it ${manyCopies} times at once</button>
      </div>
    </form>
    <p class="quiet">From a terminal:</p>
    ${copyable('send-line', 'Copy', 'npx forwarder send --local body.json')}
    <p class="quiet"><code>npm start</code> has printed the hook’s URL. It holds the key, so this page does not show it.</p>
  </section>
  <section class="card" aria-labelledby="states-heading">
    <h3 id="states-heading">The states</h3>
    ${stateLegend}
  </section>
</article>`;
