/** What a page's first look needs of a verified lot; the rest of its story comes later (`../rest.tsx`). */

export { cardModel } from "./cardmodel";
export { blobPath } from "./documents";
export type { CardModel, ChainFacts, StoryContext, StoryModel } from "./model";
export { Names } from "./names";
export { Icon, sprites } from "./parts";
export { Product } from "./product";
