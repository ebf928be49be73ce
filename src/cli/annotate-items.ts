/** From data sets to the items of a campaign, and back: the server's campaigns are opened by the same. */
export { ecemRows, isEcem, itemsOf } from '../server/intake.ts';
