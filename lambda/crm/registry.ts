import type { Destination } from '../config/config.ts';
import type { AdapterDeps, CrmAdapter } from './adapter.ts';

/**
 * The adapter for a destination. Only this one's code is evaluated, so a cold start does not pay for the other CRMs.
 * An adapter in the configuration's schema that has no case here does not compile.
 */
export async function createAdapter(settings: Destination, deps: AdapterDeps): Promise<CrmAdapter> {
  switch (settings.adapter) {
    case 'webhook':
      return (await import('./webhook/index.ts')).createWebhookAdapter(settings, deps);
    case 'hubspot':
      return (await import('./hubspot/index.ts')).createHubspotAdapter(settings, deps);
  }
}
