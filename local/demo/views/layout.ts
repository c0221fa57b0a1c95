import { html } from 'hono/html';
import { createLayout } from '../../../inspector/views/layout.ts';
import type { Html } from '../../../inspector/views/text.ts';
import { eachInTurn } from '../forwarder/sender.ts';
import { samples } from '../samples/samples.ts';

type View = 'conversations' | 'contacts' | 'inspector';

const sampleForm = (view: View): Html => html`<form class="sample" method="post" action="/samples">
  <input type="hidden" name="opens" value="${view === 'inspector' ? 'inspector' : 'chat'}">
  <label for="sample" class="visually-hidden">Sample</label>
  <select id="sample" name="sample">
    <option value="${eachInTurn}">Each in turn</option>
    ${samples.map(({ name, label }) => html`<option value="${name}">${label}</option>`)}
  </select>
  <button type="submit" class="primary">Send a sample chat</button>
</form>`;

export const layout = createLayout<View>({
  nameOf: (view) => (view === 'inspector' ? 'Forwarder' : 'Demo CRM'),
  home: '/',
  heading: 'Demo CRM',
  tabs: [
    ['conversations', '/', 'Conversations'],
    ['contacts', '/contacts', 'Contacts'],
    ['inspector', '/inspector', 'Inspector'],
  ],
  // `screens` overrides the others for narrow screens, so it comes last.
  stylesheets: ['tokens', 'base', 'controls', 'top', 'list', 'person', 'chat', 'inspector', 'screens'],
  tools: sampleForm,
  gone: 'The local stack does not answer. Is npm start still running?',
});

export type Page = Parameters<typeof layout>[0];
