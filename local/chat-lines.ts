/**
 * What the functions log, in a line for people, or undefined for what needs no mention. Only what is named here is
 * shown, and none of it is a visitor's.
 */
export function chatLine(logLine: string): string | undefined {
  const entry = parse(logLine);
  if (!entry) return undefined;
  const describe = descriptions[String(entry['message'])] ?? (entry['level'] === 'ERROR' ? trouble : undefined);
  if (!describe) return undefined;
  return `${clock(entry['timestamp'])}  ${printable(describe(entry))}`;
}

type Entry = Readonly<Record<string, unknown>>;

const descriptions: Readonly<Record<string, (entry: Entry) => string>> = {
  attempt: (entry) => {
    const { conversationId, destination, outcome, attempt, durationMs, fault, nextAttemptAt } = entry;
    const what = `attempt ${attempt}, ${durationMs} ms`;
    const lines: Readonly<Record<string, string>> = {
      delivered: `delivered to ${destination} (${what})`,
      retry: `not delivered to ${destination}: ${fault}; again at ${clock(nextAttemptAt)} (${what})`,
      held: `held for ${destination}: the visitor left no way to be recognised`,
      parked: `parked for ${destination}: ${fault} (${what})`,
    };
    return `${conversationId}  ${lines[String(outcome)] ?? `${outcome} for ${destination} (${what})`}`;
  },
  rejected: ({ reason, faults, rejectedId }) => {
    const count = Number(faults) > 0 ? `, ${faults} ${faults === 1 ? 'fault' : 'faults'}` : '';
    return `refused a body: ${reason}${count}; kept as ${rejectedId}`;
  },
};

/** For an invocation that failed, of which the function itself may have said nothing. */
export const failureLine = (label: string, errorType: string) =>
  `${clock(undefined)}  ${printable(`${label} failed: ${errorType} (see its log)`)}`;

export const tooLargeLine = () => `${clock(undefined)}  refused a body: larger than Lambda takes; not kept`;

const trouble = ({ service, message }: Entry) => `${service}: ${message} (see its log)`;

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The time of day where this machine is. */
function clock(timestamp: unknown): string {
  const date = typeof timestamp === 'string' ? new Date(timestamp) : new Date();
  return date.toLocaleTimeString('en-GB');
}

/** Nothing in a log may steer the terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '');
