/** The story of a verified lot: its model and the components that show it. */

export { Upstream } from "./ancestry";
export { blobPath } from "./documents";
export { Evidence } from "./evidence";
export { Legal } from "./file";
export { Certificates, Labs } from "./labs";
export type { ChainFacts, StoryContext, StoryModel } from "./model";
export { Names } from "./names";
export { Icon, sprites } from "./parts";
export { Product } from "./product";
export { storyModel } from "./storymodel";
export { Story } from "./timeline";
