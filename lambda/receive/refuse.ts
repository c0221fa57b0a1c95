import { errorFields, type Log } from '../platform/logger.ts';
import { problem, unavailable } from './answers.ts';
import type { KeepRejected, Refused } from './ports.ts';

type RefuseDependencies = { readonly keepRejected: KeepRejected; readonly log: Log };

/**
 * Keeps a body that is not what it should be, and answers 400. Metric filters in `infra/` match the log messages.
 */
export async function refuse(
  { keepRejected, log }: RefuseDependencies,
  bytes: Uint8Array,
  refused: Refused,
  title = 'Not a Smartsupp chat',
) {
  const { reason, detail, faults } = refused;
  try {
    const rejectedId = await keepRejected(bytes, refused);
    // No pointers in the log: a variable's key may be anything that a visitor typed.
    if (rejectedId === undefined) {
      log.error('rejected, and not kept: too much was refused today', { reason, bytes: bytes.length });
      return problem({ status: 400, title, detail: `${detail} ${notKept}`, errors: faults });
    }
    log.warn('rejected', { rejectedId, reason, faults: faults.length, bytes: bytes.length });
    return problem({ status: 400, title, detail, errors: faults, rejectedId });
  } catch (error) {
    log.error('rejected, and not kept: the table did not take it', { reason, ...errorFields(error) });
    return unavailable;
  }
}

const notKept = 'It was not kept, because too much was refused today.';
