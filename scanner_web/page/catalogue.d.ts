/** Messages by dotted key, made by `tools/catalogue.ts`: only those that the pages ask for. */
declare module "virtual:nguon-catalogue/vi" {
  const messages: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  export default messages;
}
declare module "virtual:nguon-catalogue/en" {
  const messages: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  export default messages;
}
