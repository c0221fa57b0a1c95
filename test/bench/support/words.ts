import { createRandom } from '../../faults/support/random.ts';

/** Roughly by how often they are said in a shop's chat: the first far more often than the last. */
const vocabulary = `the I you to a and is it in for of have we can on that with do not be this what my are your how
if but yes order will or there when me one please was so at from thank just would they get need no size hello like
good which up delivery could it's don't I'm we'll that's send day price see time out today any also help know
still about by back more now want does much two new than stock only as an our here tomorrow them then red blue black
colour available shop after week let before pay already well has some buy bike large online problem thanks same
number sure maybe sorry look return without right last first pair check jacket long-sleeved other long Monday where
three work all e-mail Friday bag best find hours too moment offer through card put invoice think small phone
address parcel wait hand arrive came change website might few kind package way weeks money
different another take days boots wrong green morning people should water warm cost between under weight tell
next nice because since again light item basket even branch ship fits something customer used around try
use over most winter Saturday discount free summer code possible cheaper between pick left actually refund until end
four page model link account pocket office product both working password lovely exactly five ten bought yesterday
write read couldn't wife son daughter birthday heavy wet grey broken zip missing sole waist length width centimetres
litres kilos helmet gloves wheels tyre chain brake saddle frame pump pedals lock sleeve hood lining fabric cotton wool
leather rubber steel aluminium carbon waterproof washable breathable guarantee complaint exchange replacement courier
tracking depot warehouse supplier catalogue brand edition version manual drawing certificate voucher coupon instalment
transfer receipt confirmation spam folder browser mobile desktop error screen button form field checkout newsletter
subscription unsubscribe Prague Brno Ostrava Bratislava Vienna Warsaw Berlin Slovakia Poland Germany abroad customs
region street floor entrance opening closing lunch afternoon evening weekend holiday January February March April June
July August September October November December spring autumn snow rain mud dust sand mountain forest river camp tent
mat stove torch battery charger cable adapter socket voltage watt lumen hour minute second metre inch pound crown euro
cash deposit rent hire lend borrow repair service workshop mechanic appointment visit advice recommend compare prefer
choose decide hesitate regret expect promise remember forget forgot explain describe measure weigh fold pack unpack wash
dry iron clean grease tighten loosen inflate adjust assemble mount remove strange perfect awful brilliant terrible quick
slow early late narrow wide tight loose short tall soft rough smooth bright dark matt shiny thick thin proper suitable
compatible original genuine official temporary permanent děkuji dobrý den prosím ano ne objednávka velikost zítra
skladem cena doprava zboží faktura vrácení výměna kolo bunda boty stan spacák ještě jestli můžete potřebuji hezký večer
nashledanou čtvrtek pondělí žlutá růžová šedá kůže příští týden mockrát mnohokrát rád ráda určitě bohužel opravdu`
  .split(/\s+/)
  .toReversed();

/** Endless words as people type them: by Zipf's law, so that they compress as speech does and not as a pattern. */
export function createSpeaker(purpose: string): (words: number) => string {
  const random = createRandom(purpose);
  const word = () => {
    const rank = Math.floor(vocabulary.length ** random.between(0, 1)) - 1;
    if (random.chance(0.03)) return String(Math.floor(random.between(10, 9_999)));
    return vocabulary.at(-1 - rank) ?? '';
  };
  return (words) => {
    const said = Array.from({ length: words }, word).join(' ');
    return `${said.charAt(0).toUpperCase()}${said.slice(1)}${random.pick(['.', '?', '.', '!', ''])}`;
  };
}
