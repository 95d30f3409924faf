export { report, scanner, trouble, variant } from "../../nguon/locales/en.json";
