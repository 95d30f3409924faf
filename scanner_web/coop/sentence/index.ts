/** One sentence as a draft: see `parse.ts`. */
export { type Choice, type Heard, type Parsed, parseSentence } from "./parse";
