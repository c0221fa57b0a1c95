import { anonymous, answered } from './answered.ts';
import { hostile } from './hostile.ts';
import { long } from './long.ts';
import type { Script } from './script.ts';
import { magento, prestashop, shoptet, shopware, woocommerce } from './shop-plugins.ts';
import { automatic, dropped, missed, offline } from './unanswered.ts';

export type Sample = { readonly name: string; readonly label: string; readonly script: Script };

export const samples: readonly Sample[] = [
  { name: 'answered', label: 'Answered and rated', script: answered },
  { name: 'missed', label: 'Missed', script: missed },
  { name: 'offline', label: 'Offline message', script: offline },
  { name: 'long', label: 'Long, 300 messages', script: long },
  { name: 'dropped', label: 'Dropped', script: dropped },
  { name: 'anonymous', label: 'Anonymous visitor', script: anonymous },
  { name: 'automatic', label: 'Automatic messages only', script: automatic },
  { name: 'woocommerce', label: 'From a WooCommerce shop', script: woocommerce },
  { name: 'prestashop', label: 'From a PrestaShop shop', script: prestashop },
  { name: 'shopware', label: 'From a Shopware shop', script: shopware },
  { name: 'magento', label: 'From a Magento shop', script: magento },
  { name: 'shoptet', label: 'From a Shoptet shop', script: shoptet },
  { name: 'hostile', label: 'Hostile text', script: hostile },
];
