/** Messages by dotted key, made by `tools/catalogue.ts`: of each group only those that its scripts ask for. */
declare module "virtual:nguon-catalogue/*" {
  const messages: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  export default messages;
}
