import { html } from 'hono/html';
import { createLayout } from '../../../inspector/views/layout.ts';
import type { Html } from '../../../inspector/views/text.ts';
import { samples } from '../samples/samples.ts';
import { eachInTurn, type Way } from '../smartsupp/sender.ts';

type View = 'conversations' | 'contacts' | 'inspector';

const wayLabels: Readonly<Record<Way, string>> = {
  hook: 'by the POST hook',
  webhook: 'by a webhook and REST',
  lost: 'lost on its way',
};

const wayChoice = (ways: readonly Way[]): Html => html`<label for="way" class="visually-hidden">How it comes</label>
  <select id="way" name="way">
    ${ways.map((way) => html`<option value="${way}">${wayLabels[way]}</option>`)}
  </select>`;

const sampleForm = (
  view: View,
  ways: readonly Way[],
): Html => html`<form class="sample" method="post" action="/samples">
  <input type="hidden" name="opens" value="${view === 'inspector' ? 'inspector' : 'chat'}">
  <label for="sample" class="visually-hidden">Sample</label>
  <select id="sample" name="sample">
    <option value="${eachInTurn}">Each in turn</option>
    ${samples.map(({ name, label }) => html`<option value="${name}">${label}</option>`)}
  </select>
  ${ways.length > 1 && wayChoice(ways)}
  <button type="submit" class="primary">Send a sample chat</button>
</form>`;

/** @param ways on which a sample may come */
export const createDemoLayout = (ways: readonly Way[]) =>
  createLayout<View>({
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
    tools: (view) => sampleForm(view, ways),
    gone: 'The local stack does not answer. Is npm start still running?',
  });

export type DemoLayout = ReturnType<typeof createDemoLayout>;
export type Page = Parameters<DemoLayout>[0];
