/** What comes to a page after its first look, in a chunk of its own: the story, the proofs, and the forms. */

export { OpeningForm } from "./opening.tsx";
export { ReportForm } from "./report.tsx";
export { proofs } from "./stepproofs.ts";
export { Upstream } from "./story/ancestry.tsx";
export { Evidence } from "./story/evidence.tsx";
export { Legal } from "./story/file.tsx";
export { Certificates, Labs } from "./story/labs.tsx";
export { storyModel } from "./story/storymodel.ts";
export { Story } from "./story/timeline.tsx";
