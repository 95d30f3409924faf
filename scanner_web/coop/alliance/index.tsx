/** The alliance's room: it looks after every organisation, and lets them in. */

import type { Screens } from "../app/app.ts";
import { AuditScreen } from "./audit.tsx";
import { InviteScreen } from "./invite.tsx";
import { OrgScreen } from "./org.tsx";
import { OverviewScreen } from "./overview.tsx";
import { ReportScreen } from "./report.tsx";

export const screens: Screens = {
  "/alliance": OverviewScreen,
  "/alliance/org/:uri": OrgScreen,
  "/alliance/invite": InviteScreen,
  "/alliance/report": ReportScreen,
  "/alliance/audit": AuditScreen,
};
