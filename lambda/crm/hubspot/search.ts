import { samePhone } from '../contacts/matching.ts';
import type { Stored } from './shapes.ts';

export type Filter = { readonly propertyName: string; readonly operator: 'IN'; readonly values: readonly string[] };

/** Values in lower case, https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm. */
export const isIn = (propertyName: string, values: readonly string[]): Filter => ({
  propertyName,
  operator: 'IN',
  values,
});

const typed = ['phone', 'mobilephone'] as const;
/** Normalised by HubSpot: in E.164 to compare, and without the country code to search. */
const international = ['hs_calculated_phone_number', 'hs_calculated_mobile_number'] as const;
const local = ['hs_searchable_calculated_phone_number', 'hs_searchable_calculated_mobile_number'] as const;

export const numberProperties = [...typed, ...international];

/**
 * HubSpot searches by local number without country code
 * (https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm), so compare the results.
 * @param numbers in E.164
 */
export async function numberFilters(numbers: readonly string[]): Promise<readonly Filter[]> {
  // Loaded only if needed: the number tables of all countries are large.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const nationals = numbers.map((number) => parsePhoneNumberFromString(number)?.nationalNumber ?? number);
  return [...typed.map((name) => isIn(name, numbers)), ...local.map((name) => isIn(name, nationals))];
}

/** @param number in E.164 */
export const isNumberOf = ({ properties }: Stored, number: string) =>
  numberProperties.some((name) => samePhone(properties[name], number));
