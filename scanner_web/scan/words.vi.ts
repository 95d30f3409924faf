export { report, scanner, seal, trouble, variant } from "../../nguon/locales/vi.json";
