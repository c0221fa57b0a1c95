import type { Verdict } from './judge.ts';

/** One line for people: for the table in docs/guarantees.md. */
export function tell(name: string, verdict: Verdict): void {
  const { chats, acknowledged, refused, refusals, refusedYetThere, inCrm, parked, held } = verdict;
  const { lost, lostToWebhook, doubledNotes, doubledContacts } = verdict;
  const answers = Object.entries(refusals).map(([status, times]) => `${status} × ${times}`);
  const counts = [
    `${chats} chats`,
    `${acknowledged} acknowledged`,
    `${refused} refused${refused > 0 ? ` (${answers.join(', ')}; ${refusedYetThere} in the CRM all the same)` : ''}`,
    `${inCrm} in the CRM`,
    `${parked} parked`,
    `${held} held`,
    `lost ${new Set([...lost, ...lostToWebhook]).size}`,
    `doubled ${doubledNotes.length} notes, ${doubledContacts.length} contacts`,
  ];
  process.stdout.write(`${name}: ${counts.join(', ')}\n`);
}
