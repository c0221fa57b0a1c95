import { CrmError } from '../../crm/port/errors.ts';
import { EmptySecret } from '../../platform/secrets.ts';

/** Reads the token of Smartsupp's API. Nothing was asked of Smartsupp if it cannot be read. */
export const createReadToken = (readSecret: () => Promise<string>) => async (): Promise<string> => {
  try {
    return (await readSecret()).trim();
  } catch (cause) {
    if (cause instanceof EmptySecret) {
      const words = "The secret of Smartsupp's token is empty. Store it: npx forwarder secret api.";
      throw new CrmError(words, { kind: 'credentials' }, { cause });
    }
    const code = cause instanceof Error ? cause.name : typeof cause;
    const words = `Smartsupp's token cannot be read: Secrets Manager of AWS does not give it (${code}). It will be tried again.`;
    throw new CrmError(words, { kind: 'retryable' }, { cause });
  }
};
