import { html } from 'hono/html';
import { action } from '../../../inspector/views/elements.ts';
import type { Html } from '../../../inspector/views/text.ts';
import { type Fault, type Faults, isForOneChat } from '../crm/faults.ts';

const faultLabels: Record<Fault, string> = {
  'lost-answer': 'Lose the answer',
  'kill-deliver': 'Kill deliver',
  away: 'CRM away',
  slow: 'CRM slow',
};

export const faults = Object.keys(faultLabels) as readonly Fault[];

export const faultWords: Record<Fault, readonly [on: string, off: string]> = {
  'lost-answer': ['The CRM will keep the next chat, and its answer will be lost.', 'No answer will be lost.'],
  'kill-deliver': ['Deliver will be killed while it brings the next chat.', 'Deliver will not be killed.'],
  away: ['The CRM is away: it answers 503 until you bring it back.', 'The CRM is back.'],
  slow: ['The CRM takes four seconds for each answer.', 'The CRM answers at once.'],
};

/** Switches for what can go wrong with the next chats. */
export function faultSwitches(state: Faults, current: string | undefined): Html {
  const on = faults.filter(state.isOn);
  return html`<section class="faults" aria-labelledby="faults-heading">
    <h3 id="faults-heading">Break something, then send a chat</h3>
    <div class="switches">${faults.map((fault) => {
      const isOn = state.isOn(fault);
      const fields = { fault, on: isOn ? '' : '1', entry: current ?? '' };
      return action('/inspector/faults', faultLabels[fault], { fields, pressed: isOn });
    })}</div>
    ${on.map((fault) => html`<p class="hint">${faultWords[fault][0]}${isForOneChat(fault) && ' Once.'}</p>`)}
  </section>`;
}
