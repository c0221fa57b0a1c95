/** Why a delivery failed, as the ledger has it: in the CRM's words, without a visitor's. The logs do not say. */
export type ReasonOf = (conversationId: string, destination: string) => Promise<string | undefined>;

export type ChatLines = {
  /**
   * What the functions log, in a line for people, or undefined for what needs no mention. Only what is named here is
   * shown, and none of it is a visitor's.
   */
  readonly logged: (logLine: string, reasonOf: ReasonOf) => Promise<string | undefined>;
  /** For an invocation that failed, of which the function itself may have said nothing. */
  readonly failed: (label: string, errorType: string) => string;
  readonly tooLarge: () => string;
};

/** @param timezone in which they tell times, as the page and the transcripts do */
export function createChatLines(timezone: string): ChatLines {
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
      const describe = descriptions[String(entry['message'])] ?? (entry['level'] === 'ERROR' ? trouble : undefined);
      return describe && line(entry['timestamp'], await describe(entry, { reasonOf, clock }));
    },
    failed: (label, errorType) => line(undefined, `${label} failed: ${errorType} (see its log)`),
    tooLarge: () => line(undefined, 'refused a body: larger than Lambda takes; not kept'),
  };
}

/** The time of day of an instant; of now where it is none. */
type Clock = (at: unknown) => string;
type Entry = Readonly<Record<string, unknown>>;
type Describe = (entry: Entry, by: { readonly reasonOf: ReasonOf; readonly clock: Clock }) => string | Promise<string>;

const descriptions: Readonly<Record<string, Describe>> = {
  attempt: async (entry, { reasonOf, clock }) => {
    const { conversationId, destination, outcome, attempt, durationMs, fault, nextAttemptAt } = entry;
    const what = `attempt ${attempt}, ${durationMs} ms`;
    const hasFailed = outcome === 'retry' || outcome === 'parked';
    // The table may be away: the kind of fault is better than nothing.
    const reason = hasFailed ? await reasonOf(`${conversationId}`, `${destination}`).catch(() => undefined) : undefined;
    const why = reason === undefined ? `${fault}` : shortened(reason);
    const whole = ` → npx forwarder show ${conversationId} --local`;
    const rest = why.endsWith('…') ? whole : '';
    const lines: Readonly<Record<string, string>> = {
      delivered: `delivered to ${destination} (${what})`,
      retry: `not delivered to ${destination}; again at ${clock(nextAttemptAt)} (${what}): ${why}${rest}`,
      held: `held for ${destination}: the visitor left no way to be recognised`,
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

/** As much of a reason as leaves a line that can be read, up to a word's end; `show` has it whole. */
function shortened(reason: string): string {
  if (reason.length <= maxReasonLength) return reason;
  return `${reason
    .slice(0, maxReasonLength)
    .replace(/[\s;,:.]+\S*$/, '')
    .toWellFormed()}…`;
}

const trouble = ({ service, message }: Entry) => `${service}: ${message} (see its log)`;

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Nothing in a log may steer the terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '');
