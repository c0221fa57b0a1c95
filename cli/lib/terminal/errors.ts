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
  const { name, message, code, server } = describe(error);
  // Commander has printed it; --help exits with 0.
  if (code.startsWith('commander.')) {
    return { text: '', exitCode: Object(error).exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof Interrupted) return { text: message, exitCode: exitCodes.interrupted };
  if (name === 'ExitPromptError') return { text: 'Stopped. Nothing was changed.', exitCode: exitCodes.interrupted };
  if (error instanceof UsageError) return { text: message, exitCode: exitCodes.usage };
  if (error instanceof CliError || ourOwn.has(name)) return { text: message, exitCode: exitCodes.failed };
  const explained = awsMessage(name, message) ?? connectionMessage(name, message, code, server);
  if (explained !== undefined) return { text: explained, exitCode: exitCodes.failed };
  const stack = error instanceof Error ? error.stack : String(error);
  return { text: `This is a bug; please report it.\n${stack}`, exitCode: exitCodes.failed, isBug: true };
}

const ourOwn: ReadonlySet<string> = new Set(['ConfigError', 'CrmError', 'StartError', 'WebhookError']);

function describe(error: unknown) {
  const { name, message, code, server, address, port } = Object(error);
  const reached = address === undefined || port === undefined ? undefined : `${address}:${port}`;
  return {
    name: String(name),
    message: String(message),
    code: String(code),
    /** The address it was sent to, if known: `127.0.0.1:4566`. */
    server: server === undefined ? reached : String(server),
  };
}

/** The SDK's error names: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
function awsMessage(name: string, message: string): string | undefined {
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
  // The SDK's names for an answer that it cannot read.
  if ((name === 'Unknown' && message === 'UnknownError') || message.includes('Deserialization error')) {
    return 'The answer is not from AWS: a proxy or another server gave it.\nLook at AWS_ENDPOINT_URL and at HTTPS_PROXY, or try another network.';
  }
  return undefined;
}

function connectionMessage(name: string, message: string, code: string, server = ''): string | undefined {
  const why = code === 'undefined' ? name : code;
  if (!Object.hasOwn(remedies, why)) return undefined;
  const isHere = /^(127\.|localhost|\[?::1)/.test(server);
  const remedy = isHere ? remedyHere : remedies[why];
  return `No connection${server === '' ? '' : ` to ${server}`} (${why}): ${firstLine(message)}\n${remedy}`;
}

const unreachable = 'Is this machine online, and does a firewall or a VPN let it through? Then try again.';

const remedyHere =
  'Nothing answers there. For the local stack, run npm start; for an emulator of AWS, start it, or unset AWS_ENDPOINT_URL to reach AWS itself.';

const remedies: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no such host. Is this machine online? Otherwise look at --region and AWS_ENDPOINT_URL.',
  EAI_AGAIN: 'The name of the host could not be looked up. Is this machine online? Then try again.',
  ECONNREFUSED: 'Nothing listens there. Look at the port, and at AWS_ENDPOINT_URL if it is set.',
  ECONNRESET: unreachable,
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  TimeoutError: unreachable,
};

/** Signatures are valid for five minutes; only the message names the reason. */
const isAboutTime = (name: string, message: string) =>
  /^Request(Expired|InTheFuture|TimeTooSkewed)/.test(name) ||
  (/^(SignatureDoesNotMatch|InvalidSignature)/.test(name) && /Signature (expired|not yet current)/.test(message));

/** The network's error code of a failed fetch, such as ENOTFOUND; TimeoutError after a time-out. */
export function networkErrorOf(error: unknown): string {
  const { name, cause } = Object(error);
  return String(Object(cause).code ?? name);
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
