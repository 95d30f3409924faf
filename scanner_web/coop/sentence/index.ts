/** One sentence as a draft: see `parse.ts`. */
export { type Heard, type Parsed, parseSentence } from "./parse";
