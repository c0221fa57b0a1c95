import type { Context } from 'aws-lambda';

/**
 * JSON lines with identifiers only. What a visitor typed, their name or address, the hook's key and any credentials
 * must never be given to it.
 */
export type Log = Readonly<Record<Level, (message: string, line: Line) => void>>;

type Level = 'info' | 'warn' | 'error';
type Line = Readonly<Record<string, unknown>>;

type Handle<Event, Result> = (event: Event, context: Context) => Promise<Result>;

export type Logger = Log & {
  /** The handler, with AWS's request id in every line that is logged meanwhile, and a line for an unexpected error. */
  readonly withRequestId: <Event, Result>(handle: Handle<Event, Result>) => Handle<Event, Result>;
};

/**
 * Named as Powertools names them, whose own logger would be an eighth of receive's cold start: more than the tenth that a
 * library may cost.
 */
export function createLogger(service: string): Logger {
  // esbuild puts the version here (infra/bundle.ts).
  const version = process.env['FORWARDER_VERSION'];
  // A function handles one event at a time.
  let invocation: { readonly requestId: string; readonly coldStart: boolean } | undefined;

  const write = (level: Level) => (message: string, line: Line) => {
    const timestamp = new Date().toISOString();
    const about = { level: level.toUpperCase(), message, timestamp, service, version };
    process.stdout.write(`${JSON.stringify({ ...about, ...invocation, ...line })}\n`);
  };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };

  return {
    ...log,
    withRequestId: (handle) => async (event, context) => {
      invocation = { requestId: context.awsRequestId, coldStart: invocation === undefined };
      try {
        return await handle(event, context);
      } catch (error) {
        log.error('unexpected error', errorFields(error));
        // Lambda logs the message of what is thrown.
        throw Object.assign(new Error('See the line "unexpected error" of this request.'), { name: nameOf(error) });
      }
    },
  };
}

/** What may be logged of an error: its message may hold what a visitor typed. */
export function errorFields(error: unknown): { readonly error: string; readonly stack?: readonly string[] } {
  if (!(error instanceof Error)) return { error: nameOf(error) };
  const frames = (error.stack ?? '').replace(error.message, '').split('\n').filter(isFrame);
  return { error: error.name, stack: frames.map((frame) => frame.trim()) };
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

const isFrame = (line: string) => /^ {4}at .*[:(](?:\d+:\d+|<anonymous>|native|index \d+)\)?$/.test(line);
