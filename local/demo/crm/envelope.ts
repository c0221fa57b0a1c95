import { Ajv } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { envelopeSchema } from './envelope.schema.ts';

/** A signed webhook with a valid body. */
export type Received = { readonly webhookId: string; readonly conversation: Conversation };

/** Why a webhook is rejected: the HTTP status, and a message that says what to do. */
export class WebhookRefusal extends Error {
  override readonly name = 'WebhookRefusal';
  readonly status: 400 | 401;

  constructor(status: 400 | 401, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Creates a reader for what is posted to the demo CRM (https://www.standardwebhooks.com). It checks the signature
 * first, and throws WebhookRefusal.
 * @param signingSecret the destination's secret: base64, with or without `whsec_`
 */
export function createEnvelopeReader(signingSecret: string): (body: string, headers: Headers) => Received {
  const isEnvelope = new Ajv({ allowUnionTypes: true }).compile<FromSchema<typeof envelopeSchema>>(envelopeSchema);
  return (body, headers) => {
    verify(signingSecret, body, headers);
    const value = parse(body);
    if (!isEnvelope(value)) {
      const fault = isEnvelope.errors?.[0];
      throw new WebhookRefusal(400, `${fault?.instancePath || '/'} ${fault?.message ?? 'is wrong'}.`);
    }
    return { webhookId: headers['webhook-id'] ?? '', conversation: value.data };
  };
}

type Headers = Readonly<Record<string, string>>;

function verify(signingSecret: string, body: string, headers: Headers): void {
  try {
    openSecret(signingSecret).verify(body, headers, { jsonParse: false });
  } catch (cause) {
    if (!(cause instanceof WebhookVerificationError)) throw cause;
    throw new WebhookRefusal(
      401,
      `${cause.message}. Sign webhook-id, webhook-timestamp and the body with the destination's secret, as Standard Webhooks says.`,
      { cause },
    );
  }
}

/** Opened for each webhook, so that an invalid secret does not keep the stack from starting. */
function openSecret(signingSecret: string): Webhook {
  try {
    return new Webhook(signingSecret.trim());
  } catch (cause) {
    throw new WebhookRefusal(401, "The demo CRM's signing secret is not base64: change the destination's secret.", {
      cause,
    });
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new WebhookRefusal(400, 'The body is not JSON.', { cause });
  }
}
