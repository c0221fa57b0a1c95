/** Reads from the ledger why a delivery failed: logs do not hold the CRM's words. */
export type ReasonOf = (conversationId: string, destination: string) => Promise<string | undefined>;

type ChatLines = {
  /** A line without a visitor's data, or undefined if the log line needs no mention. */
  readonly logged: (logLine: string, reasonOf: ReasonOf) => Promise<string | undefined>;
  readonly failed: (label: string, errorType: string) => string;
  readonly tooLarge: () => string;
};

/** @param logs where the functions' logs are, as the user may write it */
export function createChatLines(timezone: string, logs: string): ChatLines {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'medium' });
  const clock: Clock = (at) => {
    const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
    return format.format(Number.isNaN(time) ? new Date() : time);
  };
  const line = (at: unknown, text: string) => `${clock(at)}  ${printable(text)}`;

  return {
    logged: async (logLine, reasonOf) => {
      const entry = parse(logLine);
      if (!entry) return undefined;
      const describe =
        descriptions[String(entry['message'])] ?? (entry['level'] === 'ERROR' ? trouble(logs) : undefined);
      return describe && line(entry['timestamp'], await describe(entry, { reasonOf, clock }));
    },
    failed: (label, errorType) => line(undefined, `${label} failed: ${errorType} (see ${logs})`),
    tooLarge: () => line(undefined, 'refused a body: larger than Lambda accepts; not kept'),
  };
}

type Clock = (at: unknown) => string;
type Entry = Readonly<Record<string, unknown>>;
type Describe = (entry: Entry, by: { readonly reasonOf: ReasonOf; readonly clock: Clock }) => string | Promise<string>;

const descriptions: Readonly<Record<string, Describe>> = {
  attempt: async (entry, { reasonOf, clock }) => {
    const { conversationId, destination, outcome, attempt, durationMs, fault, nextAttemptAt } = entry;
    const what = `attempt ${attempt}, ${durationMs} ms`;
    const hasFailed = outcome === 'retry' || outcome === 'parked';
    // The table may be unavailable; then the kind of fault is shown.
    const reason = hasFailed ? await reasonOf(`${conversationId}`, `${destination}`).catch(() => undefined) : undefined;
    const why = reason === undefined ? `${fault}` : shortened(reason);
    const whole = ` → npx forwarder show ${conversationId} --local`;
    const rest = why.endsWith('…') ? whole : '';
    const lines: Readonly<Record<string, string>> = {
      delivered: `delivered to ${destination} (${what})`,
      retry: `not delivered to ${destination}; again at ${clock(nextAttemptAt)} (${what}): ${why}${rest}`,
      held: `held for ${destination}: the visitor left no address or number`,
      parked: `parked for ${destination} (${what}): ${why}${whole}`,
    };
    return `${conversationId}  ${lines[String(outcome)] ?? `${outcome} for ${destination} (${what})`}`;
  },
  rejected: ({ reason, faults, rejectedId }) => {
    const count = Number(faults) > 0 ? `, ${faults} ${faults === 1 ? 'fault' : 'faults'}` : '';
    return `refused a body: ${reason}${count}; kept as ${rejectedId}`;
  },
};

const maxReasonLength = 80;

/** Shortens a reason at the end of a word, to keep the line readable. */
function shortened(reason: string): string {
  if (reason.length <= maxReasonLength) return reason;
  return `${reason
    .slice(0, maxReasonLength)
    .replace(/[\s;,:.]+\S*$/, '')
    .toWellFormed()}…`;
}

const trouble =
  (logs: string): Describe =>
  ({ service, message }) =>
    `${service}: ${message} (see ${logs})`;

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Control characters must not reach the terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '');
