import type { Delivery } from '../../../lambda/delivery/delivery.ts';

/**
 * Which of one conversation's deliveries somebody means who names the conversation alone: what did not arrive, or
 * everything where everything did.
 */
export function chooseDeliveries(deliveries: readonly Delivery[]): readonly Delivery[] {
  const undelivered = deliveries.filter(({ state }) => state !== 'delivered');
  return undelivered.length > 0 ? undelivered : deliveries;
}
