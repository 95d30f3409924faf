/** The rooms of those who sit at the same table: shops, laboratories, and whoever else is named by others. */

import type { Screens } from "../app/app.ts";
import { AnswerScreen, DenyScreen } from "./answer.tsx";
import { LabScanScreen, LabScreen } from "./lab.tsx";
import { ReceiveScreen } from "./receive.tsx";
import { ResultScreen } from "./result.tsx";
import { ShopScreen } from "./shop.tsx";

export const screens: Screens = {
  "/shop": ShopScreen,
  "/shop/receive/:index": ReceiveScreen,
  "/lab": LabScreen,
  "/lab/scan": LabScanScreen,
  "/lab/result/:index": ResultScreen,
  "/partner": ShopScreen,
  "/partner/answer/:index": AnswerScreen,
  "/partner/deny/:index": DenyScreen,
};
