/**
 * JSON lines with identifiers only. What a visitor typed, their name or address, the hook's key and any credentials
 * must never be given to it.
 */
export type Log = Readonly<Record<Level, (message: string, line: Line) => void>>;

type Level = 'info' | 'warn' | 'error';
type Line = Readonly<Record<string, unknown>>;

/**
 * Named as Powertools names them, whose own logger would be an eighth of receive's cold start and half of its work for
 * a hook.
 */
export function createLogger(service: string): Log {
  const write = (level: Level) => (message: string, line: Line) => {
    const timestamp = new Date().toISOString();
    process.stdout.write(`${JSON.stringify({ level: level.toUpperCase(), message, timestamp, service, ...line })}\n`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
