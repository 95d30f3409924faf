/** A file of the build, by the address it is served under. */
declare module "*.wasm?url" {
  const address: string;
  export default address;
}
