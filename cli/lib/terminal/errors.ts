export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export class CliError extends Error {
  override readonly name: string = 'CliError';
}

export class UsageError extends CliError {
  override readonly name = 'UsageError';
}

export class Interrupted extends CliError {
  override readonly name = 'Interrupted';
}

type Explanation = { readonly text: string; readonly exitCode: number; readonly isBug?: true };

/** A few lines for an expected error, a stack trace for a bug. */
export function explain(error: unknown): Explanation {
  const { name, message, code } = describe(error);
  // Commander has printed it; --help exits with 0.
  if (code.startsWith('commander.')) {
    return { text: '', exitCode: Object(error).exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof Interrupted) return { text: message, exitCode: exitCodes.interrupted };
  if (name === 'ExitPromptError') return { text: 'Stopped. Nothing was changed.', exitCode: exitCodes.interrupted };
  if (error instanceof UsageError) return { text: message, exitCode: exitCodes.usage };
  if (error instanceof CliError || ourOwn.has(name)) return { text: message, exitCode: exitCodes.failed };
  const explained = awsMessage(name, message, code);
  if (explained !== undefined) return { text: explained, exitCode: exitCodes.failed };
  const stack = error instanceof Error ? error.stack : String(error);
  return { text: `This is a bug; please report it.\n${stack}`, exitCode: exitCodes.failed, isBug: true };
}

const ourOwn: ReadonlySet<string> = new Set(['ConfigError', 'CrmError', 'StartError']);

function describe(error: unknown) {
  const { name, message, code } = Object(error);
  return { name: String(name), message: String(message), code: String(code) };
}

/** The SDK's error names: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
function awsMessage(name: string, message: string, code: string): string | undefined {
  if (/^Region is missing/.test(message)) {
    return 'No AWS region is set. Give it with --region, or set it in your profile (aws configure). For the local stack, add --local.';
  }
  // Such as FIPS or dual-stack together with an endpoint of one's own.
  if (name === 'EndpointError') {
    return `The settings of AWS's endpoints contradict each other: ${firstLine(message)}\nLook at AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, and at the same settings in your profile.`;
  }
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return `There are no AWS credentials: ${firstLine(message)}\nSign in (aws sso login, or aws configure), or name a profile with --profile. For the local stack, add --local.`;
  }
  if (isAboutTime(name, message)) {
    return `This machine's clock and AWS's are minutes apart: ${firstLine(message)}\nSet the clock right, then try again.`;
  }
  if (/^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature)/.test(name)) {
    return `AWS rejects these credentials: ${firstLine(message)}\nSign in again (aws sso login, or aws configure), or name another profile with --profile.`;
  }
  if (/^(AccessDenied|NotAuthorized|UnauthorizedOperation)/.test(name)) {
    return `AWS forbids this: ${firstLine(message)}\nAsk the account's administrator, or name another profile with --profile.`;
  }
  if (/^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH)$/.test(code) || name === 'TimeoutError') {
    return `No connection (${code === 'undefined' ? name : code}): ${firstLine(message)}\nIs this machine online, and is the deployment running? Then try again.`;
  }
  return undefined;
}

/** Signatures are valid for five minutes; only the message names the reason. */
const isAboutTime = (name: string, message: string) =>
  /^Request(Expired|InTheFuture|TimeTooSkewed)/.test(name) ||
  (/^(SignatureDoesNotMatch|InvalidSignature)/.test(name) && /Signature (expired|not yet current)/.test(message));

/** What the network said to a fetch that failed, such as ENOTFOUND; of one that took too long, TimeoutError. */
export function networkErrorOf(error: unknown): string {
  const { name, cause } = Object(error);
  return String(Object(cause).code ?? name);
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
