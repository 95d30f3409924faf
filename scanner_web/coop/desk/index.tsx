/** The officer's desk. It has no practice: what is ordered, invited and admitted here is real. */

import type { Screen, Screens } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Note } from "../app/parts.tsx";
import { BoardScreen, LotScreen, ReportsScreen, TestsScreen } from "./board.tsx";
import { CertificateScreen, CertificatesScreen } from "./certificates.tsx";
import { DeskScreen } from "./home.tsx";
import { InviteScreen, MemberScreen, MembersScreen } from "./members.tsx";
import { OrgScreen } from "./org.tsx";
import { PartnerScreen, PartnersScreen } from "./partners.tsx";
import { PlaceScreen, PlacesScreen } from "./places.tsx";
import { ProductScreen, ProductsScreen } from "./products.tsx";
import { RecallScreen } from "./recall.tsx";
import { TemScreen } from "./tem.tsx";

const real: Screens = {
  "/desk": DeskScreen,
  "/desk/products": ProductsScreen,
  "/desk/products/:gtin": ProductScreen,
  "/desk/places": PlacesScreen,
  "/desk/places/new": PlaceScreen,
  "/desk/places/edit": PlaceScreen,
  "/desk/certificates": CertificatesScreen,
  "/desk/certificates/new": CertificateScreen,
  "/desk/certificates/edit": CertificateScreen,
  "/desk/org": OrgScreen,
  "/desk/partners": PartnersScreen,
  "/desk/partners/new": PartnerScreen,
  "/desk/partners/edit": PartnerScreen,
  "/desk/members": MembersScreen,
  "/desk/members/new": InviteScreen,
  "/desk/members/:person": MemberScreen,
  "/desk/board": BoardScreen,
  "/desk/lot/:gtin/:lot": LotScreen,
  "/desk/tem/:gtin/:lot": TemScreen,
  "/desk/recall/:gtin/:lot": RecallScreen,
  "/desk/tests": TestsScreen,
  "/desk/reports": ReportsScreen,
};

function outsidePractice(Inside: Screen): Screen {
  return function DeskScreenOutsidePractice(props) {
    const { app } = props;
    if (!app.practice) return <Inside {...props} />;
    return (
      <Page app={app} title={app.c.t("desk.title")} back="/">
        <Note tone="wait" icon="leaf" title={app.c.t("desk.practice.title")}>
          <p>{app.c.t("desk.practice.body")}</p>
        </Note>
      </Page>
    );
  };
}

export const screens: Screens = Object.fromEntries(
  Object.entries(real).map(([path, screen]) => [path, outsidePractice(screen)]),
);
