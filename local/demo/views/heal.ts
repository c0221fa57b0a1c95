import { html } from 'hono/html';
import { action } from '../../../inspector/views/elements.ts';
import type { Html } from '../../../inspector/views/text.ts';

/** What the schedule does every 15 minutes, now. */
export const healButton: Html = html`<section class="faults" aria-labelledby="heal-heading">
  <h3 id="heal-heading">Lose a chat on its way, then heal</h3>
  <div class="switches">${action('/inspector/heal', 'Heal', { fields: {} })}</div>
</section>`;
