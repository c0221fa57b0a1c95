import { Logger } from '@aws-lambda-powertools/logger';

/**
 * JSON lines with identifiers only. What a visitor typed, their name or address, the hook's key and any credentials
 * must never be given to it.
 */
export type Log = Readonly<Record<'info' | 'warn' | 'error', (message: string, line: Line) => void>>;

type Line = Readonly<Record<string, unknown>>;

export const createLogger = (serviceName: string): Log => new Logger({ serviceName });
