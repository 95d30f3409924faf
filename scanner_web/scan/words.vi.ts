export { report, scanner, trouble, variant } from "../../nguon/locales/vi.json";
