import { samePhone } from '../contacts/matching.ts';
import type { Stored } from './shapes.ts';

export type Filter = { readonly propertyName: string; readonly operator: 'IN'; readonly values: readonly string[] };

/**
 * Whole values. Those of texts have to be in small letters, in which HubSpot keeps them for this
 * (https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm, "Filter operators").
 */
export const isIn = (propertyName: string, values: readonly string[]): Filter => ({
  propertyName,
  operator: 'IN',
  values,
});

const typed = ['phone', 'mobilephone'] as const;
/** HubSpot's own readings of them: in E.164 to compare with, and without the country's prefix to search by. */
const international = ['hs_calculated_phone_number', 'hs_calculated_mobile_number'] as const;
const local = ['hs_searchable_calculated_phone_number', 'hs_searchable_calculated_mobile_number'] as const;

/** What has to be known of a contact to compare its numbers. */
export const numberProperties = [...typed, ...international];

/**
 * Finds contacts by phone number however it is written: HubSpot wants the area code and local number, and no country
 * code, in properties of its own (https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm). What is
 * found has to be compared, since two countries may have the same local number.
 * @param numbers in E.164
 */
export async function numberFilters(numbers: readonly string[]): Promise<readonly Filter[]> {
  // Only now: its tables of all countries' numbers are most of what would be loaded.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const nationals = numbers.map((number) => parsePhoneNumberFromString(number)?.nationalNumber ?? number);
  return [...typed.map((name) => isIn(name, numbers)), ...local.map((name) => isIn(name, nationals))];
}

/** @param number in E.164 */
export const isNumberOf = ({ properties }: Stored, number: string) =>
  numberProperties.some((name) => samePhone(properties[name], number));
