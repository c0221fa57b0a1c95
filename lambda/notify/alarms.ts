import { type Card, plainCard } from './card.ts';

/** Of an alarm's message its name, meaning and runbook section; any other message as it is. */
export function alarmCard(message: string): Card {
  const { AlarmName: name, AlarmDescription: description, NewStateValue: state } = parse(message);
  if (typeof name !== 'string') return plainCard('alarms', message);
  return plainCard('alarms', `${String(state)}: ${name}`, ...(description ? [String(description)] : []));
}

function parse(message: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(message));
  } catch {
    return {};
  }
}
