import type { Context } from 'aws-lambda';

/** Pass identifiers only: never what a visitor typed, a name or address, the hook's key or credentials. */
export type Log = Readonly<Record<Level, (message: string, line: Line) => void>>;

type Level = 'info' | 'warn' | 'error';
type Line = Readonly<Record<string, unknown>>;

type Handle<Event, Result> = (event: Event, context: Context) => Promise<Result>;

type Logger = Log & {
  /** Wraps the handler: adds AWS's request id to each line, and logs unexpected errors. */
  readonly withRequestId: <Event, Result>(handle: Handle<Event, Result>) => Handle<Event, Result>;
};

/** With the field names of Powertools, whose own logger would be an eighth of receive's cold start. */
export function createLogger(service: string): Logger {
  // Set by esbuild (infra/bundle.ts).
  const version = process.env['FORWARDER_VERSION'];
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
        // Lambda logs the message of a thrown error.
        throw Object.assign(new Error('See the line "unexpected error" of this request.'), { name: nameOf(error) });
      }
    },
  };
}

/** The parts of an error that may be logged. Its message may contain what a visitor typed. */
export function errorFields(error: unknown): { readonly error: string; readonly stack?: readonly string[] } {
  if (!(error instanceof Error)) return { error: nameOf(error) };
  const frames = (error.stack ?? '').replace(error.message, '').split('\n').filter(isFrame);
  return { error: error.name, stack: frames.map((frame) => frame.trim()) };
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

const isFrame = (line: string) => /^ {4}at .*[:(](?:\d+:\d+|<anonymous>|native|index \d+)\)?$/.test(line);
